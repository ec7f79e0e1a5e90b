/** Token counts and stop reasons of an answer in neutral words. */

import type { FinishReason } from "../../chat/events.js";
import { count, noUsage, type Usage, usageOf } from "../../chat/usage.js";
import { listOf, objectOf } from "../lenient.js";

/** https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html#bedrock-runtime_Converse-response-stopReason */
const finishReasons: { readonly [stopReason: string]: FinishReason } = {
  end_turn: "stop",
  stop_sequence: "stop",
  max_tokens: "length",
  model_context_window_exceeded: "length",
  tool_use: "tool-calls",
  guardrail_intervened: "content-filter",
  content_filtered: "content-filter",
  malformed_model_output: "error",
  malformed_tool_use: "error",
};

export function finishReason(stopReason: string | undefined): FinishReason {
  return stopReason !== undefined && Object.hasOwn(finishReasons, stopReason) ? finishReasons[stopReason]! : "other";
}

/** `inputTokens` counts neither cache reads nor writes; reasoning is part of `outputTokens` and not counted apart. */
export function usageFrom(value: unknown): Usage {
  const raw = objectOf(value);
  if (raw === undefined) return noUsage;
  const written = count(raw.cacheWriteInputTokens);
  const hour = Math.min(written, writtenForAnHour(raw.cacheDetails));
  return usageOf(
    {
      input: count(raw.inputTokens),
      cacheRead: count(raw.cacheReadInputTokens),
      cacheWrite: written - hour,
      cacheWrite1h: hour,
      output: count(raw.outputTokens),
    },
    { raw },
  );
}

function writtenForAnHour(details: unknown): number {
  return listOf(details)
    .map(objectOf)
    .reduce((sum, detail) => sum + (detail?.ttl === "1h" ? count(detail.inputTokens) : 0), 0);
}
