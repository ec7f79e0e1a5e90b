/** Plans a provider's model map: each id, alias and id pattern, and the type of its handle. */
import { accepted, assumeOf, param, paramConstraint } from "../src/catalog/capabilities.js";
import { embeddedMedia } from "../src/catalog/embedded-media.js";
import type { ModelFacts, ModelKind, ProviderFacts } from "../src/catalog/facts.js";
import { matchesPattern } from "../src/catalog/find-model.js";
import { wasRetired } from "../src/catalog/retired.js";
import { ownOptionTypes } from "./option-types.js";
import type { Profiles } from "./plan-profiles.js";
import { chatSlots } from "./profile.js";
import { mediaSlots, neededOptions } from "./profile-media.js";
import { byCodeUnit, commentCode, quote, template, union } from "./text.js";

/** One entry of the provider's model map. */
export interface PlannedModel {
  /** Type text of its key: a literal, or a template for the ids of a pattern. */
  readonly key: string;
  readonly isPattern: boolean;
  /** Type text of its handle; of chat models that go by this name only, their profile. */
  readonly type: string;
  /** Doc text, when there is something to say that the type does not. */
  readonly doc: string | undefined;
}

/** A provider's models in order of their ids. */
export type Models = readonly (readonly [id: string, model: ModelFacts])[];

/** Ids first, then what stands for them: aliases and patterns. */
export function planModels(provider: ProviderFacts, models: Models, profiles: Profiles): PlannedModel[] {
  const plan = (key: string, idType: string, [id, model]: Models[number]): PlannedModel => ({
    key,
    isPattern: key.startsWith("`"),
    type: model.status === "retired" ? retiredType(id, model) : handleType({ provider, model, key, idType }, profiles),
    doc: deprecation(model),
  });
  const aliases = aliasesOf(models);
  const names = [...models.map(([id]) => id), ...aliases.keys()];
  return [
    ...models.map((entry) => plan(quote(entry[0]), quote(entry[0]), entry)),
    ...[...aliases].map(([alias, entry]) => plan(quote(alias), quote(entry[0]), entry)),
    ...patternsOf(models, names).map(([pattern, entry]) => plan(template(pattern), template(pattern), entry)),
  ];
}

/** Other names of models, in order. An id stands for itself, and of two models with one alias the first has it. */
function aliasesOf(models: Models): Map<string, Models[number]> {
  const ids = new Set(models.map(([id]) => id));
  const aliases = new Map<string, Models[number]>();
  for (const entry of models) {
    for (const alias of entry[1].aliases ?? []) if (!ids.has(alias) && !aliases.has(alias)) aliases.set(alias, entry);
  }
  return new Map([...aliases].sort(([a], [b]) => byCodeUnit(a, b)));
}

/** The compiler tries patterns one by one, on every id. */
const mostPatterns = 200;

/** Patterns of unlisted ids. One that also covers a listed id, or another pattern, has no type: members must not overlap. */
function patternsOf(models: Models, names: readonly string[]): [string, Models[number]][] {
  const patterns = models.flatMap((entry) => entry[1].idPattern ?? []);
  if (patterns.length > mostPatterns) return [];
  return models.flatMap((entry): [string, Models[number]][] => {
    const { idPattern } = entry[1];
    if (idPattern === undefined || !idPattern.includes("*")) return [];
    const others = patterns.filter((pattern) => pattern !== idPattern);
    const isAlone = patterns.length - others.length === 1;
    const covers = [...names, ...others].some((name) => matchesPattern(idPattern, name));
    return isAlone && !covers ? [[idPattern, entry]] : [];
  });
}

interface Subject {
  readonly provider: ProviderFacts;
  readonly model: ModelFacts;
  readonly key: string;
  /** Type text of the ids it goes by. */
  readonly idType: string;
}

function handleType({ provider, model, key, idType }: Subject, profiles: Profiles): string {
  if (model.kind === "chat") {
    const profile = profiles.nameOf(chatSlots(provider, model));
    // Most models are of this sort: a short line each keeps catalogs of thousands quick to read for the compiler.
    return key === idType ? profile : `ChatModel<${profile}, ${idType}>`;
  }
  if (model.kind === "embedding")
    return `EmbeddingModel<${embeddingProfile(provider, model)}${embeddingMedia(provider, model)}${embeddingOptions(model, profiles)}, ${idType}>`;
  const kind = mediaKinds[model.kind];
  if (kind === undefined) return `OtherModel<${quote(model.kind)}, ${idType}>`;
  return `${kind}Model<${profiles.mediaNameOf(`${kind}Profile`, mediaSlots(provider, model))}, ${idType}>`;
}

const mediaKinds: { readonly [kind in ModelKind]?: string } = {
  image: "Image",
  speech: "Speech",
  transcription: "Transcription",
  video: "Video",
  rerank: "Rerank",
  moderation: "Moderation",
};

function embeddingProfile(provider: ProviderFacts, model: ModelFacts): string {
  if (!accepted(param(model, "dimensions"), assumeOf(provider, model))) return "FixedDimensions";
  const constraint = paramConstraint(model, "dimensions");
  const { min = 1, max } = typeof constraint === "object" ? constraint : {};
  return max === undefined ? "AnyDimensions" : `Dimensions<${min}, ${max}>`;
}

function embeddingMedia(provider: ProviderFacts, model: ModelFacts): string {
  const media = embeddedMedia(provider, model, assumeOf(provider, model));
  return media.length === 0 ? "" : ` & EmbedsMedia<${union(media)}>`;
}

/** Options of the provider's own, beside the dimensions. */
function embeddingOptions(model: ModelFacts, profiles: Profiles): string {
  const known = ["dimensions", "encodingFormat"];
  const options = ownOptionTypes(model, known);
  if (options.length === 0) return "";
  const slots = { can: [], enums: [], options, ...neededOptions(model, known) };
  return ` & ${profiles.mediaNameOf("EmbeddingOptions", slots)}`;
}

function retiredType(id: string, model: ModelFacts): string {
  return `RetiredModel<${quote(wasRetired(id, model))}>`;
}

function deprecation(model: ModelFacts): string | undefined {
  if (model.status !== "deprecated") return undefined;
  const when = model.dates?.retires === undefined ? "" : ` Retires on ${commentCode(model.dates.retires)}.`;
  const instead = model.successor === undefined ? "" : ` Use ${commentCode(model.successor)}.`;
  return `@deprecated${when}${instead}`;
}
