/** Ollama's own wire seen from the server. */
import { asName, asObject } from "../served-input.js";
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
  encodePull,
  encodeModels: (models) => ({
    models: models.map(({ id }) => ({ name: id, model: id, modified_at: "1970-01-01T00:00:00Z", size: 0, digest: "" })),
  }),
};

function route(method: string, path: string): Route | undefined {
  if (method === "POST" && path === "/api/chat") return { operation: "chat" };
  if (method === "POST" && (path === "/api/embed" || path === "/api/embeddings")) return { operation: "embed" };
  if (method === "POST" && path === "/api/pull") return { operation: "pull" };
  if (method === "GET" && path === "/api/tags") return { operation: "models" };
  return undefined;
}

/** One layer of 1,000 bytes, in four steps. */
function encodePull(value: unknown): readonly string[] {
  const body = asObject(value, "body");
  asName(body.model ?? body.name, "model");
  const digest = `sha256:${"0".repeat(64)}`;
  const layer = [0, 400, 800, 1000].map((completed) => ({
    status: "pulling 000000000000",
    digest,
    total: 1000,
    completed,
  }));
  const steps = ["pulling manifest", "verifying sha256 digest", "writing manifest", "success"].map((status) => ({
    status,
  }));
  const [manifest, ...rest] = steps;
  const lines = body.stream === false ? steps.slice(-1) : [manifest, ...layer, ...rest];
  return lines.map((line) => `${JSON.stringify(line)}\n`);
}
