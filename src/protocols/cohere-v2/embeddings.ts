/** Encodes and decodes embeddings. https://docs.cohere.com/reference/embed */

import type { EmbeddingValue } from "../../chat/message.js";
import { count, noUsage, type Usage, usageOf, withMeters } from "../../chat/usage.js";
import { fromBase64 } from "../base64.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { allTexts, mediumOf, mixedValues, refusedMedium } from "../embedding-input.js";
import { brokenAnswer } from "../failure.js";
import { listOf, objectOf } from "../lenient.js";
import { dataUrl } from "../media.js";
import type { EmbeddingAnswer, EmbeddingCall, WireRequest } from "../protocol.js";

const paths: { readonly [name: string]: string } = {
  dimensions: "output_dimension",
  inputType: "input_type",
  embeddingTypes: "embedding_types",
  maxTokens: "max_tokens",
};

export function encodeEmbeddings(call: EmbeddingCall): WireRequest {
  const { model, modelId, params } = call;
  const body: WireBody = { model: model.wireId ?? modelId, ...valuesOf(call), embedding_types: ["float"] };
  writeParams(body, params, { model, paths });
  const plain = { model, request: { messages: [], tools: [], params } };
  return {
    method: "POST",
    path: model.transport?.path ?? "/v2/embed",
    headers: extraHeaders(plain),
    body: withExtraBody(body, plain),
  };
}

/** Texts as they are; with pictures among them each as content; before version 4 a picture by itself. */
function valuesOf(call: EmbeddingCall): WireBody {
  const { input, provider, model } = call;
  if (allTexts(input)) return { texts: input };
  const dialect = { ...provider.dialect?.["cohere-v2"], ...model.dialect?.["cohere-v2"] };
  if (dialect.embeddingImages === "images") return { images: input.map((value) => pictureOf(value, call)) };
  return {
    inputs: input.map((value) => ({
      content: [
        typeof value === "string"
          ? { type: "text", text: value }
          : { type: "image_url", image_url: { url: pictureOf(value, call) } },
      ],
    })),
  };
}

/** Pictures go as `data:` URLs. Throws `CapabilityError` for anything else. */
function pictureOf(value: EmbeddingValue, call: EmbeddingCall): string {
  if (typeof value === "string") throw mixedValues(call);
  if (value.type !== "image") throw refusedMedium(call, value);
  const media = mediumOf(value);
  return "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
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
  const billed = objectOf(objectOf(answer?.meta)?.billed_units) ?? {};
  return {
    embeddings: listOf(byType[type]).map((value) => vectorOf(value, call)),
    usage: usageIn(billed, answer?.meta),
  };
}

/** Pictures are counted by the piece, or by their tokens. */
function usageIn(
  { input_tokens: input, image_tokens: imageInput, images }: { readonly [unit: string]: unknown },
  raw: unknown,
): Usage {
  if (![input, imageInput, images].some((amount) => typeof amount === "number")) return noUsage;
  const usage = usageOf({ input: count(input), imageInput: count(imageInput) }, { raw });
  return count(imageInput) > 0 ? usage : withMeters(usage, { "image.input": count(images) });
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
