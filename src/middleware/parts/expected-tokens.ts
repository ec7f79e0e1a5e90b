/** How many tokens a call will probably take of a limit, before its answer says. */
import type { AnyMessage } from "../../chat/message.js";
import type { NeutralRequest } from "../../chat/request.js";
import type { ModelCall } from "../../client/handler.js";

/** Characters per token of ordinary English text. */
const charactersPerToken = 4;
/** A picture, page or clip of usual size. */
const mediaTokens = 1000;
/** An answer that the request does not bound. */
const usualAnswer = 500;

export function expectedTokens(call: ModelCall): number {
  if ("request" in call) return ofRequest(call.request as NeutralRequest);
  const texts = "input" in call ? (call.input as readonly string[]) : [];
  return Math.ceil(texts.reduce((sum, text) => sum + text.length, 0) / charactersPerToken);
}

function ofRequest({ messages, tools, params }: NeutralRequest): number {
  const most = params.maxOutputTokens;
  const output = typeof most === "number" ? most : usualAnswer;
  const declared = tools.length === 0 ? 0 : JSON.stringify(tools).length;
  let characters = declared;
  let media = 0;
  for (const message of messages) {
    const size = sizeOf(message);
    characters += size.characters;
    media += size.media;
  }
  return Math.ceil(characters / charactersPerToken) + media * mediaTokens + output;
}

function sizeOf({ content }: AnyMessage): { readonly characters: number; readonly media: number } {
  if (typeof content === "string") return { characters: content.length, media: 0 };
  let characters = 0;
  let media = 0;
  for (const part of content) {
    if ("text" in part) characters += part.text.length;
    else if (part.type === "tool-call" || part.type === "opaque") characters += JSON.stringify(part).length;
    else media += 1;
  }
  return { characters, media };
}
