/** What of a provider's facts is shipped, and in which order: only content shows, never how a catalog file was written. Pure. */
import { ownFacts } from "../src/catalog/compact.js";
import type { ModelFacts, ProviderFacts } from "../src/catalog/facts.js";
import { byCodeUnit } from "./text.js";

// No client reads these: they serve those who choose models or keep the catalog, and they have the catalog itself.
const unshipped = ["family", "openWeights", "verified", "extra"];
const unshippedDates = ["updated", "knowledge"];
const unshippedPricing = ["asOf", "source"];

/** A JSON object as entries in order. */
export type Entries = readonly (readonly [key: string, value: unknown])[];

/** The facts of one model as they are shipped. */
export interface PlannedFacts {
  readonly id: string;
  /** What it may share with other models. */
  readonly shape: Entries;
  /** Its own; see `ownFacts`. */
  readonly own: Entries;
}

/** The facts about the provider itself. */
export function shippedProvider({ models: _models, ...connection }: ProviderFacts): unknown {
  return sorted(connection);
}

export function shippedFacts(id: string, model: ModelFacts): PlannedFacts {
  const { dates, pricing, ...facts } = without(model, unshipped) as Partial<ModelFacts>;
  const shipped = sorted({
    ...facts,
    ...(dates === undefined ? {} : { dates: without(dates, unshippedDates) }),
    ...(pricing === undefined ? {} : { pricing: without(pricing, unshippedPricing) }),
  });
  const entries = Object.entries(shipped as ModelFacts).filter(([key, value]) => key !== "dates" || !isEmpty(value));
  const isOwn = (key: string) => (ownFacts as readonly string[]).includes(key);
  return {
    id,
    shape: entries.filter(([key]) => !isOwn(key)),
    own: entries.filter(([key]) => isOwn(key)),
  };
}

/** A provider as its data module gives it back. */
export function asShipped(provider: ProviderFacts): ProviderFacts {
  const models = Object.entries(provider.models).map(([id, model]) => {
    const { shape, own } = shippedFacts(id, model);
    return [id, Object.fromEntries([...shape, ...own])];
  });
  return { ...(shippedProvider(provider) as object), models: Object.fromEntries(models) } as ProviderFacts;
}

function without(object: object, keys: readonly string[]): object {
  return Object.fromEntries(Object.entries(object).filter(([key]) => !keys.includes(key)));
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length === 0;
}

/** The same value with sorted keys, so that the order in a catalog file never shows. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => byCodeUnit(a, b));
  return Object.fromEntries(entries.map(([key, member]) => [key, sorted(member)]));
}
