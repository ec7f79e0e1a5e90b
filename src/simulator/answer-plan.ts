/** Whole answers, streams and failures as plans. */
import type { ErrorCode } from "../errors.js";
import type { ServerProtocol } from "../protocols/server.js";
import type { Plan, Step } from "./plan.js";

/** Every answer says what it is. */
const simulated = { "x-modelwright-simulated": "1" };

/** Whole answers go out in this many pieces, so that faults can cut them. */
const piecesPerAnswer = 4;

const encoder = new TextEncoder();

export function jsonPlan(status: number, value: unknown, headers: { readonly [name: string]: string } = {}): Plan {
  const bytes = encoder.encode(JSON.stringify(value));
  const size = Math.ceil(bytes.length / piecesPerAnswer);
  const steps: Step[] = [];
  for (let at = 0; at < bytes.length; at += size) steps.push({ send: bytes.subarray(at, at + size) });
  const length = String(bytes.length);
  const ours = { ...simulated, "content-type": "application/json", "content-length": length };
  return { delayMs: 0, status, headers: { ...ours, ...headers }, steps };
}

/** A stream of encoded events. */
export interface StreamedAnswer {
  readonly protocol: ServerProtocol;
  readonly events: readonly string[];
  /** The closing text after the last event; empty when the protocol has none. */
  readonly end: string;
  /** Before each event. */
  readonly waitMs: number;
}

export function streamPlan({ protocol, events, end, waitMs }: StreamedAnswer): Plan {
  const waits: readonly Step[] = waitMs > 0 ? [{ waitMs }] : [];
  const steps = events.filter((text) => text !== "").flatMap((send): readonly Step[] => [...waits, { send }]);
  return {
    delayMs: 0,
    status: 200,
    headers: { ...simulated, "content-type": protocol.streamType ?? "text/event-stream", "cache-control": "no-cache" },
    steps: end === "" ? steps : [...steps, { send: end }],
    endMarker: end !== "",
  };
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
  const { status, body } = protocol.encodeFailure(code, message, { param, retryAfterMs });
  if (retryAfterMs === undefined) return jsonPlan(status, body);
  const seconds = String(Math.ceil(retryAfterMs / 1000));
  return jsonPlan(status, body, { "retry-after": seconds, "retry-after-ms": String(retryAfterMs) });
}
