/** The Responses wire seen from the server. */
import type { Route, ServerProtocol } from "../server.js";
import { encodeChat, OpenaiResponsesStreamEncoder } from "./server-answer.js";
import { encodeFailure } from "./server-failure.js";
import { decodeChat } from "./server-request.js";
import { protocolId } from "./wire.js";

/** Responses and the model list, as `https://api.openai.com/v1` serves them. */
export const openaiResponsesServer: ServerProtocol = {
  id: protocolId,
  route,
  decodeChat,
  encodeChat,
  createStreamEncoder: (context) => new OpenaiResponsesStreamEncoder(context),
  encodeFailure,
  encodeTokenCount: (inputTokens) => ({ object: "response.input_tokens", input_tokens: inputTokens }),
  encodeModels: (models) => ({
    object: "list",
    data: models.map(({ id }) => ({ id, object: "model", created: 0, owned_by: "modelwright" })),
  }),
};

function route(method: string, path: string): Route | undefined {
  if (method === "POST" && path === "/responses") return { operation: "chat" };
  if (method === "POST" && path === "/responses/input_tokens") return { operation: "count-tokens" };
  if (method === "GET" && path === "/models") return { operation: "models" };
  return undefined;
}
