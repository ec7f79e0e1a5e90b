/** How many tokens a prompt probably has, before any provider counts it: for choosing and limiting, not for billing. */
import type { AnyMessage } from "./message.js";
import type { NeutralTool } from "./request.js";

/** Characters per token of ordinary English text. */
export const charactersPerToken = 4;
/** A picture, page or clip of usual size. */
const mediaTokens = 1000;

export function promptTokens(messages: readonly AnyMessage[], tools: readonly NeutralTool[]): number {
  let characters = tools.length === 0 ? 0 : JSON.stringify(tools).length;
  let media = 0;
  for (const { content } of messages) {
    if (typeof content === "string") characters += content.length;
    else
      for (const part of content) {
        if ("text" in part) characters += part.text.length;
        else if (part.type === "tool-call" || part.type === "opaque") characters += JSON.stringify(part).length;
        else media += 1;
      }
  }
  return Math.ceil(characters / charactersPerToken) + media * mediaTokens;
}
