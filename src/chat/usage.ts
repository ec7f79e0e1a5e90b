/** Token usage in disjoint buckets, and where it came from. */

/** Disjoint: no token is in two buckets. Names equal the price names of the catalog. */
export interface UsageBuckets {
  /** Prompt tokens that were neither read from nor written to a cache, nor audio, image or video. */
  readonly input?: number;
  readonly cacheRead?: number;
  readonly cacheWrite?: number;
  readonly cacheWrite1h?: number;
  readonly audioInput?: number;
  readonly imageInput?: number;
  readonly videoInput?: number;
  readonly audioCacheRead?: number;
  /** Generated tokens that are neither reasoning nor audio nor image. */
  readonly output?: number;
  readonly reasoning?: number;
  readonly audioOutput?: number;
  readonly imageOutput?: number;
}

/** Name of one of the disjoint counts. */
export type UsageBucket = keyof UsageBuckets;

/** Counts of what is not measured in tokens. */
export type Meters = { readonly [meter: string]: number };

/** Tokens of a call, and how they are known. */
export interface Usage {
  /** `known`: the provider stated it; `partial`: the stream broke or a part is missing; `absent`: never stated. */
  readonly state: "known" | "partial" | "absent";
  /** All prompt tokens, cached ones included. */
  readonly inputTokens: number;
  /** All generated tokens, reasoning included. */
  readonly outputTokens: number;
  readonly buckets: UsageBuckets;
  /**
   * What costs beside tokens, by the catalog's meter names: searches (`webSearch`), containers for code
   * (`codeInterpreterSession`), pictures whose tokens are not counted (`image`). Absent when there was nothing.
   */
  readonly meters?: Meters;
  /** What the price of a meter depends on, as the answer states it: `searchContextSize`. */
  readonly pricedBy?: { readonly [name: string]: string };
  /** The cost in USD that the provider itself reported, when it did. */
  readonly reportedCostUsd?: number | undefined;
  /** The provider's usage object as it arrived. */
  readonly raw?: unknown;
}

/** @internal */
export const noUsage: Usage = { state: "absent", inputTokens: 0, outputTokens: 0, buckets: {} };

const inputBuckets = [
  "input",
  "cacheRead",
  "cacheWrite",
  "cacheWrite1h",
  "audioInput",
  "imageInput",
  "videoInput",
  "audioCacheRead",
] as const;
const outputBuckets = ["output", "reasoning", "audioOutput", "imageOutput"] as const;

/**
 * Counts from the wire are hostile: only finite, non-negative integers count.
 * @internal
 */
export function count(value: unknown): number {
  return typeof value === "number" && Number.isFinite(value) && value > 0 ? Math.floor(value) : 0;
}

/**
 * Usage whose totals are the sums of its buckets. Zero buckets are left out.
 * @internal
 */
export function usageOf(
  buckets: UsageBuckets,
  rest: { state?: Usage["state"]; reportedCostUsd?: number | undefined; raw?: unknown } = {},
): Usage {
  const kept: { -readonly [B in UsageBucket]?: number } = {};
  let inputTokens = 0;
  let outputTokens = 0;
  for (const bucket of inputBuckets) {
    const n = count(buckets[bucket]);
    if (n > 0) kept[bucket] = n;
    inputTokens += n;
  }
  for (const bucket of outputBuckets) {
    const n = count(buckets[bucket]);
    if (n > 0) kept[bucket] = n;
    outputTokens += n;
  }
  return {
    state: rest.state ?? "known",
    inputTokens,
    outputTokens,
    buckets: kept,
    reportedCostUsd: rest.reportedCostUsd,
    raw: rest.raw,
  };
}

/**
 * The usage with what else was counted. Zeros are left out; so is `pricedBy` without meters or options.
 * @internal
 */
export function withMeters(usage: Usage, meters: Meters, pricedBy: Usage["pricedBy"] = {}): Usage {
  const used = Object.entries(meters).filter(([, quantity]) => quantity > 0);
  return {
    ...usage,
    ...(used.length === 0 ? {} : { meters: { ...usage.meters, ...Object.fromEntries(used) } }),
    ...(Object.keys(pricedBy).length === 0 ? {} : { pricedBy }),
  };
}

/**
 * The sum of the usages of one call. Its state is the least certain one.
 * @internal
 */
export function addUsage(usages: readonly Usage[]): Usage {
  const [first] = usages;
  if (first === undefined) return noUsage;
  if (usages.length === 1) return first;
  const buckets: { -readonly [B in UsageBucket]?: number } = {};
  const sum = { state: "known" as Usage["state"], inputTokens: 0, outputTokens: 0 };
  const meters: { [meter: string]: number } = {};
  let reportedCostUsd: number | undefined;
  for (const usage of usages) {
    for (const [meter, quantity] of Object.entries(usage.meters ?? {})) meters[meter] = (meters[meter] ?? 0) + quantity;
    if (usage.state !== "known") sum.state = "partial";
    sum.inputTokens += usage.inputTokens;
    sum.outputTokens += usage.outputTokens;
    for (const [bucket, count] of Object.entries(usage.buckets) as [UsageBucket, number][])
      buckets[bucket] = (buckets[bucket] ?? 0) + count;
    if (usage.reportedCostUsd !== undefined) reportedCostUsd = (reportedCostUsd ?? 0) + usage.reportedCostUsd;
  }
  return { ...sum, buckets, ...(Object.keys(meters).length === 0 ? {} : { meters }), reportedCostUsd };
}
