/** What a request would cost at a member, before it is sent: for choosing, not for billing. */
import { costOf } from "../chat/cost.js";
import { promptTokens } from "../chat/prompt-tokens.js";
import { usageOf } from "../chat/usage.js";
import type { ChatOptions } from "../client/options.js";
import type { Member } from "./member.js";

/** Tokens of an answer when the request does not limit it. */
const usualAnswer = 500;
/** Tokens of a tool, whose schema is not converted yet. */
const usualTool = 50;

/** Expected cost in the price's currency; infinite when no price is known, so that such a member comes last. */
export function expectedCost(member: Member, options: ChatOptions): number {
  const usage = usageOf({ input: inputTokens(options), output: options.maxOutputTokens ?? usualAnswer });
  const costs = member.models.map(({ model }) => {
    const cost = costOf([usage], model.pricing, { at: Date.now(), serviceTier: options.serviceTier });
    return cost.state === "known" ? cost.amount : Number.POSITIVE_INFINITY;
  });
  return Math.min(...costs);
}

/** Tokens of a request: an estimate. */
export function inputTokens({ messages, tools = {} }: ChatOptions): number {
  const prompt = typeof messages === "string" ? [{ role: "user", content: messages } as const] : messages;
  return promptTokens(prompt, []) + Object.keys(tools).length * usualTool;
}
