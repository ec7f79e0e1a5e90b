/** How many tokens a call will probably take of a limit, before its answer says. */
import type { EmbeddingValue } from "../../chat/message.js";
import { charactersPerToken, mediaTokens, promptTokens } from "../../chat/prompt-tokens.js";
import type { NeutralRequest } from "../../chat/request.js";
import type { ModelCall } from "../../client/handler.js";

/** An answer that the request does not bound. */
const usualAnswer = 500;

export function expectedTokens(call: ModelCall): number {
  if ("request" in call) return ofRequest(call.request as NeutralRequest);
  const values = "input" in call ? (call.input as readonly EmbeddingValue[]) : [];
  const tokens = values.map((value) => (typeof value === "string" ? value.length / charactersPerToken : mediaTokens));
  return Math.ceil(tokens.reduce((sum, count) => sum + count, 0));
}

function ofRequest({ messages, tools, params }: NeutralRequest): number {
  const most = params.maxOutputTokens;
  return promptTokens(messages, tools) + (typeof most === "number" ? most : usualAnswer);
}
