/** What a call cost: usage times the catalog's prices, in exact decimal arithmetic. An unknown price is unknown, never 0. */
import type { Pricing, TokenPrices } from "../catalog/facts.js";
import { chatUnits, type UnitCostItem } from "./cost-meters.js";
import { type CostContext, pricesAt } from "./cost-prices.js";
import { slicesOf } from "./cost-slices.js";
import { unpriced } from "./unpriced.js";
import type { Usage, UsageBucket } from "./usage.js";

/** The price of one bucket of tokens. */
export interface CostItem {
  readonly bucket: UsageBucket;
  readonly tokens: number;
  /** In the cost's currency. */
  readonly pricePerMillion: number;
  readonly amount: number;
}

/** What a call cost: known with a breakdown, or unknown with a reason. */
export type Cost =
  | {
      readonly state: "known";
      readonly amount: number;
      /** ISO 4217. */
      readonly currency: string;
      /** `provider`: the provider itself reported the amount, and the catalog has no price. */
      readonly source: "catalog" | "provider";
      readonly breakdown: readonly CostItem[];
      /** What was priced by the piece: searches, pictures, seconds, characters. Absent when nothing was. */
      readonly units?: readonly UnitCostItem[];
    }
  | { readonly state: "unknown"; readonly reason: string };

/** Cost of the requests of one call; each usage is one request, as tiers count per request. */
export function costOf(usages: readonly Usage[], pricing: Pricing | undefined, context: CostContext): Cost {
  const cost = pricedCost(usages, pricing, context);
  if (cost.state === "known") return cost;
  const reported = reportedCost(usages);
  if (reported === undefined) return cost;
  return { state: "known", amount: reported, currency: "USD", source: "provider", breakdown: [] };
}

/**
 * The cost of several calls together; unknown when one of them is, or when their currencies differ.
 * @internal
 */
export function addCosts(costs: readonly Cost[]): Cost {
  const [first] = costs;
  if (first === undefined) return unknown("there was no call");
  if (costs.length === 1) return first;
  const known: Extract<Cost, { readonly state: "known" }>[] = [];
  for (const cost of costs) {
    if (cost.state === "unknown") return cost;
    known.push(cost);
  }
  const currency = known[0]?.currency ?? "";
  if (known.some((cost) => cost.currency !== currency)) return unknown("the costs are in several currencies");
  const source = known.some((cost) => cost.source === "provider") ? "provider" : "catalog";
  const breakdown = known.flatMap((cost) => cost.breakdown);
  const units = known.flatMap((cost) => cost.units ?? []);
  const amount = sumOf(known.map((cost) => cost.amount));
  return { state: "known", amount, currency, source, breakdown, ...(units.length === 0 ? {} : { units }) };
}

function pricedCost(usages: readonly Usage[], pricing: Pricing | undefined, context: CostContext): Cost {
  if (pricing?.plan === "subscription" || pricing?.plan === "self-hosted")
    return unknown(`the plan is ${pricing.plan}: requests have no price of their own`);
  const free = pricing?.plan === "free";
  if (pricing === undefined || (pricing.tokens === undefined && !free)) return unpriced;
  const prices = free ? { tokens: {}, factor: 1, ownTier: false } : pricesAt(pricing, context);
  if (typeof prices === "string") return unknown(prices);
  const items: Priced[] = [];
  const units: UnitCostItem[] = [];
  for (const usage of usages) {
    const pieces = chatUnits(usage, pricing);
    if (typeof pieces === "string") return unknown(pieces);
    units.push(...pieces);
    if (free) continue;
    if (usage.state === "absent") return unknown("the provider stated no usage");
    if (usage.state === "partial") return unknown("the usage is incomplete");
    for (const { bucket, count, tokens } of slicesOf(usage, pricing.tiers)) {
      if (prices.ownTier && tokens !== undefined)
        return unknown(`the catalog has no ${context.serviceTier} price for requests of this size`);
      const price = priceOf(bucket, tokens === undefined ? prices.tokens : { ...prices.tokens, ...tokens });
      if (price === undefined) return unknown(`the catalog has no ${bucket} price for this model`);
      items.push({ bucket, count, price });
    }
  }
  return known(pricing.currency, { items, factor: prices.factor, units });
}

interface Priced {
  readonly bucket: UsageBucket;
  readonly count: number;
  readonly price: number;
}

/** Factors are of token prices: what is sold by the piece has one price everywhere. */
function known(
  currency: string,
  {
    items,
    factor,
    units,
  }: { readonly items: readonly Priced[]; readonly factor: number; readonly units: readonly UnitCostItem[] },
): Cost {
  const { amount, breakdown } = (factor === 1 ? numberAmounts(items) : undefined) ?? exactAmounts(items, factor);
  const cost = { state: "known", amount, currency, source: "catalog", breakdown } as const;
  if (units.length === 0) return cost;
  return { ...cost, amount: sumOf([amount, ...units.map((unit) => unit.amount)]), units };
}

/** Decimal places that a price or a factor may have, and those of an amount: prices are per million. */
const digits = 9;
const scale = 10 ** digits;
const amountScale = 10 ** (digits + 6);

type Amounts = { readonly amount: number; readonly breakdown: readonly CostItem[] };

/** In whole numbers while all are safe, which they are below some nine units of money: the one division rounds right. */
function numberAmounts(priced: readonly Priced[]): Amounts | undefined {
  let total = 0;
  const breakdown: CostItem[] = [];
  for (const { bucket, count, price } of priced) {
    const amount = count * Math.round(price * scale);
    total += amount;
    breakdown.push({ bucket, tokens: count, pricePerMillion: price, amount: amount / amountScale });
  }
  return Number.isSafeInteger(total) ? { amount: total / amountScale, breakdown } : undefined;
}

function exactAmounts(priced: readonly Priced[], factor: number): Amounts {
  let total = 0n;
  const breakdown: CostItem[] = [];
  for (const { bucket, count, price } of priced) {
    const perMillion = scaled(price) * scaled(factor);
    const amount = BigInt(count) * perMillion;
    total += amount;
    breakdown.push({
      bucket,
      tokens: count,
      pricePerMillion: decimal(perMillion, 2 * digits),
      amount: decimal(amount, 2 * digits + 6),
    });
  }
  return { amount: decimal(total, 2 * digits + 6), breakdown };
}

/** Prices are short decimals: rounding at nine places restores the exact one behind the binary number. */
function scaled(value: number): bigint {
  return BigInt(Math.round(value * scale));
}

/** Of amounts, without binary noise. */
function sumOf(amounts: readonly number[]): number {
  return decimal(
    amounts.reduce((sum, amount) => sum + BigInt(Math.round(amount * amountScale)), 0n),
    digits + 6,
  );
}

/** The nearest number; parsing a decimal text rounds once, where a division would round twice. */
function decimal(value: bigint, places: number): number {
  return Number(`${value}e-${places}`);
}

function unknown(reason: string): Cost {
  return { state: "unknown", reason };
}

/** A sum that a provider reports holds for the whole call only when it reports each request. */
function reportedCost(usages: readonly Usage[]): number | undefined {
  let total = 0n;
  for (const { reportedCostUsd } of usages) {
    if (reportedCostUsd === undefined || !Number.isFinite(reportedCostUsd) || reportedCostUsd < 0) return undefined;
    total += BigInt(Math.round(reportedCostUsd * 10 ** 12));
  }
  return usages.length === 0 ? undefined : decimal(total, 12);
}

// Image and video tokens that a provider counts apart cost as text unless stated (https://ai.google.dev/gemini-api/docs/pricing);
// audio does not.
const fallback: { readonly [B in UsageBucket]?: UsageBucket } = {
  reasoning: "output",
  imageInput: "input",
  videoInput: "input",
};

function priceOf(bucket: UsageBucket, prices: TokenPrices): number | undefined {
  const other = fallback[bucket];
  return prices[bucket] ?? (other === undefined ? undefined : prices[other]);
}
