/** Finds models by what they can do and cost. */
import { assumeOf } from "../catalog/capabilities.js";
import { checkCompatibility, type ModelNeeds } from "../catalog/compatibility.js";
import type { Modality, ModelFacts, ModelKind, ProviderFacts } from "../catalog/facts.js";
import type { Capability } from "../model/profile.js";
import type { Generation } from "./generation.js";

/** What is wanted of a model; what is absent or `false` does not matter. */
export interface ModelQuery {
  readonly provider?: string;
  /** Default `chat`. */
  readonly kind?: ModelKind;
  readonly vision?: boolean;
  readonly pdf?: boolean;
  readonly audio?: boolean;
  readonly video?: boolean;
  readonly tools?: boolean;
  /** A structured answer, by whatever path. */
  readonly output?: boolean;
  readonly reasoning?: boolean;
  /** Tokens. */
  readonly minContext?: number;
  readonly minOutput?: number;
  /** US dollars per 1,000,000 tokens. An unknown price is not a low one. */
  readonly maxInputPrice?: number;
  readonly maxOutputPrice?: number;
  /** Family, or any part of `provider/model` or name, in any case. */
  readonly text?: string;
}

/** The capability that each member of a query asks for. */
interface QueryCapabilities {
  vision: "image";
  pdf: "pdf";
  audio: "audio";
  video: "video";
  tools: "tools";
  output: "output";
  reasoning: "reasoning";
}

/** What every model has that a query finds. */
export type Found<Query extends ModelQuery> = {
  [Member in keyof Query & keyof QueryCapabilities]: Query[Member] extends true ? QueryCapabilities[Member] : never;
}[keyof Query & keyof QueryCapabilities] &
  Capability;

/** A model as it is in one generation. */
export interface ListedEntry {
  /** `provider/model`. */
  readonly id: string;
  readonly provider: string;
  readonly model: string;
  readonly facts: ModelFacts;
}

/** Every model of a generation that is not retired, sorted by id. */
export function listEntries({ providers }: Generation, provider?: string): readonly ListedEntry[] {
  const chosen =
    provider === undefined ? [...providers.values()] : [providers.get(provider)].filter((at) => at !== undefined);
  return chosen
    .flatMap((facts) => Object.entries(facts.models).map(([model, own]) => entryOf(facts, model, own)))
    .filter(({ facts }) => facts.status !== "retired")
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

export function entryOf(provider: ProviderFacts, model: string, facts: ModelFacts): ListedEntry {
  return { id: `${provider.id}/${model}`, provider: provider.id, model, facts };
}

/** The cheapest first, by the price of the answer; equal and unknown ones by id. */
export function findEntries(generation: Generation, query: ModelQuery): readonly ListedEntry[] {
  const found = listEntries(generation, query.provider).filter((entry) => meets(generation, entry, query));
  const price = ({ facts }: ListedEntry) => outputPrice(facts) ?? Number.POSITIVE_INFINITY;
  return [...found].sort((a, b) => price(a) - price(b) || (a.id < b.id ? -1 : 1));
}

export function meets({ providers }: Generation, { provider, facts, id }: ListedEntry, query: ModelQuery): boolean {
  const about = providers.get(provider);
  if (about === undefined || facts.kind !== (query.kind ?? "chat")) return false;
  const text = query.text?.toLowerCase();
  if (text !== undefined && ![id, facts.name, facts.family].some((name) => name?.toLowerCase().includes(text)))
    return false;
  return (
    within(inputPrice(facts), query.maxInputPrice) &&
    within(outputPrice(facts), query.maxOutputPrice) &&
    checkCompatibility(facts, needsOf(query), assumeOf(about, facts)).compatible
  );
}

/** The same in the words of `checkCompatibility`. */
function needsOf({
  vision,
  pdf,
  audio,
  video,
  tools,
  output,
  reasoning,
  minContext,
  minOutput,
}: ModelQuery): ModelNeeds {
  const media: readonly (readonly [Modality, boolean | undefined])[] = [
    ["image", vision],
    ["pdf", pdf],
    ["audio", audio],
    ["video", video],
  ];
  return {
    input: media.flatMap(([modality, wanted]) => (wanted === true ? [modality] : [])),
    ...(tools === undefined ? {} : { tools }),
    ...(output === undefined ? {} : { structuredOutput: output }),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(minContext === undefined ? {} : { minContext }),
    ...(minOutput === undefined ? {} : { minOutput }),
  };
}

const inputPrice = ({ pricing }: ModelFacts) => (pricing?.currency === "USD" ? pricing.tokens?.input : undefined);
const outputPrice = ({ pricing }: ModelFacts) => (pricing?.currency === "USD" ? pricing.tokens?.output : undefined);

const within = (price: number | undefined, limit: number | undefined): boolean =>
  limit === undefined || (price !== undefined && price <= limit);
