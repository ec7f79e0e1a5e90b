/** Neutral events as a whole answer, and failures. https://docs.cohere.com/reference/chat */

import type { FinishReason, ProtocolEvent, Source } from "../../chat/events.js";
import type { AssistantPart, ReasoningPart } from "../../chat/message.js";
import type { Usage } from "../../chat/usage.js";
import { CapabilityError, type ErrorCode } from "../../errors.js";
import { objectOf } from "../lenient.js";
import { failureStatus, finishOf, joinDeltas } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext, FailureDetails } from "../server.js";

export const finishReasons: { readonly [R in FinishReason]: string } = {
  stop: "COMPLETE",
  length: "MAX_TOKENS",
  "tool-calls": "TOOL_CALL",
  "content-filter": "ERROR",
  refusal: "COMPLETE",
  error: "ERROR",
  other: "COMPLETE",
};

export function encodeChat(events: readonly ProtocolEvent[], context: AnswerContext): unknown {
  const { message, finishReason, usage } = finishOf(events);
  const parts: readonly AssistantPart[] =
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
  const content = parts.flatMap(encodePart);
  const calls = parts.filter((part) => part.type === "tool-call");
  const plans = parts.filter((part) => part.type === "reasoning" && isToolPlan(part));
  const citations = events.filter((event) => event.type === "source");
  const answer = joinDeltas(events, "text-delta");
  return {
    id: context.id,
    message: {
      role: "assistant",
      ...(plans.length === 0 ? {} : { tool_plan: plans.map((part) => (part as ReasoningPart).text).join("") }),
      ...(calls.length === 0
        ? {}
        : { tool_calls: calls.map(({ id, name, input }) => encodeCall(id, name, JSON.stringify(input))) }),
      ...(content.length === 0 ? {} : { content }),
      ...(citations.length === 0 ? {} : { citations: citations.map(({ source }) => encodeCitation(source, answer)) }),
    },
    finish_reason: finishReasons[finishReason],
    ...(usage.state === "absent" ? {} : { usage: encodeUsage(usage) }),
  };
}

function encodePart(part: AssistantPart): Members[] {
  if (part.type === "text") return [{ type: "text", text: part.text }];
  if (part.type === "reasoning") return isToolPlan(part) ? [] : [{ type: "thinking", thinking: part.text }];
  return part.type === "image" || part.type === "audio" ? refuseMedia(part.type) : [];
}

export function refuseMedia(what: string): never {
  throw new CapabilityError("unsupported", `an answer of Cohere's has no place for ${what}`);
}

/** Whether a piece of reasoning came as a plan for tools. */
export function isToolPlan({ replay }: Pick<ReasoningPart, "replay">): boolean {
  return objectOf(replay?.data)?.type === "tool_plan";
}

export function encodeCall(id: string, name: string, text: string): Members {
  return { id, type: "function", function: { name, arguments: text } };
}

export function encodeCitation({ url, title = "", text = "" }: Source, answer: string): Members {
  const start = Math.max(0, answer.indexOf(text));
  const document = { id: title, title, ...(url === undefined ? {} : { url }) };
  const sources = [{ type: "document", id: title, document }];
  return { start, end: start + text.length, text, sources, type: "TEXT_CONTENT" };
}

export function encodeUsage({ buckets, inputTokens, outputTokens }: Usage): Members {
  const { cacheRead = 0, reasoning } = buckets;
  const counts = { input_tokens: inputTokens, output_tokens: outputTokens };
  return {
    billed_units: counts,
    tokens: reasoning === undefined ? counts : { ...counts, reasoning_tokens: reasoning },
    cached_tokens: cacheRead,
  };
}

/** Failures in Cohere's error body, which has no code. https://docs.cohere.com/reference/errors */
export function encodeFailure(
  code: ErrorCode,
  message: string,
  { param }: FailureDetails = {},
): { readonly status: number; readonly body: unknown } {
  const named = param === undefined || message.includes(param) ? message : `${param}: ${message}`;
  const status = code === "quota-exceeded" ? 402 : failureStatus[code];
  return { status, body: { message: code === "context-length" ? `too many tokens: ${named}` : named } };
}
