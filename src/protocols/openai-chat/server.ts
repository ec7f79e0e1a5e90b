/** The OpenAI chat wire, and its embeddings, seen from the server. */
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
  readParams,
  refuse,
  type WireParams,
} from "../served-input.js";
import type { Route, ServedEmbedding, ServerProtocol } from "../server.js";
import { encodeChat, OpenaiChatStreamEncoder } from "./server-answer.js";
import { encodeFailure } from "./server-failure.js";
import { decodeChat } from "./server-request.js";
import { servedTasks, taskRoute } from "./server-tasks.js";

/** Chat completions, embeddings and the model list, as `https://api.openai.com/v1` serves them. */
export const openaiChatServer: ServerProtocol = {
  id: "openai-chat",
  route,
  decodeChat,
  encodeChat,
  createStreamEncoder: (context) => new OpenaiChatStreamEncoder(context),
  encodeFailure,
  embeddings: { decode: decodeEmbedding, encode: encodeEmbedding },
  tasks: servedTasks,
  encodeModels: (models) => ({
    object: "list",
    data: models.map(({ id, name, contextTokens, outputTokens }) => ({
      id,
      object: "model",
      created: 0,
      owned_by: "modelwright",
      // Members of OpenRouter's list: OpenAI's own carries no facts.
      ...(name === undefined ? {} : { name }),
      ...(contextTokens === undefined ? {} : { context_length: contextTokens }),
      ...(outputTokens === undefined ? {} : { max_output_tokens: outputTokens }),
    })),
  }),
};

function route(method: string, path: string): Route | undefined {
  if (method === "POST" && path === "/chat/completions") return { operation: "chat" };
  if (method === "POST" && path === "/embeddings") return { operation: "embed" };
  if (method === "GET" && path === "/models") return { operation: "models" };
  return taskRoute(method, path);
}

const embeddingParams: WireParams = {
  dimensions: { as: "dimensions", read: asInteger },
  output_dimension: { as: "dimensions", read: asInteger },
  encoding_format: { as: "encodingFormat", read: (value, path) => asOneOf(value, ["float", "base64"], path) },
  input_type: { as: "inputType", read: asText },
  user: { as: "user", read: asText },
};

function decodeEmbedding(value: unknown, _route: Route): ServedEmbedding {
  const body = asObject(value, "body");
  const modelId = asName(body.model, "model");
  if (Array.isArray(body.input) && asList(body.input, "input").some((item) => typeof item !== "string"))
    refuse("input", "token arrays are not served; send strings");
  const input = asTexts(body.input, "input");
  if (input.length === 0 || input.includes("")) refuse("input", "must not be empty");
  return { modelId, input, params: readParams(body, embeddingParams) };
}

function encodeEmbedding(
  embeddings: readonly (readonly number[])[],
  context: { readonly modelId: string; readonly inputTokens: number; readonly served: ServedEmbedding },
): Members {
  return {
    object: "list",
    data: embeddings.map((vector, index) => ({
      object: "embedding",
      index,
      embedding: context.served.params.encodingFormat === "base64" ? littleEndianFloats(vector) : vector,
    })),
    model: context.modelId,
    usage: { prompt_tokens: context.inputTokens, total_tokens: context.inputTokens },
  };
}

/** Base64 of 32-bit floats, the official client's default encoding. */
function littleEndianFloats(vector: readonly number[]): string {
  const view = new DataView(new ArrayBuffer(vector.length * 4));
  vector.forEach((value, i) => {
    view.setFloat32(i * 4, value, true);
  });
  return toBase64(new Uint8Array(view.buffer));
}
