/** Decides what a provider's generated files hold, before anything is printed: profiles, names, order. Pure. */
import { accepted, assumeOf, param, paramConstraint } from "../src/catalog/capabilities.js";
import { type ProviderData, volatileFacts } from "../src/catalog/compact.js";
import type { ModelFacts, ProtocolId, ProviderFacts } from "../src/catalog/facts.js";
import { camelCase, fileName, hash, pascalCase } from "./identifier.js";
import { type ChatSlots, chatSlots } from "./profile.js";
import { comment, listWords, quote } from "./text.js";

/** One generated profile interface. */
export interface PlannedProfile {
  readonly name: string;
  readonly slots: ChatSlots;
}

/** One entry of the provider's model map. */
export interface PlannedModel {
  readonly id: string;
  /** Type text of its handle. */
  readonly type: string;
  /** Doc text, when there is something to say that the type does not. */
  readonly doc: string | undefined;
}

export interface ProviderPlan {
  readonly id: string;
  readonly file: string;
  /** Name of the exported provider, its model map, and its client factory. */
  readonly constant: string;
  readonly mapName: string;
  readonly factory: string;
  readonly protocols: readonly ProtocolId[];
  readonly profiles: readonly PlannedProfile[];
  readonly models: readonly PlannedModel[];
  readonly data: ProviderData;
}

const byCodeUnit = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

/** The plan of one provider. */
export function planProvider(provider: ProviderFacts): ProviderPlan {
  const profiles = new Map<string, PlannedProfile>();
  const ids = Object.keys(provider.models).sort(byCodeUnit);
  const models = ids.map((id) => planModel(provider, id, profiles));
  const name = pascalCase(provider.id);
  return {
    id: provider.id,
    file: fileName(provider.id),
    constant: camelCase(provider.id),
    mapName: `${name}Models`,
    factory: `create${name}`,
    protocols: protocolsOf(provider),
    profiles: [...profiles.values()].sort((a, b) => byCodeUnit(a.name, b.name)),
    models,
    data: compactData(provider, ids),
  };
}

function planModel(provider: ProviderFacts, id: string, profiles: Map<string, PlannedProfile>): PlannedModel {
  const model = provider.models[id] as ModelFacts;
  if (model.status === "retired") return { id, type: retiredType(id, model), doc: undefined };
  return { id, type: handleType(provider, id, profiles), doc: deprecation(model) };
}

function handleType(provider: ProviderFacts, id: string, profiles: Map<string, PlannedProfile>): string {
  const model = provider.models[id] as ModelFacts;
  if (model.kind === "chat") return `ChatModel<${profileName(chatSlots(provider, model), profiles)}, ${quote(id)}>`;
  if (model.kind === "embedding") return `EmbeddingModel<${embeddingProfile(provider, model)}, ${quote(id)}>`;
  return `OtherModel<${quote(model.kind)}, ${quote(id)}>`;
}

// The name says the main capabilities; the hash of all slots makes it unique and stable.
function profileName(slots: ChatSlots, profiles: Map<string, PlannedProfile>): string {
  const key = JSON.stringify(slots);
  const found = profiles.get(key);
  if (found !== undefined) return found.name;
  const words = slots.can.filter((capability) => spoken.has(capability)).map((capability) => spoken.get(capability));
  const name = `${words.length === 0 ? "Text" : words.join("")}_${hash(key)}`;
  profiles.set(key, { name, slots });
  return name;
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
  const when = model.dates?.retires === undefined ? "" : ` Retires ${model.dates.retires}.`;
  const instead = model.successor === undefined ? "" : ` Use ${model.successor}.`;
  return `@deprecated${comment(when + instead) === "" ? "" : ` ${comment(when + instead)}`}`;
}

function protocolsOf(provider: ProviderFacts): ProtocolId[] {
  const used = Object.values(provider.models).map((model) => model.transport?.protocol ?? provider.protocol);
  return [...new Set([provider.protocol, ...used])].sort(byCodeUnit);
}

function compactData(provider: ProviderFacts, ids: readonly string[]): ProviderData {
  const shapes: { [hash: string]: ProviderData["shapes"][string] } = {};
  const models: { [id: string]: ProviderData["models"][string] } = Object.create(null);
  for (const id of ids) {
    const { verified: _verified, extra: _extra, ...facts } = provider.models[id] as ModelFacts;
    const entries = Object.entries(sorted(facts) as ModelFacts);
    const isVolatile = ([key]: [string, unknown]) => (volatileFacts as readonly string[]).includes(key);
    const shape = Object.fromEntries(entries.filter((entry) => !isVolatile(entry)));
    const key = hash(JSON.stringify(shape));
    shapes[key] = shape as unknown as ProviderData["shapes"][string];
    models[id] = [key, Object.fromEntries(entries.filter(isVolatile)) as unknown as ProviderData["models"][string][1]];
  }
  const { models: _models, ...rest } = provider;
  const order = Object.keys(shapes).sort(byCodeUnit);
  return {
    provider: sorted(rest) as ProviderData["provider"],
    shapes: Object.fromEntries(order.map((key) => [key, shapes[key] as ProviderData["shapes"][string]])),
    models,
  };
}

/** The same value with sorted keys, so that the order in a catalog file never shows. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const keys = Object.keys(value).sort(byCodeUnit);
  return Object.fromEntries(keys.map((key) => [key, sorted((value as { [key: string]: unknown })[key])]));
}

/** One line that says what a profile takes and gives. */
export function describeProfile({ slots }: PlannedProfile): string {
  const inputs = ["text", ...slots.can.filter((capability) => ["image", "pdf", "audio", "video"].includes(capability))];
  const rest = slots.can.filter((capability) => !inputs.includes(capability));
  return comment(
    `Takes ${listWords(inputs).replace(" or ", " and ")}${rest.length === 0 ? "" : `; ${rest.join(", ")}`}.`,
  );
}
