/** Embeddings seen from the server: OpenAI's, and those that Voyage and Jina widen by media. */
import type { EmbeddingValue } from "../../chat/message.js";
import { toBase64 } from "../base64.js";
import {
  asInteger,
  asList,
  asName,
  asObject,
  asOneOf,
  asText,
  asTexts,
  type Members,
  present,
  readParams,
  refuse,
  type WireParams,
} from "../served-input.js";
import type { EmbeddingContext, ServedEmbedding, ServerProtocol } from "../server.js";

const embeddingParams: WireParams = {
  dimensions: { as: "dimensions", read: asInteger },
  output_dimension: { as: "dimensions", read: asInteger },
  encoding_format: { as: "encodingFormat", read: (value, path) => asOneOf(value, ["float", "base64"], path) },
  input_type: { as: "inputType", read: asText },
  user: { as: "user", read: asText },
};

export const servedEmbeddings: NonNullable<ServerProtocol["embeddings"]> = {
  decode(value): ServedEmbedding {
    const body = asObject(value, "body");
    const modelId = asName(body.model, "model");
    const parts = present(body.inputs);
    const input = parts ? asList(body.inputs, "inputs").map(contentOf) : valuesOf(body.input);
    if (input.length === 0 || input.includes("")) refuse("input", "must not be empty");
    return { modelId, input, params: readParams(body, embeddingParams), ...(parts ? { parts } : {}) };
  },
  encode: (embeddings, context): Members => ({
    object: "list",
    data: embeddings.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: context.served.params.encodingFormat === "base64" ? littleEndianFloats(vector) : vector,
    })),
    model: context.modelId,
    usage: usageOf(context),
  }),
};

function valuesOf(input: unknown): readonly EmbeddingValue[] {
  if (typeof input === "string") return asTexts(input, "input");
  return asList(input, "input").map((item, i) => {
    const path = `input[${i}]`;
    if (typeof item === "number" || Array.isArray(item)) refuse("input", "token arrays are not served; send strings");
    return typeof item === "object" && item !== null ? mediumOf(item as Members, path) : asText(item, path);
  });
}

/** Jina's form of a value. */
function mediumOf({ text, image, pdf }: Members, path: string): EmbeddingValue {
  if (present(image)) return { type: "image", image: asName(image, `${path}.image`) };
  if (present(pdf)) return { type: "pdf", pdf: asName(pdf, `${path}.pdf`) };
  return asText(text, `${path}.text`);
}

/** Voyage's form of a value: here one part makes one vector. */
function contentOf(item: unknown, index: number): EmbeddingValue {
  const path = `inputs[${index}].content`;
  const [first, ...more] = asList(asObject(item, `inputs[${index}]`).content, path);
  if (more.length > 0) refuse(path, "several parts for one vector are not served");
  const part = asObject(first, `${path}[0]`);
  const type = asName(part.type, `${path}[0].type`);
  const source = asName(part[type], `${path}[0].${type}`);
  if (type === "text") return source;
  if (type === "image_url" || type === "image_base64") return { type: "image", image: source };
  if (type === "video_url" || type === "video_base64") return { type: "video", video: source };
  return refuse(`${path}[0].type`, `unknown type '${type}'`);
}

/** Voyage counts pixels, 560 of which it takes for a token. */
function usageOf({ served, inputTokens, mediaTokens = 0 }: EmbeddingContext): Members {
  if (served.parts !== true) return { prompt_tokens: inputTokens, total_tokens: inputTokens };
  return { text_tokens: inputTokens - mediaTokens, image_pixels: mediaTokens * 560, total_tokens: inputTokens };
}

/** Base64 of 32-bit floats, the official client's default encoding. */
function littleEndianFloats(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return toBase64(new Uint8Array(view.buffer));
}
