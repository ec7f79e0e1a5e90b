/** Token counts and stop reasons of an answer in neutral words. */

import type { FinishReason } from "../../chat/events.js";
import { count, type Meters, noUsage, type Usage, usageOf, withMeters } from "../../chat/usage.js";
import { objectOf } from "../lenient.js";
import type { WireObject } from "./wire.js";

/** https://docs.claude.com/en/api/handling-stop-reasons */
const finishReasonOf: { readonly [stopReason: string]: FinishReason } = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  refusal: "refusal",
  // The provider's own tools need another request to go on.
  pause_turn: "other",
};

export function finishReason(stopReason: string | undefined): FinishReason {
  return stopReason !== undefined && Object.hasOwn(finishReasonOf, stopReason) ? finishReasonOf[stopReason]! : "other";
}

/** Counts of a stream are cumulative: a later member replaces the earlier one, unless it is `null`. */
export function laterUsage(before: WireObject, after: unknown): WireObject {
  const news = Object.entries(objectOf(after) ?? {}).filter(
    ([name, value]) => value !== null || !Object.hasOwn(before, name),
  );
  return news.length === 0 ? before : { ...before, ...Object.fromEntries(news) };
}

/**
 * `input_tokens` counts neither cache reads nor writes; `output_tokens` includes thinking. Searches are sold by the piece,
 * fetched pages by their tokens alone. https://docs.claude.com/en/docs/about-claude/pricing
 */
export function usageFrom(raw: WireObject, ended: boolean, meters: Meters = {}): Usage {
  const stated = [raw.input_tokens, raw.output_tokens].filter((tokens) => typeof tokens === "number").length;
  if (stated === 0) return noUsage;
  const output = count(raw.output_tokens);
  const reasoning = Math.min(output, count(objectOf(raw.output_tokens_details)?.thinking_tokens));
  const complete = ended && stated === 2 && !billsOtherModels(raw);
  const usage = usageOf(
    {
      input: count(raw.input_tokens),
      cacheRead: count(raw.cache_read_input_tokens),
      ...cacheWrites(raw),
      output: output - reasoning,
      reasoning,
    },
    {
      state: complete ? "known" : "partial",
      // OpenRouter states the cost of its Messages answers in US dollars.
      reportedCostUsd: typeof raw.cost === "number" && raw.cost >= 0 ? raw.cost : undefined,
      raw,
    },
  );
  return withMeters(usage, { ...meters, webSearch: count(objectOf(raw.server_tool_use)?.web_search_requests) });
}

/** The split by lifetime stands only in the first event of a stream, where the total may still grow: the rest is 5 minutes. */
function cacheWrites(raw: WireObject): { readonly cacheWrite: number; readonly cacheWrite1h: number } {
  const split = objectOf(raw.cache_creation);
  const hour = count(split?.ephemeral_1h_input_tokens);
  if (typeof raw.cache_creation_input_tokens !== "number")
    return { cacheWrite: count(split?.ephemeral_5m_input_tokens), cacheWrite1h: hour };
  const total = count(raw.cache_creation_input_tokens);
  return { cacheWrite: total - Math.min(hour, total), cacheWrite1h: Math.min(hour, total) };
}

/** Advisors and compaction are billed beside the totals, at prices of their own. https://docs.claude.com/en/docs/build-with-claude/compaction */
function billsOtherModels({ iterations }: WireObject): boolean {
  return Array.isArray(iterations) && iterations.some((iteration) => objectOf(iteration)?.type !== "message");
}
