/** What a request would cost at a member, before it is sent: for choosing, not for billing. */
import { costOf } from "../chat/cost.js";
import { usageOf } from "../chat/usage.js";
import type { ChatOptions } from "../client/options.js";
import type { Member } from "./member.js";

/** Characters per token of ordinary English text; only the comparison between members matters here. */
export const charactersPerToken = 4;
/** Tokens of an answer when the request does not limit it. */
const usualAnswer = 500;
/** Tokens that a picture, page or clip is counted as. */
const mediaTokens = 1000;

/** Expected cost in the price's currency; infinite when no price is known, so that such a member comes last. */
export function expectedCost(member: Member, options: ChatOptions): number {
  const usage = usageOf({ input: inputTokens(options), output: options.maxOutputTokens ?? usualAnswer });
  const costs = member.models.map(({ model }) => {
    const cost = costOf([usage], model.pricing, { at: Date.now(), serviceTier: options.serviceTier });
    return cost.state === "known" ? cost.amount : Number.POSITIVE_INFINITY;
  });
  return Math.min(...costs);
}

/** Tokens of a request by its characters: an estimate. */
export function inputTokens({ messages, tools }: ChatOptions): number {
  if (typeof messages === "string") return Math.ceil(messages.length / charactersPerToken);
  let characters = tools === undefined ? 0 : Object.keys(tools).length * 200;
  let media = 0;
  for (const { content } of messages) {
    if (typeof content === "string") characters += content.length;
    else
      for (const part of content) {
        if ("text" in part) characters += part.text.length;
        else media++;
      }
  }
  return Math.ceil(characters / charactersPerToken) + media * mediaTokens;
}
