/** Embeds texts and media: unit vectors that depend on the value alone, of the dimension that the catalog states. */
import { assumeOf } from "../catalog/capabilities.js";
import { embeddedMedia, embedsApart } from "../catalog/embedded-media.js";
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { sourceOf } from "../chat/media-source.js";
import type { EmbeddingValue } from "../chat/message.js";
import type { ServedEmbedding } from "../protocols/server.js";
import { badValue, type Refusal, unsupported } from "./inspection.js";
import { createRandom, hash } from "./random.js";
import { countTokens } from "./tokens.js";

/** For models whose dimension no source states. */
const defaultDimensions = 1024;

/** What a picture is said to count. */
const tokensPerMedia = 258;

export interface Embedded {
  readonly vectors: readonly (readonly number[])[];
  /** All, and those of media among them. */
  readonly inputTokens: number;
  readonly mediaTokens: number;
}

export function embedValues(
  served: ServedEmbedding,
  found: { readonly provider: ProviderFacts; readonly model: ModelFacts },
  seed: number,
): Embedded | Refusal {
  const { model } = found;
  const refusal = mediaRefusal(served, found) ?? findEmbeddingRefusal(served, model);
  if (refusal !== undefined) return refusal;
  const dimensions = dimensionsOf(served, model);
  const texts = served.input.filter((value) => typeof value === "string");
  const mediaTokens = (served.input.length - texts.length) * tokensPerMedia;
  return {
    vectors: served.input.map((value) => unitVector(dimensions, hash(`${served.modelId} ${textOf(value)}`, seed))),
    inputTokens: texts.reduce((sum, text) => sum + countTokens(text), mediaTokens),
    mediaTokens,
  };
}

function textOf(value: EmbeddingValue): string {
  return typeof value === "string" ? value : `${value.type} ${String(sourceOf(value))}`;
}

function mediaRefusal(
  { input, alone = false }: ServedEmbedding,
  { provider, model }: { readonly provider: ProviderFacts; readonly model: ModelFacts },
): Refusal | undefined {
  const media = embeddedMedia(provider, model, assumeOf(provider, model));
  const counts = new Map<string, number>();
  for (const [i, value] of input.entries()) {
    if (typeof value === "string") continue;
    if (!media.includes(value.type) || alone !== embedsApart(provider, model)) return unsupported(`input[${i}]`);
    const count = (counts.get(value.type) ?? 0) + 1;
    counts.set(value.type, count);
    const { maxCount = count } = model.media?.[value.type] ?? {};
    if (count > maxCount) return badValue("input", `at most ${maxCount} of ${value.type} are allowed`);
  }
  return undefined;
}

function findEmbeddingRefusal(served: ServedEmbedding, { kind, limits, params }: ModelFacts): Refusal | undefined {
  if (kind !== "embedding") return badValue("model", `'${served.modelId}' is not an embedding model`);
  if (limits.batchItems !== undefined && served.input.length > limits.batchItems)
    return badValue("input", `at most ${limits.batchItems} inputs are allowed, not ${served.input.length}`);
  const long = served.input.findIndex(
    (text) =>
      typeof text === "string" &&
      ((limits.input !== undefined && countTokens(text) > limits.input) ||
        (limits.inputChars !== undefined && text.length > limits.inputChars)),
  );
  if (long >= 0)
    return {
      code: "context-length",
      message: `input[${long}] is too long: maximum context length exceeded`,
      param: "input",
    };
  return dimensionsRefusal(served.params.dimensions, params.dimensions);
}

function dimensionsRefusal(asked: unknown, constraint: ModelFacts["params"][string] | undefined): Refusal | undefined {
  if (asked === undefined || constraint === true) return undefined;
  if (constraint === undefined || constraint === false) return unsupported("dimensions");
  const { min = 1, max = Number.POSITIVE_INFINITY, enum: allowed } = constraint;
  if (typeof asked !== "number" || asked < min || asked > max)
    return badValue("dimensions", `must be between ${min} and ${max}`);
  return allowed === undefined || allowed.includes(asked)
    ? undefined
    : badValue("dimensions", `must be one of ${allowed.join(", ")}`);
}

function dimensionsOf({ params: { dimensions } }: ServedEmbedding, { params }: ModelFacts): number {
  if (typeof dimensions === "number") return dimensions;
  const stated = typeof params.dimensions === "object" ? params.dimensions : {};
  return typeof stated.default === "number" ? stated.default : (stated.max ?? defaultDimensions);
}

function unitVector(dimensions: number, seed: number): readonly number[] {
  const random = createRandom(seed);
  const vector = Array.from({ length: dimensions }, () => random.next() * 2 - 1);
  const length = Math.hypot(...vector) || 1;
  return vector.map((value) => value / length);
}
