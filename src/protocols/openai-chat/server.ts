/** The OpenAI chat wire, and its embeddings, seen from the server. */
import type { Route, ServerProtocol } from "../server.js";
import { encodeChat, OpenaiChatStreamEncoder } from "./server-answer.js";
import { servedEmbeddings } from "./server-embeddings.js";
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
  embeddings: servedEmbeddings,
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
  if (method === "POST" && (path === "/embeddings" || path === "/multimodalembeddings")) return { operation: "embed" };
  if (method === "GET" && path === "/models") return { operation: "models" };
  return taskRoute(method, path);
}
