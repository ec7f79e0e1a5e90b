/** How many tokens a prompt probably has, before any provider counts it: for choosing and limiting, not for billing. */
import type { AnyMessage } from "./message.js";
import type { NeutralTool } from "./request.js";

/** Characters per token of ordinary English text. */
export const charactersPerToken = 4;
/** A picture, page or clip of usual size. */
export const mediaTokens = 1000;

// What providers add around messages, tools and media, and how far characters are from tokens: most recorded requests
// lie within. test/extra/estimates.ts counts them.
const around = { message: 4, text: 40, tools: 600, media: 1500 } as const;
const textError = 0.5;

export function promptTokens(messages: readonly AnyMessage[], tools: readonly NeutralTool[]): number {
  const { text, media } = counted(messages, tools);
  return text + media * mediaTokens;
}

/** The same with what providers add, and by how much the real number may probably differ from it, more or less. */
export function promptEstimate(
  messages: readonly AnyMessage[],
  tools: readonly NeutralTool[],
): { readonly inputTokens: number; readonly error: number } {
  const { text, media } = counted(messages, tools);
  const error = textError * text + around.text + (tools.length > 0 ? around.tools : 0) + media * around.media;
  const inputTokens = text + media * mediaTokens + messages.length * around.message;
  return { inputTokens, error: Math.ceil(error) };
}

function counted(messages: readonly AnyMessage[], tools: readonly NeutralTool[]) {
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
  return { text: Math.ceil(characters / charactersPerToken), media };
}
