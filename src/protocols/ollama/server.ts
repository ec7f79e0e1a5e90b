/** Ollama's own wire seen from the server. */
import type { Route, ServerProtocol } from "../server.js";
import { encodeChat, encodeFailure, OllamaStreamEncoder } from "./server-answer.js";
import { decodeChat, decodeEmbedding } from "./server-request.js";
import { protocolId } from "./wire.js";

/** Chat, embeddings and the model list, as a local Ollama serves them. */
export const ollamaServer: ServerProtocol = {
  id: protocolId,
  streamType: "application/x-ndjson",
  route,
  decodeChat,
  encodeChat,
  createStreamEncoder: (context) => new OllamaStreamEncoder(context),
  encodeFailure,
  embeddings: {
    decode: decodeEmbedding,
    encode: (embeddings, { modelId, inputTokens, served }) =>
      served.single === true
        ? { embedding: embeddings[0] }
        : { model: modelId, embeddings, prompt_eval_count: inputTokens },
  },
  encodeModels: (models) => ({
    models: models.map(({ id }) => ({ name: id, model: id, modified_at: "1970-01-01T00:00:00Z", size: 0, digest: "" })),
  }),
};

function route(method: string, path: string): Route | undefined {
  if (method === "POST" && path === "/api/chat") return { operation: "chat" };
  if (method === "POST" && (path === "/api/embed" || path === "/api/embeddings")) return { operation: "embed" };
  if (method === "GET" && path === "/api/tags") return { operation: "models" };
  return undefined;
}
