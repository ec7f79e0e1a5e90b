/** The response object around the items of an answer. https://platform.openai.com/docs/api-reference/responses/object */
import type { FinishEvent } from "../../chat/events.js";
import type { Meters, Usage } from "../../chat/usage.js";
import { type Members, present } from "../served-input.js";
import type { AnswerContext } from "../server.js";

export interface ResponseState {
  readonly status: "in_progress" | "completed" | "incomplete" | "failed";
  readonly output?: readonly Members[];
  readonly usage?: Usage;
  /** Why it is incomplete. */
  readonly reason?: string | undefined;
  readonly error?: { readonly code: string; readonly message: string };
}

export function encodeResponse({ id, modelId, created, served }: AnswerContext, state: ResponseState): Members {
  const { usage, reason } = state;
  return {
    id,
    object: "response",
    created_at: created,
    status: state.status,
    error: state.error ?? null,
    incomplete_details: reason === undefined ? null : { reason },
    model: modelId,
    output: state.output ?? [],
    usage: usage === undefined || usage.state === "absent" ? null : encodeUsage(usage),
    ...(usage?.meters === undefined ? {} : { tool_usage: encodeMeters(usage.meters) }),
    ...echo(served.wire),
  };
}

/** What the response repeats of its request: the value when nothing was asked for. */
const echoed: Members = {
  background: false,
  instructions: null,
  max_output_tokens: null,
  max_tool_calls: null,
  metadata: {},
  parallel_tool_calls: true,
  previous_response_id: null,
  prompt_cache_key: null,
  reasoning: { effort: null, summary: null },
  safety_identifier: null,
  service_tier: "default",
  store: true,
  temperature: 1,
  text: { format: { type: "text" } },
  tool_choice: "auto",
  tools: [],
  top_logprobs: 0,
  top_p: 1,
  truncation: "disabled",
  user: null,
};

function echo(wire: Members): Members {
  return Object.fromEntries(
    Object.entries(echoed).map(([name, unasked]) => [
      name,
      Object.hasOwn(wire, name) && present(wire[name]) ? wire[name] : unasked,
    ]),
  );
}

/** `input_tokens` and `output_tokens` are totals, of which the details are parts. */
function encodeUsage({ inputTokens, outputTokens, buckets }: Usage): Members {
  const written = (buckets.cacheWrite ?? 0) + (buckets.cacheWrite1h ?? 0);
  return {
    input_tokens: inputTokens,
    input_tokens_details: {
      cached_tokens: (buckets.cacheRead ?? 0) + (buckets.audioCacheRead ?? 0),
      ...(written === 0 ? {} : { cache_write_tokens: written }),
    },
    output_tokens: outputTokens,
    output_tokens_details: { reasoning_tokens: buckets.reasoning ?? 0 },
    total_tokens: inputTokens + outputTokens,
  };
}

/** Searches, which have no items here. */
function encodeMeters({ webSearch = 0, webSearchPreview = 0 }: Meters): Members {
  return { web_search: { num_requests: webSearch + webSearchPreview } };
}

/** How an answer ended. An end that has no word here is no clean end: it says its own reason. */
export function endState({
  finishReason,
  rawFinishReason,
}: FinishEvent): Pick<ResponseState, "status" | "reason" | "error"> {
  switch (finishReason) {
    case "length":
      return { status: "incomplete", reason: "max_output_tokens" };
    case "content-filter":
      return { status: "incomplete", reason: "content_filter" };
    case "other":
      return { status: "incomplete", reason: rawFinishReason ?? "other" };
    case "error":
      return { status: "failed", error: { code: "server_error", message: "the answer failed" } };
    default:
      return { status: "completed" };
  }
}
