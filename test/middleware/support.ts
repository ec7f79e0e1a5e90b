/** Calls and answers for tests of policies, without any wire. */
import type { ProtocolEvent } from "../../src/chat/events.js";
import { noUsage, type Usage } from "../../src/chat/usage.js";
import type { Connection } from "../../src/client/connection.js";
import type { EventReader, ModelAnswer, ModelCall } from "../../src/client/handler.js";
import { type ErrorCode, ModelwrightError } from "../../src/errors.js";
import type { HeaderReader } from "../../src/protocols/protocol.js";
import type { Timeouts } from "../../src/transport/transport.js";

/** A call, and what a test may ask of it. */
export interface TestCall extends ModelCall {
  /** Its key, if the call was given one. */
  readonly apiKey?: string | undefined;
  readonly request?: unknown;
}

export interface CallFacts {
  readonly model?: string;
  readonly credential?: string;
  readonly origin?: string;
  readonly signal?: AbortSignal | undefined;
  readonly timeouts?: Timeouts;
  /** Tokens that `expectedTokens` finds. */
  readonly tokens?: number;
}

/** A call to `p/<model>`. */
export function callTo(facts: CallFacts = {}): TestCall {
  const { model = "m", credential = "key-a", origin = "https://a.test", signal, timeouts = {}, tokens } = facts;
  const connection: Connection = {
    send: () => Promise.reject(new Error("nothing is sent")),
    timeouts,
    headers: () => ({}),
    baseURL: () => new URL(origin),
    authorize: () => Promise.resolve([]),
    credential: () => credential,
    region: () => undefined,
    frameReaderOf: () => undefined,
  };
  return {
    provider: { id: "p" } as ModelCall["provider"],
    modelId: model,
    model: { kind: "chat" } as ModelCall["model"],
    connection,
    signal,
    tags: undefined,
    attempts: [],
    ...(tokens === undefined ? {} : { request: { messages: [], tools: [], params: { maxOutputTokens: tokens } } }),
  };
}

export function failureOf(code: ErrorCode, retryAfterMs?: number): ModelwrightError {
  return new ModelwrightError(code, code, { retryAfterMs });
}

/** An answer that has ended. */
export function whole(usage?: Usage, header?: HeaderReader): ModelAnswer {
  return { status: 200, requestId: undefined, usage, header };
}

/** An answer whose events come from `reads`, one batch or failure each. */
export function streamed(...reads: readonly (readonly ProtocolEvent[] | Error)[]): ModelAnswer & {
  readonly events: EventReader;
} {
  const left = [...reads];
  const read = async (): Promise<readonly ProtocolEvent[] | undefined> => {
    const next = left.shift();
    if (next instanceof Error) throw next;
    return next;
  };
  return { status: 200, requestId: undefined, events: { read, close: () => undefined } };
}

export const start: ProtocolEvent = { type: "start" };
export const delta: ProtocolEvent = { type: "text-delta", text: "a" };
export const finish: ProtocolEvent = {
  type: "finish",
  finishReason: "stop",
  rawFinishReason: "stop",
  usage: noUsage,
  message: { role: "assistant", content: [] },
};

/** Enters a request into the call, as whoever sends does. */
export function sent(call: ModelCall, ms = 0): void {
  call.attempts.push({
    target: "p/m",
    outcome: "failed",
    code: undefined,
    status: undefined,
    requestId: undefined,
    ms,
  });
}
