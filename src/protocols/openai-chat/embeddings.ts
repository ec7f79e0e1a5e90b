/** Encodes and decodes embeddings. https://platform.openai.com/docs/api-reference/embeddings */

import { count, type Usage, usageOf, withMeters } from "../../chat/usage.js";
import { fromBase64 } from "../base64.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "../body.js";
import { unreadable } from "../failure.js";
import { listOf } from "../lenient.js";
import type { EmbeddingAnswer, EmbeddingCall, WireRequest } from "../protocol.js";
import { errorInAnswer, failureIn } from "./error.js";
import { encodeEmbeddingInput } from "./request-embeddings.js";
import { decodeUsage, usageMember } from "./response-usage.js";
import { dialectOf, membersOf } from "./wire.js";

const paths = { encodingFormat: "encoding_format", inputType: "input_type" };

export function encodeEmbeddings(call: EmbeddingCall): WireRequest {
  const { model, modelId, params } = call;
  const body: WireBody = { model: model.wireId ?? modelId, ...encodeEmbeddingInput(call) };
  if (dialectOf(call).embeddingBase64 === true) body.encoding_format = "base64";
  writeParams(body, params, { model, paths });
  const plain = { model, request: { messages: [], tools: [], params } };
  return {
    method: "POST",
    path: model.transport?.path ?? "/embeddings",
    headers: extraHeaders(plain),
    body: withExtraBody(body, plain),
  };
}

/** Throws `TransportError` ("invalid-response") unless there is one vector for each input. */
export function decodeEmbeddings(body: unknown, call: EmbeddingCall): EmbeddingAnswer {
  const answer = membersOf(body);
  if (answer === undefined) throw unreadable(call, "the answer is no JSON object");
  const failure = failureIn(answer);
  if (failure !== undefined) throw errorInAnswer(failure, call);
  const embeddings: (readonly number[] | undefined)[] = call.input.map(() => undefined);
  for (const [position, value] of listOf(answer.data).entries()) {
    const item = membersOf(value);
    const index = typeof item?.index === "number" ? item.index : position;
    if (index in embeddings) embeddings[index] = vectorOf(item?.embedding, call);
  }
  const usage = usageMember(answer);
  const pixels = count(membersOf(usage)?.image_pixels);
  return {
    embeddings: embeddings.map((embedding, i) => {
      if (embedding === undefined) throw unreadable(call, `no embedding for input ${i}`);
      return embedding;
    }),
    usage: pixels === 0 ? decodeUsage(usage, dialectOf(call)) : pixelUsage(usage, pixels),
    model: typeof answer.model === "string" ? answer.model : undefined,
  };
}

/** Voyage's total counts pixels in, which have a price of their own. */
function pixelUsage(usage: unknown, pixels: number): Usage {
  return withMeters(usageOf({ input: count(membersOf(usage)?.text_tokens) }, { raw: usage }), {
    "pixel.input": pixels,
  });
}

function vectorOf(value: unknown, call: EmbeddingCall): readonly number[] {
  if (typeof value === "string") return floatsOf(fromBase64(value));
  if (Array.isArray(value) && value.every((item) => typeof item === "number")) return value;
  throw unreadable(call, "an embedding is no list of numbers");
}

/** Base64 embeddings are little-endian 32-bit floats. */
function floatsOf(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const floats = new Array<number>(Math.floor(bytes.length / 4));
  for (let i = 0; i < floats.length; i++) floats[i] = view.getFloat32(i * 4, true);
  return floats;
}
