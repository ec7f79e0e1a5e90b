/** Encodes and decodes embeddings. https://docs.ollama.com/api/embed */

import { TransportError } from "../../errors.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { textsOf } from "../embedding-input.js";
import { objectOf, textOf } from "../lenient.js";
import type { EmbeddingAnswer, EmbeddingCall, WireRequest } from "../protocol.js";
import { errorInside, failureIn } from "./error.js";
import { paths } from "./request.js";
import { decodeUsage } from "./response.js";

export function encodeEmbeddings(call: EmbeddingCall): WireRequest {
  const { model, modelId, params } = call;
  const body: WireBody = { model: model.wireId ?? modelId, input: textsOf(call) };
  writeParams(body, params, { model, paths });
  const plain = { model, request: { messages: [], tools: [], params } };
  return {
    method: "POST",
    path: model.transport?.path ?? "/api/embed",
    headers: extraHeaders(plain),
    body: withExtraBody(body, plain),
  };
}

/** Throws `TransportError` ("invalid-response") unless there is one vector for each input. */
export function decodeEmbeddings(body: unknown, call: EmbeddingCall): EmbeddingAnswer {
  const answer = objectOf(body) ?? {};
  const failure = failureIn(answer);
  if (failure !== undefined) throw errorInside(failure, call);
  // The endpoint before `/api/embed` answers one vector.
  const vectors = Array.isArray(answer.embedding) ? [answer.embedding] : answer.embeddings;
  if (!isVectors(vectors) || vectors.length !== call.input.length)
    throw new TransportError("invalid-response", `${call.provider.id}/${call.modelId}: not one vector for each input`);
  // Embeddings have no generated tokens to state.
  const usage = decodeUsage({ ...answer, eval_count: answer.prompt_eval_count === undefined ? undefined : 0 });
  return { embeddings: vectors, usage, model: textOf(answer.model) };
}

function isVectors(value: unknown): value is readonly (readonly number[])[] {
  return (
    Array.isArray(value) &&
    value.every((vector) => Array.isArray(vector) && vector.every((item) => typeof item === "number"))
  );
}
