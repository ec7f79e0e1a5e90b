/** Encodes and decodes embeddings. https://docs.cohere.com/reference/embed */

import { noUsage, usageOf } from "../../chat/usage.js";
import { fromBase64 } from "../base64.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { brokenAnswer } from "../failure.js";
import { listOf, objectOf } from "../lenient.js";
import type { EmbeddingAnswer, EmbeddingCall, WireRequest } from "../protocol.js";

const paths: { readonly [name: string]: string } = {
  dimensions: "output_dimension",
  inputType: "input_type",
  embeddingTypes: "embedding_types",
  maxTokens: "max_tokens",
};

export function encodeEmbeddings(call: EmbeddingCall): WireRequest {
  const { model, modelId, input, params } = call;
  const body: WireBody = { model: model.wireId ?? modelId, texts: input, embedding_types: ["float"] };
  writeParams(body, params, { model, paths });
  const plain = { model, request: { messages: [], tools: [], params } };
  return {
    method: "POST",
    path: model.transport?.path ?? "/v2/embed",
    headers: extraHeaders(plain),
    body: withExtraBody(body, plain),
  };
}

/** Forms of the vectors, the most exact first: one of those asked for is given. */
const types = ["float", "base64", "int8", "uint8", "binary", "ubinary"] as const;

/** Throws `TransportError` ("invalid-response") for anything but vectors. */
export function decodeEmbeddings(body: unknown, call: EmbeddingCall): EmbeddingAnswer {
  const answer = objectOf(body);
  // Version 1 gives floats without naming their form.
  const byType = objectOf(answer?.embeddings) ?? { float: answer?.embeddings };
  const type = types.find((name) => Array.isArray(byType[name]));
  if (type === undefined) throw brokenAnswer("invalid-response", "the answer holds no embeddings", { call });
  const billed = objectOf(objectOf(answer?.meta)?.billed_units);
  return {
    embeddings: listOf(byType[type]).map((value) => vectorOf(value, call)),
    usage:
      typeof billed?.input_tokens === "number"
        ? usageOf({ input: billed.input_tokens }, { raw: answer?.meta })
        : noUsage,
  };
}

function vectorOf(value: unknown, call: EmbeddingCall): readonly number[] {
  if (typeof value === "string") return floatsOf(fromBase64(value));
  if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value;
  throw brokenAnswer("invalid-response", "an embedding is no list of numbers", { call });
}

/** Base64 embeddings are little-endian 32-bit floats. */
function floatsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: Math.floor(bytes.length / 4) }, (_, i) => view.getFloat32(i * 4, true));
}
