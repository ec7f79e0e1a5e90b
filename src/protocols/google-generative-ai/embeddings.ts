/** Text embeddings: `embedContent` for one text, `batchEmbedContents` for several. https://ai.google.dev/api/embeddings */
import { count, noUsage, type Usage, usageOf } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import { type WireBody, writeParams } from "../body.js";
import type { EmbeddingAnswer, EmbeddingCall, WireRequest } from "../protocol.js";
import { failureInside } from "./error.js";
import { resourcePath } from "./request-model.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, present } from "./wire-read.js";

/** Canonical names that the wire calls otherwise. `taskType`, `title` and the like are its own. */
const paths = { dimensions: "outputDimensionality" };

export function encodeEmbedding(call: EmbeddingCall): WireRequest {
  const path = resourcePath(call);
  const requests = call.input.map((text) => embedRequest(call, text));
  const sole = requests.length === 1 ? requests[0] : undefined;
  return {
    method: "POST",
    path: `${path}:${sole === undefined ? "batchEmbedContents" : "embedContent"}`,
    headers: { ...call.model.transport?.headers },
    // Each request of a batch names the model again, with its collection.
    body: sole ?? { requests: requests.map((request) => ({ model: path.slice(1), ...request })) },
  };
}

function embedRequest({ model, params }: EmbeddingCall, text: string): WireBody {
  const body: WireBody = { ...model.transport?.body, content: { parts: [{ text }] } };
  writeParams(body, params, { model, paths });
  return body;
}

/** Throws `TransportError` ("invalid-response") unless there is one vector of numbers for each text. */
export function decodeEmbedding(body: unknown, call: EmbeddingCall): EmbeddingAnswer {
  const failure = failureInside(body, call);
  if (failure !== undefined) throw failure;
  const answer = objectOf(body);
  const found = objectsOf(present(answer?.embeddings) ? answer?.embeddings : answer?.embedding);
  if (found.length !== call.input.length)
    throw new TransportError("invalid-response", `expected ${call.input.length} embeddings, got ${found.length}`);
  return { embeddings: found.map(({ values }) => vectorOf(values)), usage: usageIn(answer) };
}

function vectorOf(values: unknown): readonly number[] {
  if (!Array.isArray(values) || values.length === 0 || !values.every((value) => typeof value === "number"))
    throw new TransportError("invalid-response", "an embedding is not a list of numbers");
  return values as readonly number[];
}

/** Only newer models state usage. */
function usageIn(answer: Members | undefined): Usage {
  const wire = objectOf(answer?.usageMetadata);
  if (typeof wire?.promptTokenCount !== "number") return noUsage;
  return usageOf({ input: count(wire.promptTokenCount) }, { raw: wire });
}
