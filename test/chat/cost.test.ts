/** Cost against amounts computed by hand. */
import { describe, expect, it } from "vitest";
import type { Pricing } from "../../src/catalog/facts.js";
import { costOf } from "../../src/chat/cost.js";
import { addUsage, noUsage, type UsageBuckets, usageOf } from "../../src/chat/usage.js";

const at = Date.parse("2026-03-10T12:00:00Z");

function cost(
  pricing: Pricing | undefined,
  buckets: UsageBuckets,
  context: { serviceTier?: string; at?: number } = {},
) {
  return costOf([usageOf(buckets)], pricing, { at, ...context });
}
function amount(pricing: Pricing, buckets: UsageBuckets, context: { serviceTier?: string; at?: number } = {}): number {
  const result = cost(pricing, buckets, context);
  if (result.state === "unknown") throw new Error(result.reason);
  return result.amount;
}
const usd = (rest: Omit<Pricing, "currency">): Pricing => ({ currency: "USD", ...rest });
const gpt41 = usd({ tokens: { input: 2, output: 8, cacheRead: 0.5 } });

describe("costOf", () => {
  it("adds input, cached input and output", () => {
    // 1,000 x 2 + 500 x 0.5 + 300 x 8 = 4,650 per million
    expect(cost(gpt41, { input: 1000, cacheRead: 500, output: 300 })).toEqual({
      state: "known",
      amount: 0.00465,
      currency: "USD",
      source: "catalog",
      breakdown: [
        { bucket: "cacheRead", tokens: 500, pricePerMillion: 0.5, amount: 0.00025 },
        { bucket: "input", tokens: 1000, pricePerMillion: 2, amount: 0.002 },
        { bucket: "output", tokens: 300, pricePerMillion: 8, amount: 0.0024 },
      ],
    });
  });

  it("is exact where binary fractions are not", () => {
    // 3 x 0.1 = 0.3, which 0.1 * 3 misses
    expect(amount(usd({ tokens: { input: 0.1 } }), { input: 3 })).toBe(3e-7);
    expect(amount(usd({ tokens: { input: 0.07, output: 0.28 } }), { input: 1_234_567, output: 7_654_321 })).toBe(
      2.22962957,
    );
  });

  it("prices reasoning as output and stated reasoning on its own", () => {
    expect(amount(gpt41, { output: 100, reasoning: 400 })).toBe(0.004);
    expect(amount(usd({ tokens: { output: 8, reasoning: 3 } }), { output: 100, reasoning: 400 })).toBe(0.002);
  });

  it("prices cache writes by their lifetime and audio apart from text", () => {
    const claude = usd({ tokens: { input: 3, output: 15, cacheRead: 0.3, cacheWrite: 3.75, cacheWrite1h: 6 } });
    expect(amount(claude, { input: 10, cacheRead: 2000, cacheWrite: 1000, cacheWrite1h: 500, output: 20 })).toBe(
      0.00768,
    );
    const audio = usd({ tokens: { input: 2.5, output: 10, audioInput: 40, audioOutput: 80 } });
    expect(amount(audio, { input: 100, audioInput: 50, output: 10, audioOutput: 200 })).toBe(0.01835);
  });

  it.each([
    ["cacheRead", { input: 1, cacheRead: 1 }],
    ["audioInput", { audioInput: 5 }],
    ["cacheWrite1h", { cacheWrite1h: 5 }],
  ])("is unknown, not 0, without a %s price", (bucket, buckets) => {
    expect(cost(usd({ tokens: { input: 1, output: 1 } }), buckets)).toEqual({
      state: "unknown",
      reason: `the catalog has no ${bucket} price for this model`,
    });
  });

  it.each<[string, Pricing | undefined]>([
    ["no pricing", undefined],
    ["no token prices", usd({})],
    ["a subscription", usd({ plan: "subscription", tokens: { input: 1 } })],
    ["a model of one's own", usd({ plan: "self-hosted" })],
  ])("is unknown for %s", (_name, pricing) => {
    expect(cost(pricing, { input: 1 }).state).toBe("unknown");
  });

  it("is 0 for a free plan, and unknown when usage is absent or incomplete", () => {
    expect(amount(usd({ plan: "free" }), { input: 5 })).toBe(0);
    expect(costOf([noUsage], gpt41, { at }).state).toBe("unknown");
    expect(costOf([usageOf({ input: 1 }, { state: "partial" })], gpt41, { at }).state).toBe("unknown");
  });

  it("takes the provider's own amount only where the catalog has none", () => {
    const usage = usageOf({ input: 10 }, { reportedCostUsd: 0.0123 });
    expect(costOf([usage, usage], undefined, { at })).toEqual({
      state: "known",
      amount: 0.0246,
      currency: "USD",
      source: "provider",
      breakdown: [],
    });
    expect(costOf([usage], gpt41, { at })).toMatchObject({ source: "catalog", amount: 0.00002 });
  });

  const tiered = usd({
    tokens: { input: 1.25, output: 10, cacheRead: 0.125 },
    tiers: [{ above: 200_000, by: "input", scope: "request", tokens: { input: 2.5, output: 15, cacheRead: 0.25 } }],
  });

  it("reprices the whole request strictly above a request tier, cached tokens counted", () => {
    expect(amount(tiered, { input: 200_000, output: 1000 })).toBe(0.26);
    expect(amount(tiered, { input: 100_001, cacheRead: 100_000, output: 1000 })).toBe(0.2900025);
  });

  it("reprices only what is above a marginal tier; cached tokens come first", () => {
    const marginal = usd({
      tokens: { input: 1, output: 2, cacheRead: 0.1 },
      tiers: [{ above: 1000, by: "input", scope: "marginal", tokens: { input: 3 } }],
    });
    // 600 x 0.1 + 400 x 1 + 100 x 3 + 10 x 2 = 780 per million
    const result = cost(marginal, { cacheRead: 600, input: 500, output: 10 });
    expect(result).toMatchObject({ amount: 0.00078 });
    expect(result.state === "known" && result.breakdown.map(({ bucket, tokens }) => [bucket, tokens])).toEqual([
      ["cacheRead", 600],
      ["input", 400],
      ["input", 100],
      ["output", 10],
    ]);
  });

  it("counts tiers per request, not over the steps of a call", () => {
    const step = usageOf({ input: 150_000, output: 100 });
    expect(costOf([step, step], tiered, { at })).toMatchObject({ amount: 0.377 });
  });

  it("takes prices and factors of a service tier, and knows no price for an unknown one", () => {
    const tiers = usd({
      tokens: { input: 2, output: 8 },
      serviceTiers: { flex: { tokens: { input: 1, output: 4 } }, batch: { multiply: 0.5 }, fast: { multiply: 1.1 } },
      tiers: [{ above: 1000, by: "input", scope: "request", tokens: { input: 4 } }],
    });
    const buckets = { input: 1000, output: 1000 };
    expect(amount(tiers, buckets, { serviceTier: "auto" })).toBe(0.01);
    expect(amount(tiers, buckets, { serviceTier: "flex" })).toBe(0.005);
    expect(amount(tiers, buckets, { serviceTier: "batch" })).toBe(0.005);
    expect(amount(tiers, buckets, { serviceTier: "fast" })).toBe(0.011);
    expect(cost(tiers, buckets, { serviceTier: "priority" }).state).toBe("unknown");
    expect(cost(tiers, buckets, { serviceTier: "constructor" }).state).toBe("unknown");
    expect(cost(tiers, { input: 1001 }, { serviceTier: "flex" }).state).toBe("unknown");
    expect(amount(tiers, { input: 1001 }, { serviceTier: "batch" })).toBe(0.002002);
  });

  it("follows windows by date and by time of day, over midnight", () => {
    const windows = usd({
      tokens: { input: 4 },
      windows: [
        { until: "2026-01-31", multiply: 0.5 },
        { daily: ["16:30Z", "00:30Z"], multiply: 0.25 },
      ],
    });
    const million = { input: 1_000_000 };
    expect(amount(windows, million, { at: Date.parse("2026-01-31T23:59:59Z") })).toBe(2);
    expect(amount(windows, million, { at: Date.parse("2026-02-01T12:00:00Z") })).toBe(4);
    expect(amount(windows, million, { at: Date.parse("2026-02-01T16:30:00Z") })).toBe(1);
    expect(amount(windows, million, { at: Date.parse("2026-02-02T00:29:00Z") })).toBe(1);
    expect(amount(windows, million, { at: Date.parse("2026-02-02T00:30:00Z") })).toBe(4);
  });
});

describe("addUsage", () => {
  it("adds buckets and totals, and is only as certain as the least certain part", () => {
    const a = usageOf({ input: 5, output: 1 });
    expect(addUsage([a, usageOf({ input: 2, reasoning: 3 })])).toMatchObject({
      state: "known",
      inputTokens: 7,
      outputTokens: 4,
      buckets: { input: 7, output: 1, reasoning: 3 },
    });
    expect(addUsage([a, noUsage]).state).toBe("partial");
    expect(addUsage([a])).toBe(a);
  });
});
