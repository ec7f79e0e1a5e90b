/** Puts the pieces of an answer, whole or streamed, into a reply. */

import type { FinishReason } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { count, noUsage, type Usage, usageOf, withMeters } from "../../chat/usage.js";
import { listOf, objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { errorInside, failureAtEnd } from "./error.js";
import { type ReplayData, replayOf, type WireObject } from "./wire.js";

/** https://docs.cohere.com/reference/chat. Failures are not in it: they are thrown. */
const finishReasons: { readonly [reason: string]: FinishReason } = {
  COMPLETE: "stop",
  STOP_SEQUENCE: "stop",
  MAX_TOKENS: "length",
  TOOL_CALL: "tool-calls",
};

export class AnswerReader {
  readonly builder = new ReplyBuilder([]);
  private readonly call: ChatCall;
  /** Kind of the open part. */
  private open: "text" | ReplayData["type"] | undefined;

  constructor(call: ChatCall) {
    this.call = call;
  }

  /** The next piece of content begins a part of its own. */
  endPart(): void {
    this.open = undefined;
    this.builder.endPart();
  }

  /** One block of content, or a piece of one: pieces are told apart by their member, not by their type. */
  content(block: WireObject): void {
    const thinking = textOf(block.thinking);
    if (thinking !== undefined) this.reasoning("thinking", thinking);
    const text = textOf(block.text);
    if (text === undefined) return;
    this.open = "text";
    this.builder.text(text);
  }

  /** What the model says it will do before it calls tools: thinking by another name. */
  toolPlan(text: unknown): void {
    const plan = textOf(text);
    if (plan !== undefined) this.reasoning("tool_plan", plan);
  }

  private reasoning(type: ReplayData["type"], text: string): void {
    if (this.open === type) {
      this.builder.reasoning(text);
      return;
    }
    this.endPart();
    this.open = type;
    this.builder.reasoning(text, replayOf(this.call, { type }));
  }

  toolCallStart(key: number, call: WireObject): void {
    const declared = objectOf(call.function) ?? {};
    this.builder.toolCallStart(key, textOf(call.id) ?? "", textOf(declared.name) ?? "");
    this.toolCallDelta(key, call);
  }

  toolCallDelta(key: number, call: WireObject): void {
    const text = textOf(objectOf(call.function)?.arguments);
    if (text !== undefined) this.builder.toolCallDelta(key, text);
  }

  /** One statement of the answer and the documents or tool results that it rests on. */
  citation(value: unknown): void {
    const citation = objectOf(value) ?? {};
    for (const source of listOf(citation.sources).map(objectOf)) {
      const document = objectOf(source?.document) ?? {};
      const title = textOf(document.title) ?? textOf(source?.id);
      this.builder.source({ url: textOf(document.url), title, text: textOf(citation.text) });
    }
  }

  /** The last piece: finish reason and usage. Throws `ProviderError` when it states a failure. */
  finish(end: WireObject): void {
    this.builder.usage = usageFrom(end.usage);
    const failure = failureAtEnd(end);
    if (failure !== undefined) throw errorInside(failure, this.call, this.builder.partial());
    const reason = textOf(end.finish_reason);
    const known = reason !== undefined && Object.hasOwn(finishReasons, reason) ? finishReasons[reason] : undefined;
    this.builder.finish(known ?? "other", reason);
  }
}

/**
 * `tokens` counts all that the model read and wrote, with Cohere's own preamble; `billed_units` what costs. The totals
 * are the former, the buckets, which are priced, the latter.
 */
function usageFrom(value: unknown): Usage {
  const raw = objectOf(value);
  const tokens = objectOf(raw?.tokens);
  const billed = objectOf(raw?.billed_units) ?? tokens;
  if (billed === undefined) return noUsage;
  const output = count(billed.output_tokens);
  const reasoning = Math.min(output, count(tokens?.reasoning_tokens));
  const ofTokens = usageOf({ input: count(billed.input_tokens), output: output - reasoning, reasoning }, { raw });
  const usage = withMeters(ofTokens, { query: count(billed.search_units) });
  if (tokens === undefined) return usage;
  return { ...usage, inputTokens: count(tokens.input_tokens), outputTokens: count(tokens.output_tokens) };
}
