/** The most that a call can cost by the catalog, known before it is sent. */
import { costOf } from "../chat/cost.js";
import type { AnyMessage } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";
import { type UsageBucket, usageOf } from "../chat/usage.js";
import { contextOf, pricingOf } from "../client/call-cost.js";
import type { ModelCall } from "../client/handler.js";
import { piecesBound } from "./bound-pieces.js";
import { toolsBound } from "./bound-tools.js";

export interface Bound {
  readonly inputTokens: number;
  readonly outputTokens: number;
  /** In `currency`; 0 where requests have no price of their own. */
  readonly amount: number;
  readonly currency: string;
}

/** Roles, separators and what a chat template adds around a message. */
const tokensAroundMessage = 16;

// Whichever way a provider counts the tokens of a request, the dearest is the bound.
const inputBuckets: readonly UsageBucket[] = [
  "input",
  "cacheWrite",
  "cacheWrite1h",
  "audioInput",
  "imageInput",
  "videoInput",
];
const outputBuckets: readonly UsageBucket[] = ["output", "reasoning", "audioOutput", "imageOutput"];

/** The bound of a call; a sentence that says why there is none. */
export function boundOf(call: ModelCall, at: number): Bound | string {
  const pricing = pricingOf(call);
  const pieces = "request" in call ? toolsBound((call.request as NeutralRequest).params, pricing) : 0;
  if (pricing?.plan === "free" || pricing?.plan === "subscription" || pricing?.plan === "self-hosted")
    return { inputTokens: 0, outputTokens: 0, amount: pieces, currency: pricing.currency };
  const context = contextOf(call, at);
  if (call.order !== undefined) {
    const bound = piecesBound(call.order, call.model.kind, { pricing, context });
    return typeof bound === "string" ? bound : { inputTokens: 0, outputTokens: 0, ...bound };
  }
  const tokens = tokensOf(call);
  if (typeof tokens === "string") return tokens;
  const { units: _pieces, ...ofTokens } = pricing ?? { currency: "" };
  let amount: number | undefined;
  let reason = "the catalog has no price";
  for (const input of inputBuckets) {
    for (const output of outputBuckets) {
      const cost = costOf([usageOf({ [input]: tokens.inputTokens, [output]: tokens.outputTokens })], ofTokens, context);
      if (cost.state === "known") amount = Math.max(amount ?? 0, cost.amount);
      // The plain way must have a price; media have one only at some models.
      else if (input === "input" && output === "output") reason = cost.reason;
    }
  }
  if (amount === undefined) return reason;
  return { ...tokens, amount: amount + pieces, currency: ofTokens.currency };
}

type Tokens = Pick<Bound, "inputTokens" | "outputTokens">;

function tokensOf(call: ModelCall): Tokens | string {
  const { limits } = call.model;
  const cap = limits.input ?? limits.context;
  if ("request" in call) {
    const { messages, tools, params, output, extraBody } = call.request as NeutralRequest;
    const around = JSON.stringify([tools, output ?? null, extraBody ?? null]).length;
    const inputTokens = promptBound(messages, around, cap);
    const { maxOutputTokens, n } = params;
    // What goes to the wire as it is may lift the request's own limit.
    const stated = typeof maxOutputTokens === "number" && extraBody === undefined;
    const most = stated ? maxOutputTokens : (limits.output ?? limits.context);
    if (inputTokens === undefined) return "nothing bounds the size of its media";
    if (most === undefined)
      return extraBody === undefined
        ? "neither the request nor the catalog bounds its answer; give maxOutputTokens"
        : "the catalog does not bound its answer, and extraBody may lift the request's own limit";
    return { inputTokens, outputTokens: most * (typeof n === "number" ? n : 1) };
  }
  const texts = "input" in call && Array.isArray(call.input) ? call.input : undefined;
  if (texts === undefined || !texts.every((text) => typeof text === "string")) return "its price is not one of tokens";
  return { inputTokens: texts.reduce((sum: number, text) => sum + bytes(text), 0), outputTokens: 0 };
}

/** No tokenizer gives more tokens than bytes. Media may fill the context. */
function promptBound(messages: readonly AnyMessage[], around: number, cap: number | undefined): number | undefined {
  let tokens = around;
  for (const { content } of messages) {
    tokens += tokensAroundMessage;
    if (typeof content === "string") tokens += bytes(content);
    else
      for (const part of content) {
        if (part.type === "text" || part.type === "reasoning") tokens += bytes(part.text);
        else if (part.type === "tool-call") tokens += bytes(JSON.stringify(part));
        else return cap;
      }
  }
  return Math.min(tokens, cap ?? tokens);
}

const encoder = new TextEncoder();

const bytes = (text: string): number => encoder.encode(text).length;
