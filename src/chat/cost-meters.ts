/** Prices of what is not counted in tokens: which one holds, and what a quantity costs. */
import type { Pricing } from "../catalog/facts.js";
import type { Meters, Usage } from "./usage.js";

/** @internal */
export type UnitPrice = NonNullable<Pricing["units"]>[number];
/** The price of something that is not counted in tokens. */
export interface UnitCostItem {
  /** The catalog's name of what is counted: `webSearch`, `image`, `second.input`, `character.input`, `query`. */
  readonly meter: string;
  readonly quantity: number;
  /** `price`, in the cost's currency, is for this many. */
  readonly per: number;
  readonly price: number;
  readonly amount: number;
}

type Options = { readonly [name: string]: unknown };

/**
 * The price of a quantity. Undefined: nothing has that meter. A sentence: why it is unknown which price holds.
 * @internal
 */
export function priceUnits(
  meter: string,
  quantity: number,
  { prices, options }: { readonly prices: readonly UnitPrice[]; readonly options: Options },
): UnitCostItem | string | undefined {
  const ofMeter = prices.filter((price) => price.meter === meter);
  if (ofMeter.length === 0) return undefined;
  const price = closest(ofMeter, options);
  if (price === undefined) return dependsOn(meter, ofMeter);
  const counted = price.counted === undefined ? quantity : 1;
  return {
    meter,
    quantity: counted,
    per: price.per,
    price: price.price,
    amount: exact((counted * price.price) / price.per),
  };
}

/**
 * What one request of a chat costs on top of its tokens, or why that is unknown: what was used and has no price is not
 * free. Pictures are an exception where a model sells them as tokens like any others.
 * @internal
 */
export function chatUnits(usage: Usage, { units = [], tokens = {} }: Pricing): readonly UnitCostItem[] | string {
  const items: UnitCostItem[] = [];
  for (const [meter, quantity] of Object.entries(metersOf(usage, units))) {
    const priced = priceUnits(meter, quantity, { prices: units, options: usage.pricedBy ?? {} });
    if (typeof priced === "string") return priced;
    if (priced !== undefined) items.push(priced);
    else if (meter !== "image") return `the catalog has no ${meter} price for this model`;
    else if (tokens.imageOutput !== undefined) return "the provider did not count the tokens of its pictures";
  }
  return items;
}

/** With what every request costs, used or not. Pictures counted in tokens are paid as such. */
function metersOf({ meters, buckets }: Usage, units: readonly UnitPrice[]): Meters {
  if (meters === undefined && units.length === 0) return {};
  const { image, ...used } = meters ?? {};
  const always = units.filter(({ meter, counted }) => meter === "request" || counted === "always");
  return {
    ...used,
    ...(image === undefined || buckets.imageOutput !== undefined ? {} : { image }),
    ...Object.fromEntries(always.map(({ meter }) => [meter, 1])),
  };
}

/** The price with the most conditions that all hold. */
function closest(prices: readonly UnitPrice[], options: Options): UnitPrice | undefined {
  const conditions = ({ when = {} }: UnitPrice): readonly [string, unknown][] => Object.entries(when);
  return prices
    .filter((price) => conditions(price).every(([name, value]) => options[name] === value))
    .sort((a, b) => conditions(b).length - conditions(a).length)[0];
}

function dependsOn(meter: string, prices: readonly UnitPrice[]): string {
  const names = [...new Set(prices.flatMap(({ when = {} }) => Object.keys(when)))];
  return `the price per ${meter} depends on ${names.join(" and ")}`;
}

/**
 * Products of short decimals must not show binary noise.
 * @internal
 */
export function exact(amount: number): number {
  return Number(amount.toPrecision(12));
}
