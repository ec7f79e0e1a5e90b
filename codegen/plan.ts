/** Decides what a provider's generated files hold, before anything is printed: profiles, names, order. Pure. */
import { accepted, assumeOf, param, paramConstraint } from "../src/catalog/capabilities.js";
import type { ModelFacts, ProtocolId, ProviderFacts } from "../src/catalog/facts.js";
import { ContentNames, camelCase, constantName, fileName, pascalCase } from "./identifier.js";
import { type PlannedFacts, shippedFacts, shippedProvider } from "./plan-data.js";
import { type ChatSlots, chatSlots } from "./profile.js";
import { type ProfileBody, type TypePart, TypeParts } from "./profile-types.js";
import { byCodeUnit, commentCode, listWords, quote } from "./text.js";

/** One generated profile interface. */
export interface PlannedProfile {
  readonly name: string;
  readonly doc: string;
  readonly body: ProfileBody;
}

/** One entry of the provider's model map. */
export interface PlannedModel {
  readonly id: string;
  /** Type text of its handle. */
  readonly type: string;
  /** Doc text, when there is something to say that the type does not. */
  readonly doc: string | undefined;
}

export interface PlannedProtocol {
  readonly id: ProtocolId;
  /** The room's constant. */
  readonly constant: string;
}

export interface ProviderPlan {
  readonly id: string;
  readonly file: string;
  /** Name of the exported provider, its model map, and its client factory. */
  readonly constant: string;
  readonly mapName: string;
  readonly factory: string;
  readonly protocols: readonly PlannedProtocol[];
  /** Types that profiles refer to. */
  readonly parts: readonly TypePart[];
  readonly profiles: readonly PlannedProfile[];
  readonly models: readonly PlannedModel[];
  /** The provider's own facts, and those of its models by id. */
  readonly facts: unknown;
  readonly modelFacts: readonly PlannedFacts[];
}

/** The plan of one provider. */
export function planProvider(provider: ProviderFacts): ProviderPlan {
  const profiles = new Profiles();
  const models = Object.entries(provider.models).sort(([a], [b]) => byCodeUnit(a, b));
  const planned = models.map(([id, model]) => planModel({ provider, id, model }, profiles));
  const protocols = protocolsOf(provider);
  const name = pascalCase(provider.id);
  return {
    id: provider.id,
    file: fileName(provider.id),
    constant: constantName(
      provider.id,
      protocols.map(({ constant }) => constant),
    ),
    mapName: `${name}Models`,
    factory: `create${name}`,
    protocols,
    parts: profiles.parts.sorted(),
    profiles: profiles.sorted(),
    models: planned,
    facts: shippedProvider(provider),
    modelFacts: models.map(([id, model]) => shippedFacts(id, model)),
  };
}

interface Subject {
  readonly provider: ProviderFacts;
  readonly id: string;
  readonly model: ModelFacts;
}

function planModel(subject: Subject, profiles: Profiles): PlannedModel {
  const { id, model } = subject;
  if (model.status === "retired") return { id, type: retiredType(id, model), doc: undefined };
  return { id, type: handleType(subject, profiles), doc: deprecation(model) };
}

function handleType({ provider, id, model }: Subject, profiles: Profiles): string {
  if (model.kind === "chat") return `ChatModel<${profiles.nameOf(chatSlots(provider, model))}, ${quote(id)}>`;
  if (model.kind === "embedding") return `EmbeddingModel<${embeddingProfile(provider, model)}, ${quote(id)}>`;
  return `OtherModel<${quote(model.kind)}, ${quote(id)}>`;
}

/** The distinct profiles of a provider, each stated once. */
class Profiles {
  private readonly names = new ContentNames();
  readonly parts = new TypeParts(this.names);
  private readonly profiles = new Map<string, PlannedProfile>();

  /** The name says the main capabilities; the hash of all slots makes it unique and stable. */
  nameOf(slots: ChatSlots): string {
    const words = slots.can.flatMap((capability) => spoken.get(capability) ?? []);
    const name = this.names.name(words.length === 0 ? "Text" : words.join(""), JSON.stringify(slots));
    if (!this.profiles.has(name)) {
      this.profiles.set(name, { name, doc: describe(slots), body: this.parts.body(slots) });
    }
    return name;
  }

  sorted(): PlannedProfile[] {
    return [...this.profiles.values()].sort((a, b) => byCodeUnit(a.name, b.name));
  }
}

const spoken = new Map([
  ["image", "Image"],
  ["pdf", "Pdf"],
  ["audio", "Audio"],
  ["video", "Video"],
  ["tools", "Tools"],
  ["output", "Output"],
  ["reasoning", "Reasoning"],
]);

/** One line that says what a profile takes and gives. */
function describe({ can }: ChatSlots): string {
  const named = can.filter((capability) => spoken.has(capability));
  const media = named.filter((capability) => ["image", "pdf", "audio", "video"].includes(capability));
  const rest = named.filter((capability) => !media.includes(capability));
  const takes = listWords(["text", ...media], "and");
  return `Takes ${takes}${rest.length === 0 ? "" : `; ${rest.join(", ")}`}.`;
}

function embeddingProfile(provider: ProviderFacts, model: ModelFacts): string {
  if (!accepted(param(model, "dimensions"), assumeOf(provider, model))) return "FixedDimensions";
  const constraint = paramConstraint(model, "dimensions");
  const { min = 1, max } = typeof constraint === "object" ? constraint : {};
  return max === undefined ? "AnyDimensions" : `Dimensions<${min}, ${max}>`;
}

function retiredType(id: string, model: ModelFacts): string {
  const when = model.dates?.retires === undefined ? "" : ` on ${model.dates.retires}`;
  const instead = model.successor === undefined ? "" : `; use ${model.successor}`;
  return `RetiredModel<${quote(`${id} was retired${when}${instead}`)}>`;
}

function deprecation(model: ModelFacts): string | undefined {
  if (model.status !== "deprecated") return undefined;
  const when = model.dates?.retires === undefined ? "" : ` Retires on ${commentCode(model.dates.retires)}.`;
  const instead = model.successor === undefined ? "" : ` Use ${commentCode(model.successor)}.`;
  return `@deprecated${when}${instead}`;
}

function protocolsOf(provider: ProviderFacts): PlannedProtocol[] {
  const used = Object.values(provider.models).map((model) => model.transport?.protocol ?? provider.protocol);
  const ids = [...new Set([provider.protocol, ...used])].sort(byCodeUnit);
  return ids.map((id) => ({ id, constant: camelCase(id) }));
}
