/** Embeddings by `InvokeModel`, whose body is the maker's own: Amazon's Titan takes one text, Cohere's models lists. https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html */
import { noUsage, type Usage, usageOf } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import type { EmbeddingAnswer, EmbeddingCall, HeaderReader, WireRequest } from "../protocol.js";
import { resourcePath } from "./request.js";

const cohereNames: { readonly [name: string]: string } = { dimensions: "output_dimension", inputType: "input_type" };

function isCohere({ model }: EmbeddingCall): boolean {
  return model.dialect?.["bedrock-converse"]?.embeddings === "cohere";
}

export function encodeEmbeddings(call: EmbeddingCall): WireRequest {
  const { model, input, params } = call;
  const body: WireBody = isCohere(call) ? { texts: input } : { inputText: input[0] };
  writeParams(body, params, { model, paths: isCohere(call) ? cohereNames : {} });
  const plain = { model, request: { messages: [], tools: [], params } };
  return {
    method: "POST",
    path: `${resourcePath(call)}/invoke`,
    headers: { ...extraHeaders(plain), accept: "application/json" },
    body: withExtraBody(body, plain),
  };
}

/** Throws `TransportError` ("invalid-response") for anything but lists of numbers. */
export function decodeEmbeddings(value: unknown, _call: EmbeddingCall, header?: HeaderReader): EmbeddingAnswer {
  const body = membersOf(value);
  // Cohere's lists stand under their form when it was asked for, and always with version 4.
  const listed = membersOf(body.embeddings).float ?? body.embeddings;
  const vectors: unknown = listed ?? (body.embedding === undefined ? undefined : [body.embedding]);
  if (!Array.isArray(vectors)) throw new TransportError("invalid-response", "the answer holds no embeddings");
  return { embeddings: vectors.map(vectorOf), usage: usageIn(body, header) };
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

function membersOf(value: unknown): WireBody {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as WireBody) : {};
}
