/** Cuts the tokens of one request where the price changes with its size. */
import type { Pricing, TokenPrices } from "../catalog/facts.js";
import type { Usage, UsageBucket } from "./usage.js";

/** In the order in which tokens fill a request: what is cached is its beginning. */
const inputOrder: readonly UsageBucket[] = [
  "cacheRead",
  "audioCacheRead",
  "cacheWrite",
  "cacheWrite1h",
  "input",
  "audioInput",
  "imageInput",
  "videoInput",
];
const outputOrder: readonly UsageBucket[] = ["reasoning", "output", "audioOutput", "imageOutput"];
const order = [...inputOrder, ...outputOrder];

/** Tokens of one bucket at one price. */
export interface Slice {
  readonly bucket: UsageBucket;
  readonly count: number;
  /** Prices that a tier puts over the model's own. */
  readonly tokens: TokenPrices | undefined;
}

type Tier = NonNullable<Pricing["tiers"]>[number];

/** The buckets of one request, cut where a marginal tier begins. A tier holds strictly above its number. */
export function slicesOf(usage: Usage, tiers: readonly Tier[] = []): readonly Slice[] {
  const size = { input: usage.inputTokens, output: usage.outputTokens, total: usage.inputTokens + usage.outputTokens };
  const reached = tiers.filter((tier) => size[tier.by] > tier.above).sort((a, b) => a.above - b.above);
  const repriced = reached.filter(isRequestTier);
  const whole: TokenPrices | undefined =
    repriced.length === 0 ? undefined : Object.assign({}, ...repriced.map((tier) => tier.tokens));
  let slices: Slice[] = [];
  for (const bucket of order) {
    const count = usage.buckets[bucket] ?? 0;
    if (count > 0) slices.push({ bucket, count, tokens: whole });
  }
  for (const tier of reached) if (!isRequestTier(tier)) slices = cutAt(slices, tier);
  return slices;
}

function isRequestTier(tier: Tier): boolean {
  return tier.scope === "request";
}

function cutAt(slices: readonly Slice[], tier: Tier): Slice[] {
  const counted = tier.by === "total" ? order : tier.by === "input" ? inputOrder : outputOrder;
  const cut: Slice[] = [];
  let position = 0;
  for (const slice of slices) {
    if (!counted.includes(slice.bucket)) {
      cut.push(slice);
      continue;
    }
    const below = Math.min(slice.count, Math.max(0, tier.above - position));
    const above = slice.count - below;
    position += slice.count;
    if (below > 0) cut.push({ ...slice, count: below });
    if (above > 0) cut.push({ ...slice, count: above, tokens: { ...slice.tokens, ...tier.tokens } });
  }
  return cut;
}
