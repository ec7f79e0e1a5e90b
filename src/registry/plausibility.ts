/** Finds prices and limits that nobody would believe: more likely poison or a slip of units than news. */
import type { ModelFacts, Pricing, TokenPrices } from "../catalog/facts.js";

/** Which prices and limits are believed. */
export interface PlausibilityOptions {
  /** A price or limit may change by this factor. Default 10. */
  readonly maxRatio?: number | undefined;
  /** Highest price per 1,000,000 tokens, in any currency. Default 10,000. */
  readonly maxPrice?: number | undefined;
  /** Highest limit in tokens. Default 100,000,000. */
  readonly maxTokens?: number | undefined;
}

/** Dotted paths of what cannot be believed, against what held before. */
export function implausible(
  before: ModelFacts | undefined,
  now: ModelFacts,
  { maxRatio = 10, maxPrice = 10_000, maxTokens = 100_000_000 }: PlausibilityOptions = {},
): string[] {
  const found: string[] = [];
  const ratioBreaks = (old: number | undefined, next: number) =>
    old !== undefined && old > 0 && (next < old / maxRatio || next > old * maxRatio);
  const old = before?.limits as { readonly [name: string]: number | undefined } | undefined;
  for (const [name, limit] of Object.entries(now.limits) as [string, number][])
    if (limit > maxTokens || ratioBreaks(old?.[name], limit)) found.push(`limits.${name}`);
  const prices = pricesOf(now.pricing);
  const oldPrices = pricesOf(before?.pricing);
  // Prices in another currency are other numbers.
  const comparable = before?.pricing?.currency === now.pricing?.currency;
  for (const [name, price] of prices)
    if (price < 0 || price > maxPrice || (comparable && ratioBreaks(oldPrices.get(name), price))) found.push("pricing");
  return [...new Set(found)];
}

/** Every price per token, by a name that says where it stands. */
function pricesOf(pricing: Pricing | undefined): Map<string, number> {
  const prices = new Map<string, number>();
  const add = (where: string, tokens: TokenPrices | undefined) => {
    for (const [meter, price] of Object.entries(tokens ?? {})) prices.set(`${where}.${meter}`, price as number);
  };
  add("tokens", pricing?.tokens);
  for (const [index, tier] of (pricing?.tiers ?? []).entries()) add(`tiers.${index}`, tier.tokens);
  for (const [name, tier] of Object.entries(pricing?.serviceTiers ?? {})) add(`serviceTiers.${name}`, tier.tokens);
  for (const [name, region] of Object.entries(pricing?.regions ?? {})) add(`regions.${name}`, region.tokens);
  return prices;
}
