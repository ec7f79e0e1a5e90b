/** Cohere's wire seen from the server: chat, embeddings and the model list. */
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
import type { Route, ServedEmbedding, ServerProtocol } from "../server.js";
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
  const input = optional(asTexts, body.texts, "texts") ?? textsOf(body.inputs);
  if (input.length === 0) refuse("texts", "at least one text is required");
  return { modelId, input, params: readParams(body, embeddingParams) };
}

/** `inputs` holds content blocks; pictures have no embedding here. */
function textsOf(value: unknown): readonly string[] {
  return asList(value, "texts").map((item, i) => {
    const path = `inputs[${i}].content`;
    const blocks = asList(asObject(item, `inputs[${i}]`).content, path);
    return blocks.map((block, j) => asText(asObject(block, `${path}[${j}]`).text, `${path}[${j}].text`)).join("\n");
  });
}

function encodeEmbedding(
  embeddings: readonly (readonly number[])[],
  { inputTokens, served }: { readonly inputTokens: number; readonly served: ServedEmbedding },
): Members {
  const types = (served.params.embeddingTypes as readonly string[] | undefined) ?? ["float"];
  const encoded = types.map((type) => [type, type === "float" ? embeddings : embeddings.map(littleEndianFloats)]);
  return {
    id: "00000000-0000-4000-8000-000000000000",
    texts: served.input,
    embeddings: Object.fromEntries(encoded) as unknown,
    meta: { api_version: { version: "2" }, billed_units: { input_tokens: inputTokens } },
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
