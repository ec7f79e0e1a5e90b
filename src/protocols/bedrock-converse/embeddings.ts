/** Embeddings by `InvokeModel`, whose body is the maker's own: Amazon's Titan takes one text, Cohere's models lists. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html */
import { refusesUrl } from "../../catalog/sentences.js";
import type { EmbeddingValue, MediaPart } from "../../chat/message.js";
import { noUsage, type Usage, usageOf, withMeters } from "../../chat/usage.js";
import { CapabilityError, TransportError } from "../../errors.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { allTexts, mediumOf, mixedValues, refusedMedium } from "../embedding-input.js";
import { dataUrl } from "../media.js";
import type { EmbeddingAnswer, EmbeddingCall, HeaderReader, WireRequest } from "../protocol.js";
import { resourcePath } from "./request.js";

const cohereNames: { readonly [name: string]: string } = { dimensions: "output_dimension", inputType: "input_type" };

function makerOf({ model }: EmbeddingCall): "titan" | "cohere" | "cohere-3" {
  return model.dialect?.["bedrock-converse"]?.embeddings ?? "titan";
}

export function encodeEmbeddings(call: EmbeddingCall): WireRequest {
  const { model, params } = call;
  const maker = makerOf(call);
  const body: WireBody = maker === "titan" ? titanValue(call) : cohereValues(call, maker);
  writeParams(body, params, { model, paths: maker === "titan" ? {} : cohereNames });
  const plain = { model, request: { messages: [], tools: [], params } };
  return {
    method: "POST",
    path: `${resourcePath(call)}/invoke`,
    headers: { ...extraHeaders(plain), accept: "application/json" },
    body: withExtraBody(body, plain),
  };
}

/** https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-titan-embed-mm.html */
function titanValue(call: EmbeddingCall): WireBody {
  const [value = ""] = call.input;
  return typeof value === "string" ? { inputText: value } : { inputImage: pictureOf(value, call).base64 };
}

/** Version 3 takes pictures alone, version 4 each value as content. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters-embed-v4.html */
function cohereValues(call: EmbeddingCall, maker: "cohere" | "cohere-3"): WireBody {
  const { input } = call;
  if (allTexts(input)) return { texts: input };
  const urlOf = (value: EmbeddingValue) => {
    if (typeof value === "string") throw mixedValues(call);
    const { base64, mediaType } = pictureOf(value, call);
    return dataUrl(base64, mediaType);
  };
  if (maker === "cohere-3") return { images: input.map(urlOf) };
  const contentOf = (value: EmbeddingValue) =>
    typeof value === "string" ? { type: "text", text: value } : { type: "image_url", image_url: urlOf(value) };
  return { inputs: input.map((value) => ({ content: [contentOf(value)] })) };
}

/** A picture that is there: this wire fetches none. */
function pictureOf(value: MediaPart, call: EmbeddingCall): { readonly base64: string; readonly mediaType: string } {
  if (value.type !== "image") throw refusedMedium(call, value);
  const media = mediumOf(value);
  if ("base64" in media) return media;
  throw new CapabilityError("unsupported", refusesUrl(call.modelId, "image"), {
    provider: call.provider.id,
    model: call.modelId,
    path: "input",
  });
}

/** Throws `TransportError` ("invalid-response") for anything but lists of numbers. */
export function decodeEmbeddings(value: unknown, { input }: EmbeddingCall, header?: HeaderReader): EmbeddingAnswer {
  const body = membersOf(value);
  // Cohere's lists stand under their form when it was asked for, and always with version 4.
  const listed = membersOf(body.embeddings).float ?? body.embeddings;
  const vectors: unknown = listed ?? (body.embedding === undefined ? undefined : [body.embedding]);
  if (!Array.isArray(vectors)) throw new TransportError("invalid-response", "the answer holds no embeddings");
  return { embeddings: vectors.map(vectorOf), usage: withPictures(usageIn(body, header), input) };
}

function vectorOf(value: unknown): readonly number[] {
  if (Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "number")) return value;
  throw new TransportError("invalid-response", "an embedding is no list of numbers");
}

/** Titan states its tokens in the body, Amazon those of every model in a header. */
function usageIn(body: WireBody, header: HeaderReader | undefined): Usage {
  const counted = header?.("x-amzn-bedrock-input-token-count");
  const input = body.inputTextTokenCount ?? (counted === undefined ? undefined : Number(counted));
  return typeof input === "number" && Number.isInteger(input) && input >= 0 ? usageOf({ input }) : noUsage;
}

/** Amazon counts no pictures: those that were sent are paid for. */
function withPictures(usage: Usage, input: readonly EmbeddingValue[]): Usage {
  return withMeters(usage, { "image.input": input.filter((value) => typeof value !== "string").length });
}

function membersOf(value: unknown): WireBody {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as WireBody) : {};
}
