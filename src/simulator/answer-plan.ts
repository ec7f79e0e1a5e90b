/** Whole answers, streams and failures as plans. */
import type { ErrorCode } from "../errors.js";
import type { ServerProtocol, StreamChunk } from "../protocols/server.js";
import { encodeEventStreamFrame } from "../transport/event-stream.js";
import type { Plan, Step } from "./plan.js";

/** Every answer says what it is. */
const simulated = { "x-modelwright-simulated": "1" };

/** Whole answers go out in this many pieces, so that faults can cut them. */
const piecesPerAnswer = 4;

const encoder = new TextEncoder();

export function jsonPlan(status: number, value: unknown, headers: { readonly [name: string]: string } = {}): Plan {
  return { ...wholePlan(encoder.encode(JSON.stringify(value)), "application/json", headers), status };
}

/** Any other whole answer: a sound, a film, plain text. */
export function bytesPlan(bytes: Uint8Array, contentType: string): Plan {
  return wholePlan(bytes, contentType, {});
}

function wholePlan(bytes: Uint8Array, contentType: string, headers: { readonly [name: string]: string }): Plan {
  const size = Math.ceil(bytes.length / piecesPerAnswer);
  const steps: Step[] = [];
  for (let at = 0; at < bytes.length; at += size) steps.push({ send: bytes.subarray(at, at + size) });
  const length = String(bytes.length);
  const ours = { ...simulated, "content-type": contentType, "content-length": length };
  return { delayMs: 0, status: 200, headers: { ...ours, ...headers }, steps };
}

/** A stream of encoded events. */
export interface StreamedAnswer {
  readonly protocol: ServerProtocol;
  readonly events: readonly StreamChunk[];
  /** What closes the stream after the last event; empty when the protocol has nothing. */
  readonly end: StreamChunk;
  /** Before each event. */
  readonly waitMs: number;
}

export function streamPlan({ protocol, events, end, waitMs }: StreamedAnswer): Plan {
  const waits: readonly Step[] = waitMs > 0 ? [{ waitMs }] : [];
  const steps = events
    .filter((chunk) => chunk.length > 0)
    .flatMap((chunk): readonly Step[] => [...waits, { send: wireForm(chunk) }]);
  return {
    delayMs: 0,
    status: 200,
    headers: { ...simulated, "content-type": protocol.streamType ?? "text/event-stream", "cache-control": "no-cache" },
    steps: end.length === 0 ? steps : [...steps, { send: wireForm(end) }],
    endMarker: end.length > 0,
  };
}

/** A piece of a stream as it is sent; the only binary framing is Amazon's. */
export function wireForm(chunk: StreamChunk): string | Uint8Array {
  if (typeof chunk === "string") return chunk;
  const frames = chunk.map(encodeEventStreamFrame);
  const bytes = new Uint8Array(frames.reduce((length, frame) => length + frame.length, 0));
  frames.reduce((at, frame) => {
    bytes.set(frame, at);
    return at + frame.length;
  }, 0);
  return bytes;
}

/** A failure in the provider's own words. */
export interface FailureWords {
  readonly code: ErrorCode;
  readonly message: string;
  readonly param?: string | undefined;
  readonly retryAfterMs?: number | undefined;
}

export function failurePlan(protocol: ServerProtocol, failure: FailureWords): Plan {
  const { code, message, param, retryAfterMs } = failure;
  const { status, body, headers = {} } = protocol.encodeFailure(code, message, { param, retryAfterMs });
  if (retryAfterMs === undefined) return jsonPlan(status, body, headers);
  const seconds = String(Math.ceil(retryAfterMs / 1000));
  return jsonPlan(status, body, { ...headers, "retry-after": seconds, "retry-after-ms": String(retryAfterMs) });
}
