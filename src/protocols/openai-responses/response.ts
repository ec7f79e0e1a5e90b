/** A whole answer of the Responses API as neutral events, and the reading of items, usage and end that streams share. */

import type { FinishReason, ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { count, type Meters, type Usage, usageOf, withMeters } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import { objectOf, objectsOf, textOf } from "../lenient.js";
import type { ChatCall, WireFailure } from "../protocol.js";
import { errorInside, failureIn } from "./error.js";
import { AnswerItems } from "./response-items.js";
import type { WireObject } from "./wire.js";

export function decodeChat(body: unknown, call: ChatCall): ProtocolEvent[] {
  const response = objectOf(body);
  if (response === undefined) throw new TransportError("invalid-response", "the answer is no JSON object");
  const out: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(out);
  const items = new AnswerItems(builder, call);
  builder.start(textOf(response.id), textOf(response.model));
  finish(response, { call, builder, items, status: textOf(response.status) });
  return out;
}

/** Where an answer is gathered, and the status its terminal event states. */
export interface Gathered {
  readonly call: ChatCall;
  readonly builder: ReplyBuilder;
  readonly items: AnswerItems;
  readonly status: string | undefined;
}

/** Reads the finished response object: what its items still hold, usage, and why it ended. */
export function finish(response: WireObject, { call, builder, items, status }: Gathered): void {
  const usage = decodeUsage(response.usage);
  builder.usage = usage ?? builder.usage;
  if (status === "failed" || status === "cancelled" || (status === undefined && statesError(response)))
    throw errorInside(failureOf(response, status), call, builder.partial());
  const output = objectsOf(response.output);
  if (status === undefined && !Array.isArray(response.output) && !builder.hasContent)
    throw new TransportError("invalid-response", "the answer has neither a status nor an output");
  items.complete(output);
  if (usage !== undefined) builder.usage = withMeters(usage, metersOf(response, items.meters));
  const reason = textOf(objectOf(response.incomplete_details)?.reason);
  const incomplete = status === "incomplete" || (status === undefined && reason !== undefined);
  builder.finish(...(incomplete ? incompleteReason(reason) : completeReason(status, items.refused)));
}

function statesError(response: WireObject): boolean {
  return objectOf(response.error) !== undefined || textOf(response.error) !== undefined;
}

function failureOf(response: WireObject, status: string | undefined): WireFailure {
  return statesError(response) ? failureIn(response) : { message: `the response ended as ${status}` };
}

// A background response that is `queued` or `in_progress` has no answer yet.
function completeReason(status: string | undefined, refused: boolean): [FinishReason, string | undefined] {
  if (status !== undefined && status !== "completed") return ["other", status];
  return [refused ? "refusal" : "stop", status];
}

/** Reasons as documented for `incomplete_details`; an unstated one is the token limit, the only one hosts leave out. */
function incompleteReason(reason: string | undefined): [FinishReason, string] {
  if (reason === undefined) return ["length", "incomplete"];
  if (reason === "max_output_tokens" || reason === "max_tokens") return ["length", reason];
  return [reason === "content_filter" ? "content-filter" : "other", reason];
}

/** Totals include cached, cache-written and reasoning tokens; recorded details may exceed them, so they are bounded. */
function decodeUsage(value: unknown): Usage | undefined {
  const usage = objectOf(value);
  if (usage === undefined) return undefined;
  const input = count(usage.input_tokens);
  const output = count(usage.output_tokens);
  const details = objectOf(usage.input_tokens_details);
  const cacheRead = Math.min(count(details?.cached_tokens), input);
  const cacheWrite = Math.min(count(details?.cache_write_tokens), input - cacheRead);
  const reasoning = Math.min(count(objectOf(usage.output_tokens_details)?.reasoning_tokens), output);
  const whole = typeof usage.input_tokens === "number" && typeof usage.output_tokens === "number";
  return usageOf(
    { input: input - cacheRead - cacheWrite, cacheRead, cacheWrite, output: output - reasoning, reasoning },
    { state: whole ? "known" : "partial", reportedCostUsd: reportedCost(usage), raw: value },
  );
}

/** The items, unless the answer counts itself: OpenAI searches by kind, xAI all its tools together. */
function metersOf({ tool_usage, usage }: WireObject, items: Meters): Meters {
  const stated = objectOf(objectOf(tool_usage)?.web_search)?.num_requests;
  const searches = items.webSearchPreview === undefined ? "webSearch" : "webSearchPreview";
  const meters = typeof stated === "number" ? { ...items, [searches]: count(stated) } : items;
  const all = count(objectOf(usage)?.num_server_side_tools_used);
  return { ...meters, serverTool: Math.max(0, all - Object.values(meters).reduce((sum, n) => sum + n, 0)) };
}

/** `cost_in_usd_ticks` of xAI: ten thousand million ticks are one US dollar. https://docs.x.ai/docs/api-reference */
const ticksPerUsd = 1e10;

/** OpenRouter reports dollars in `cost`, xAI ten-billionths in `cost_in_usd_ticks`. */
function reportedCost(usage: WireObject): number | undefined {
  if (typeof usage.cost === "number") return usage.cost;
  return typeof usage.cost_in_usd_ticks === "number" ? usage.cost_in_usd_ticks / ticksPerUsd : undefined;
}
