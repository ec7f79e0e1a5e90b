/** Why an answer ended: the words of the wire, of its dialects, and of the upstreams behind gateways. */
import type { FinishReason } from "../../chat/events.js";
import { type Members, membersOf, textOf } from "./wire.js";

const reasons: { readonly [word: string]: FinishReason } = {
  stop: "stop",
  // Together.
  eos: "stop",
  length: "length",
  // Mistral: the context window is full.
  model_length: "length",
  tool_calls: "tool-calls",
  function_call: "tool-calls",
  content_filter: "content-filter",
  error: "error",
  // DeepSeek: interrupted for lack of capacity.
  insufficient_system_resource: "error",
};

/** What upstreams call a reached token limit. OpenRouter hides it behind `tool_calls` and `stop`. */
const nativeLengths: readonly unknown[] = ["length", "max_tokens", "MAX_TOKENS", "max_output_tokens"];

export interface FinishState {
  /** The word of the wire; undefined until one was sent. */
  readonly reason: string | undefined;
  /** The upstream's own word beside it, when it means the token limit. */
  readonly cut: boolean;
}

export const noFinish: FinishState = { reason: undefined, cut: false };

/** Reads a choice's finish. Chunks repeat it, and some carry an empty one before the end: only words count. */
export function readFinish(choice: Members, before: FinishState): FinishState {
  const word = choice.finish_reason;
  // The older vision preview said it in `finish_details`.
  const reason = textOf(word) || (choice.finish_details === undefined ? "" : finishDetail(choice.finish_details));
  if (reason === "") return before;
  return { reason, cut: before.cut || nativeLengths.includes(choice.native_finish_reason) };
}

function finishDetail(value: unknown): string {
  return textOf(membersOf(value)?.type);
}

export function finishReasonOf({ reason, cut }: FinishState, refused: boolean): FinishReason {
  const known = reason !== undefined && Object.hasOwn(reasons, reason) ? reasons[reason]! : "other";
  if (cut && (known === "stop" || known === "tool-calls")) return "length";
  return refused && known === "stop" ? "refusal" : known;
}
