/** Converts a row's prices into `pricing`. A zero is never a price: it means free, self-hosted, or nothing. */
import { matchesPattern } from "../../src/catalog/find-model.js";
import { compact, compactOrNothing, type Json } from "./object.js";
import type { PriceRow, Row } from "./row.js";
import type { Settings } from "./settings.js";

const tokenNames: { readonly [name: string]: string } = {
  input: "input",
  output: "output",
  cacheRead: "cacheRead",
  cacheWrite: "cacheWrite",
  cacheWrite1h: "cacheWrite1h",
  reasoning: "reasoning",
  audioIn: "audioInput",
  audioOut: "audioOutput",
  cacheReadAudio: "audioCacheRead",
  imageIn: "imageInput",
  imageOut: "imageOutput",
};

/** Meter names of the prices that are not per token. Characters are priced per million. */
const meters: { readonly [name: string]: readonly [meter: string, per: number] } = {
  perImageOut: ["image", 1],
  perImageIn: ["image.input", 1],
  perSecondOut: ["second.output", 1],
  perSecondIn: ["second.input", 1],
  perVideoSecondOut: ["second.output", 1],
  perVideoSecondIn: ["second.input", 1],
  perAudioSecondIn: ["second.input", 1],
  perCharIn: ["character.input", 1_000_000],
  perCharOut: ["character.output", 1_000_000],
  perQuery: ["query", 1],
  perRequest: ["request", 1],
  perPage: ["page", 1],
  perAnnotationPage: ["annotationPage", 1],
  perCodeInterpreterSession: ["codeInterpreterSession", 1],
};

/** The prices of a row. `local` providers run on the user's own machine. */
export function convertPricing(row: Row, local: boolean, settings?: Settings["convert"]): Json {
  const prices = row.pricing ?? {};
  const tokens = convertTokens(prices);
  const units = withToolPrices(convertUnits(row, settings?.searches), row, settings?.toolPrices);
  const tiers = convertTiers(prices.tiers);
  return compact({
    plan: tokens === undefined && units.length === 0 ? planWithoutPrices(row, local) : undefined,
    tokens,
    tiers,
    serviceTiers: convertServiceTiers(prices),
    regions: convertRegions(prices),
    units: units.length === 0 ? undefined : units,
  });
}

/** A row that states zeros is free of charge; a row without prices is unknown. */
function planWithoutPrices({ id, pricing = {} }: Row, local: boolean): string {
  if (local) return "self-hosted";
  const free = id.endsWith(":free") || (pricing.input === 0 && pricing.output === 0);
  return free ? "free" : "unknown";
}

/** Token prices by catalog name, without zeros and variable prices (negative). */
export function convertTokens(prices: PriceRow): Json | undefined {
  return compactOrNothing(
    Object.fromEntries(Object.entries(tokenNames).map(([from, to]) => [to, positive(prices[from])])),
  );
}

/** Rounded to 12 significant digits: products such as 0.06 × 1000 must not show binary noise. */
function positive(value: unknown): number | undefined {
  return typeof value === "number" && value > 0 ? Number(value.toPrecision(12)) : undefined;
}

function convertTiers(tiers: unknown): Json[] | undefined {
  if (!Array.isArray(tiers)) return undefined;
  const converted = (tiers as (PriceRow & { above: number })[])
    .map((tier) => ({ above: tier.above, tokens: convertTokens(tier) }))
    .filter((tier) => tier.tokens !== undefined)
    .sort((a, b) => a.above - b.above);
  return converted.length === 0 ? undefined : converted;
}

function convertServiceTiers(prices: PriceRow): Json | undefined {
  const all = { ...(prices.serviceTiers as Json | undefined), batch: prices.batch };
  const tiers = Object.entries(all).map(([tier, tokens]) => {
    const converted = tokens === undefined ? undefined : convertTokens(tokens as PriceRow);
    return [tier, converted && { tokens: converted }] as const;
  });
  return compactOrNothing(Object.fromEntries(tiers));
}

function convertRegions(prices: PriceRow): Json | undefined {
  const multiplied = Object.entries((prices.regionalMultiplier ?? {}) as Json).map(
    ([region, multiply]) => [region, { multiply }] as const,
  );
  const priced = Object.entries((prices.regional ?? {}) as Json).map(([region, tokens]) => {
    const converted = convertTokens(tokens as PriceRow);
    return [region, converted && { tokens: converted }] as const;
  });
  return compactOrNothing(Object.fromEntries([...multiplied, ...priced]));
}

/** What a person knows of tool prices goes before what a row says, but for searches that every request pays. */
function withToolPrices(units: readonly Json[], row: Row, known: Settings["convert"]["toolPrices"] = {}): Json[] {
  const added = (row.builtinTools ?? []).flatMap((tool) => {
    const { meter, price, whenReasons } = known[tool] ?? {};
    const always = units.some((unit) => unit.meter === meter && unit.counted === "always");
    return meter === undefined || always
      ? []
      : [{ meter, price: row.caps?.reasoning === true ? (whenReasons ?? price) : price }];
  });
  return [...units.filter(({ meter }) => added.every((unit) => unit.meter !== meter)), ...added];
}

function convertUnits({ id, pricing: prices = {} }: Row, searches: Settings["convert"]["searches"]): Json[] {
  const units: Json[] = unitsOf(prices);
  for (const variant of (prices.variants ?? []) as (PriceRow & { when?: Json })[]) {
    for (const unit of unitsOf(variant)) units.push({ ...unit, when: variant.when });
  }
  return [
    ...units,
    ...searchUnits(prices.webSearch, searches?.unstated).map((unit) => ({ ...unit, ...countedOf(id, searches) })),
  ];
}

function unitsOf(prices: PriceRow): Json[] {
  return Object.entries(meters).flatMap(([name, [meter, per]]) => {
    const price = positive(typeof prices[name] === "number" ? (prices[name] as number) * per : undefined);
    return price === undefined ? [] : [compact({ meter, per: per === 1 ? undefined : per, price })];
  });
}

function countedOf(id: string, { once = [], always = [] }: NonNullable<Settings["convert"]["searches"]> = {}): Json {
  if (always.some((pattern) => matchesPattern(pattern, id))) return { counted: "always" };
  return once.some((pattern) => matchesPattern(pattern, id)) ? { counted: "once" } : {};
}

/** One price when all context sizes cost the same, else one per size; that of the `unstated` size holds without one. */
function searchUnits(search: unknown, unstated?: string): Json[] {
  if (typeof search !== "object" || search === null) return [];
  const { perQuery, per1k, ...sizes } = search as Json;
  const single = positive(perQuery) ?? positive(typeof per1k === "number" ? per1k / 1000 : undefined);
  const prices = Object.entries(sizes).flatMap(([size, value]) => {
    const price = positive(value);
    return price === undefined ? [] : [{ size, price }];
  });
  const distinct = new Set(prices.map(({ price }) => price));
  if (single !== undefined) return [{ meter: "webSearch", price: single }];
  if (distinct.size === 1) return [{ meter: "webSearch", price: prices[0]?.price }];
  return prices.map(({ size, price }) =>
    compact({ meter: "webSearch", price, when: size === unstated ? undefined : { searchContextSize: size } }),
  );
}
