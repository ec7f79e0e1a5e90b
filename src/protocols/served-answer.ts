/** What every served protocol needs to encode an answer: the finish, failure statuses, and replays of foreign protocols. */
import type { ProtocolId } from "../catalog/facts.js";
import type { FinishEvent, ProtocolEvent } from "../chat/events.js";
import type { Replay } from "../chat/message.js";
import { type ErrorCode, TransportError } from "../errors.js";
import { fromBase64, toBase64 } from "./base64.js";
import { objectOf } from "./lenient.js";
import type { Members } from "./served-input.js";

/** The finish of a whole answer. Throws `TransportError` ("stream-truncated") when there is none. */
export function finishOf(events: readonly ProtocolEvent[]): FinishEvent {
  const last = events.at(-1);
  if (last?.type !== "finish") throw new TransportError("stream-truncated", "the answer ended without a finish");
  return last;
}

/** The joined text of one kind of delta. */
export function joinDeltas(
  events: readonly ProtocolEvent[],
  type: "text-delta" | "reasoning-delta" | "refusal-delta",
): string {
  let text = "";
  for (const event of events) if (event.type === type) text += event.text;
  return text;
}

/** HTTP status that a served protocol answers a failure with, where the provider has no other habit. */
export const failureStatus: { readonly [C in ErrorCode]: number } = {
  "invalid-catalog": 500,
  "invalid-configuration": 500,
  conflict: 409,
  unsupported: 400,
  "invalid-request": 400,
  "unknown-model": 404,
  "unknown-provider": 404,
  authentication: 401,
  permission: 403,
  "not-found": 404,
  "rate-limited": 429,
  "quota-exceeded": 429,
  overloaded: 503,
  "context-length": 400,
  "content-filter": 400,
  "provider-rejected": 400,
  "provider-error": 500,
  network: 502,
  timeout: 504,
  // nginx' "client closed request": no standard status says it.
  aborted: 499,
  "stream-truncated": 502,
  "invalid-response": 502,
  "invalid-output": 502,
  "invalid-tool-call": 502,
  "tool-failed": 500,
  "circuit-open": 503,
  "queue-full": 503,
  "budget-exceeded": 402,
  "region-blocked": 403,
};

/** What a replay of this protocol holds; undefined for those of others. */
export function replayData(replay: Replay | undefined, protocol: ProtocolId): Members | undefined {
  return replay?.protocol === protocol ? objectOf(replay.data) : undefined;
}

/** The provider's own signature on reasoning; a replay of another protocol is sealed in its place. */
export function signatureOf(replay: Replay | undefined, protocol: ProtocolId): string {
  if (replay === undefined) return "";
  const own = replayData(replay, protocol);
  if (own === undefined) return sealReplay(replay);
  return typeof own.signature === "string" ? own.signature : "";
}

const sealMark = "mwr1.";

/** A replay as one opaque string, for wires whose own place for it takes a string. */
export function sealReplay(replay: Replay): string {
  return sealMark + toBase64(new TextEncoder().encode(JSON.stringify(replay)));
}

/** The replay inside a sealed string; undefined for any other string. */
export function openReplay(text: string): Replay | undefined {
  if (!text.startsWith(sealMark)) return undefined;
  try {
    const value = JSON.parse(new TextDecoder().decode(fromBase64(text.slice(sealMark.length)))) as Replay;
    const named = [value.protocol, value.provider, value.model].every((name) => typeof name === "string");
    return named
      ? { protocol: value.protocol, provider: value.provider, model: value.model, data: value.data }
      : undefined;
  } catch {
    return undefined;
  }
}
