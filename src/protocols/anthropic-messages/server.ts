/** The Messages wire seen from the server. */
import type { Route, ServerProtocol } from "../server.js";
import { encodeChat } from "./server-answer.js";
import { encodeFailure } from "./server-failure.js";
import { decodeChat } from "./server-request.js";
import { AnthropicMessagesStreamEncoder } from "./server-stream.js";

/** Messages, their token count and the model list, as `https://api.anthropic.com/v1` serves them. */
export const anthropicMessagesServer: ServerProtocol = {
  id: "anthropic-messages",
  route,
  decodeChat,
  encodeChat,
  createStreamEncoder: (context) => new AnthropicMessagesStreamEncoder(context),
  encodeFailure,
  encodeTokenCount: (inputTokens) => ({ input_tokens: inputTokens }),
  encodeModels: (models) => ({
    data: models.map(({ id, name, contextTokens, outputTokens }) => ({
      type: "model",
      id,
      display_name: name ?? id,
      created_at: "1970-01-01T00:00:00Z",
      ...(contextTokens === undefined ? {} : { max_input_tokens: contextTokens }),
      ...(outputTokens === undefined ? {} : { max_tokens: outputTokens }),
    })),
    has_more: false,
    first_id: models.at(0)?.id ?? null,
    last_id: models.at(-1)?.id ?? null,
  }),
};

/** Malformed escapes name no model. */
function unescaped(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

function route(method: string, path: string): Route | undefined {
  const [, model, verb] = (method === "POST" && /^\/models\/([^/]+):(rawPredict|streamRawPredict)$/.exec(path)) || [];
  if (model !== undefined) return { operation: "chat", modelId: unescaped(model), stream: verb === "streamRawPredict" };
  if (method === "POST" && path === "/messages") return { operation: "chat" };
  if (method === "POST" && path === "/messages/count_tokens") return { operation: "count-tokens" };
  if (method === "GET" && path === "/models") return { operation: "models" };
  return undefined;
}
