/** The prices in force for a request: by time, service tier and region. */
import type { Pricing, TokenPrices } from "../catalog/facts.js";

/** What else decides a price. */
export interface CostContext {
  /** Milliseconds since the epoch, for prices with a validity. */
  readonly at: number;
  /** Service tier asked for, such as `flex`, `priority` or `batch`. */
  readonly serviceTier?: string | undefined;
  readonly region?: string | undefined;
}

/**
 * Prices and a factor on them.
 * @internal
 */
export interface Prices {
  readonly tokens: TokenPrices;
  readonly factor: number;
  /** The service tier states prices of its own, which say nothing about requests above a size tier. */
  readonly ownTier: boolean;
}

// Words for "no special tier".
const plainTiers = ["auto", "default", "standard", "standard_only", "on_demand"];

/**
 * The prices in force, or why they are unknown.
 * @internal
 */
export function pricesAt(pricing: Pricing, context: CostContext): Prices | string {
  let tokens: TokenPrices = pricing.tokens ?? {};
  let factor = 1;
  let ownTier = false;
  const apply = (change: { readonly tokens?: TokenPrices; readonly multiply?: number }): void => {
    tokens = { ...tokens, ...change.tokens };
    factor *= change.multiply ?? 1;
  };
  const window = pricing.windows?.find((candidate) => isOpen(candidate, context.at));
  if (window !== undefined) apply(window);
  const { serviceTier, region } = context;
  if (serviceTier !== undefined && !plainTiers.includes(serviceTier)) {
    const tier = Object.hasOwn(pricing.serviceTiers ?? {}, serviceTier)
      ? pricing.serviceTiers?.[serviceTier]
      : undefined;
    if (tier === undefined) return `the catalog has no price for service tier '${serviceTier}'`;
    apply(tier);
    ownTier = tier.tokens !== undefined;
  }
  const area = Object.keys(pricing.regions ?? {}).find((name) => region !== undefined && liesIn(region, name));
  const place = area === undefined ? undefined : pricing.regions?.[area];
  if (place !== undefined) apply(place);
  return { tokens, factor, ownTier };
}

/**
 * `eu-west-1` lies in `eu` and in itself.
 * @internal
 */
export function liesIn(region: string, area: string): boolean {
  return region === area || region.startsWith(`${area}-`);
}

function isOpen(window: NonNullable<Pricing["windows"]>[number], at: number): boolean {
  const { from, until, daily } = window;
  if (from !== undefined && at < Date.parse(from)) return false;
  // A bare date means to the end of that day, UTC.
  if (until !== undefined && at >= Date.parse(until) + (until.includes("T") ? 0 : 86_400_000)) return false;
  if (daily === undefined) return true;
  const minute = Math.floor(at / 60_000) % 1440;
  const [start, end] = [minuteOf(daily[0]), minuteOf(daily[1])];
  return start <= end ? minute >= start && minute < end : minute >= start || minute < end;
}

/** Minute of the UTC day of `16:30Z`. */
function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3, 5));
}
