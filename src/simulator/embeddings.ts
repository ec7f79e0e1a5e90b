/** Embeds texts: unit vectors that depend on the text alone, of the dimension that the catalog states. */
import type { ModelFacts } from "../catalog/facts.js";
import type { ServedEmbedding } from "../protocols/server.js";
import { badValue, type Refusal, unsupported } from "./inspection.js";
import { createRandom, hash } from "./random.js";
import { countTokens } from "./tokens.js";

/** For models whose dimension no source states. */
const defaultDimensions = 1024;

export interface EmbeddedTexts {
  readonly vectors: readonly (readonly number[])[];
  readonly inputTokens: number;
}

export function embedTexts(served: ServedEmbedding, model: ModelFacts, seed: number): EmbeddedTexts | Refusal {
  const refusal = findEmbeddingRefusal(served, model);
  if (refusal !== undefined) return refusal;
  const dimensions = dimensionsOf(served, model);
  return {
    vectors: served.input.map((text) => unitVector(dimensions, hash(`${served.modelId} ${text}`, seed))),
    inputTokens: served.input.reduce((sum, text) => sum + countTokens(text), 0),
  };
}

function findEmbeddingRefusal(served: ServedEmbedding, { kind, limits, params }: ModelFacts): Refusal | undefined {
  if (kind !== "embedding") return badValue("model", `'${served.modelId}' is not an embedding model`);
  if (limits.batchItems !== undefined && served.input.length > limits.batchItems)
    return badValue("input", `at most ${limits.batchItems} inputs are allowed, not ${served.input.length}`);
  const long = served.input.findIndex(
    (text) =>
      (limits.input !== undefined && countTokens(text) > limits.input) ||
      (limits.inputChars !== undefined && text.length > limits.inputChars),
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
