/** Cohere's wire seen from the server: chat, embeddings and the model list. */
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
  optional,
  readParams,
  refuse,
  type WireParams,
} from "../served-input.js";
import type { EmbeddingContext, Route, ServedEmbedding, ServerProtocol } from "../server.js";
import { encodeChat, encodeFailure } from "./server-answer.js";
import { decodeChat } from "./server-request.js";
import { CohereStreamEncoder } from "./server-stream.js";
import { servedTasks } from "./server-tasks.js";
import { protocolId } from "./wire.js";

/** As `https://api.cohere.com` serves them. */
export const cohereV2Server: ServerProtocol = {
  id: protocolId,
  route,
  decodeChat,
  encodeChat,
  createStreamEncoder: (context) => new CohereStreamEncoder(context),
  encodeFailure,
  embeddings: { decode: decodeEmbedding, encode: encodeEmbedding },
  tasks: servedTasks,
  encodeModels: (models) => ({
    models: models.map(({ id, contextTokens = 0 }) => ({
      name: id,
      endpoints: ["chat"],
      finetuned: false,
      context_length: contextTokens,
    })),
    next_page_token: "",
  }),
};

function route(method: string, path: string): Route | undefined {
  if (method === "POST" && path === "/v2/chat") return { operation: "chat" };
  if (method === "POST" && path === "/v2/embed") return { operation: "embed" };
  if (method === "POST" && path === "/v2/rerank") return { operation: "rerank" };
  if (method === "GET" && path === "/v1/models") return { operation: "models" };
  return undefined;
}

const embeddingParams: WireParams = {
  output_dimension: { as: "dimensions", read: asInteger },
  input_type: { as: "inputType", read: asText },
  embedding_types: { as: "embeddingTypes", read: embeddingTypes },
  truncate: { as: "truncate", read: asText },
  max_tokens: { as: "maxTokens", read: asInteger },
};

function embeddingTypes(value: unknown, path: string): readonly string[] {
  return asList(value, path).map((item, i) => asOneOf(item, ["float", "base64"], `${path}[${i}]`));
}

function decodeEmbedding(value: unknown, _route: Route): ServedEmbedding {
  const body = asObject(value, "body");
  const modelId = asName(body.model, "model");
  const params = readParams(body, embeddingParams);
  const pictures = optional(asTexts, body.images, "images");
  if (pictures !== undefined)
    return { modelId, input: pictures.map((image) => ({ type: "image", image })), alone: true, params };
  const input = optional(asTexts, body.texts, "texts") ?? valuesOf(body.inputs);
  if (input.length === 0) refuse("texts", "at least one text is required");
  return { modelId, input, params };
}

/** `inputs` holds content blocks: texts, or one picture. */
function valuesOf(value: unknown): readonly EmbeddingValue[] {
  return asList(value, "texts").map((item, i) => {
    const path = `inputs[${i}].content`;
    const blocks = asList(asObject(item, `inputs[${i}]`).content, path).map((block, j) =>
      asObject(block, `${path}[${j}]`),
    );
    const [first] = blocks;
    if (first?.type === "image_url" && blocks.length === 1)
      return {
        type: "image",
        image: asName(asObject(first.image_url, `${path}[0].image_url`).url, `${path}[0].image_url.url`),
      };
    return blocks.map((block, j) => asText(block.text, `${path}[${j}].text`)).join("\n");
  });
}

function encodeEmbedding(
  embeddings: readonly (readonly number[])[],
  { inputTokens, mediaTokens = 0, served }: EmbeddingContext,
): Members {
  const types = (served.params.embeddingTypes as readonly string[] | undefined) ?? ["float"];
  const encoded = types.map((type) => [type, type === "float" ? embeddings : embeddings.map(littleEndianFloats)]);
  const pictures = served.alone === true ? { images: served.input.length } : { image_tokens: mediaTokens };
  const billed = { input_tokens: inputTokens - mediaTokens, ...(mediaTokens === 0 ? {} : pictures) };
  return {
    id: "00000000-0000-4000-8000-000000000000",
    texts: served.input.filter((value) => typeof value === "string"),
    embeddings: Object.fromEntries(encoded) as unknown,
    meta: { api_version: { version: "2" }, billed_units: billed },
    response_type: "embeddings_by_type",
  };
}

function littleEndianFloats(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return toBase64(new Uint8Array(view.buffer));
}
