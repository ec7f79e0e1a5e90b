/** What a call of another kind than chat cost: by tokens where they are priced and counted, else by pictures, seconds, characters or queries. */
import type { Pricing } from "../catalog/facts.js";
import { type Cost, costOf, type UnitCostItem } from "./cost.js";
import type { CostContext } from "./cost-prices.js";
import type { Usage } from "./usage.js";

/** What was used. */
export interface TaskUsage {
  readonly usage: Usage;
  /** Quantities by the catalog's meter names. */
  readonly meters: { readonly [meter: string]: number };
  /** Options of the request, which prices may depend on. */
  readonly params: { readonly [name: string]: unknown };
}

type UnitPrice = NonNullable<Pricing["units"]>[number];

export function taskCost(used: TaskUsage, pricing: Pricing | undefined, context: CostContext): Cost {
  const byTokens = costOf([used.usage], pricing, context);
  if (byTokens.state === "known" || pricing?.units === undefined) return byTokens;
  return unitCost(used, pricing, pricing.units) ?? byTokens;
}

/** Undefined when no price is for anything that was used. */
function unitCost(
  { meters, params }: TaskUsage,
  { currency }: Pricing,
  prices: readonly UnitPrice[],
): Cost | undefined {
  const units: UnitCostItem[] = [];
  for (const [meter, quantity] of Object.entries(meters)) {
    const ofMeter = prices.filter((price) => price.meter === meter);
    if (ofMeter.length === 0 || quantity === 0) continue;
    const price = closest(ofMeter, params);
    if (price === undefined) return { state: "unknown", reason: dependsOn(meter, ofMeter) };
    units.push({
      meter,
      quantity,
      per: price.per,
      price: price.price,
      amount: exact((quantity * price.price) / price.per),
    });
  }
  if (units.length === 0) return undefined;
  const amount = exact(units.reduce((sum, item) => sum + item.amount, 0));
  return { state: "known", amount, currency, source: "catalog", breakdown: [], units };
}

/** The price with the most conditions that all hold. */
function closest(prices: readonly UnitPrice[], params: TaskUsage["params"]): UnitPrice | undefined {
  const conditions = ({ when = {} }: UnitPrice): readonly [string, unknown][] => Object.entries(when);
  return prices
    .filter((price) => conditions(price).every(([name, value]) => params[name] === value))
    .sort((a, b) => conditions(b).length - conditions(a).length)[0];
}

function dependsOn(meter: string, prices: readonly UnitPrice[]): string {
  const names = [...new Set(prices.flatMap(({ when = {} }) => Object.keys(when)))];
  return `the price per ${meter} depends on ${names.join(" and ")}`;
}

/** Products of short decimals must not show binary noise. */
function exact(amount: number): number {
  return Number(amount.toPrecision(12));
}
