/** What a call of another kind than chat cost: by tokens where they are priced and counted, else by pictures, seconds, characters or queries. */
import type { Pricing } from "../catalog/facts.js";
import { type Cost, costOf } from "./cost.js";
import { exact, priceUnits, type UnitCostItem, type UnitPrice } from "./cost-meters.js";
import type { CostContext } from "./cost-prices.js";
import type { Meters, Usage } from "./usage.js";

/** What was used. */
export interface TaskUsage {
  readonly usage: Usage;
  /** Quantities by the catalog's meter names. */
  readonly meters: Meters;
  /** Options of the request, which prices may depend on. */
  readonly params: { readonly [name: string]: unknown };
}

export function taskCost(used: TaskUsage, pricing: Pricing | undefined, context: CostContext): Cost {
  const byTokens = costOf([used.usage], pricing, context);
  if (byTokens.state === "known" || pricing?.units === undefined || pricing.units.length === 0) return byTokens;
  const byUnits = unitCost(used, pricing, pricing.units);
  if (byUnits !== undefined || pricing.tokens !== undefined) return byUnits ?? byTokens;
  const meters = [...new Set(pricing.units.map(({ meter }) => meter))].join(" and ");
  return { state: "unknown", reason: `the price is per ${meters}, which nothing tells of this call` };
}

/** Undefined when no price is for anything that was used. */
function unitCost(
  { meters, params }: TaskUsage,
  { currency }: Pricing,
  prices: readonly UnitPrice[],
): Cost | undefined {
  const units: UnitCostItem[] = [];
  for (const [meter, quantity] of Object.entries(meters)) {
    const priced = quantity === 0 ? undefined : priceUnits(meter, quantity, { prices, options: params });
    if (typeof priced === "string") return { state: "unknown", reason: priced };
    if (priced !== undefined) units.push(priced);
  }
  if (units.length === 0) return undefined;
  const amount = exact(units.reduce((sum, item) => sum + item.amount, 0));
  return { state: "known", amount, currency, source: "catalog", breakdown: [], units };
}
