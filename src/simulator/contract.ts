/** What a user of the simulator sees: options, the simulator itself, scripted answers, faults, the request log. */
import type { ProtocolId, ProviderFacts } from "../catalog/facts.js";
import type { FinishReason, Source } from "../chat/events.js";
import type { Meters, UsageBuckets } from "../chat/usage.js";
import type { ErrorCode } from "../errors.js";
import type { Route } from "../protocols/server.js";

/**
 * What can go wrong on request. Failures of the provider, in its own words and with its own status: `status-401`,
 * `status-429` (with `Retry-After` of `delayMs`), `status-500`, `status-503`, `quota-exhausted`, `context-length`,
 * `content-filter`; `flap` is a `status-503` on every second request. Before the answer: `no-response` keeps silent,
 * `reset-before-headers` breaks the connection. Inside a stream, after the share `at` of its chunks:
 * `reset-mid-stream` breaks the connection, `clean-end-mid-stream` ends the body as if all were said,
 * `stall-mid-stream` keeps silent, `error-mid-stream` sends the provider's error, `malformed-chunk` cuts one line's
 * JSON. `slow-first-token` waits `delayMs` behind the headers, `no-terminal-marker` leaves out the end marker,
 * `unterminated-socket` stays open behind it, `split-utf8` sends every byte by itself.
 */
export type FaultName =
  | "status-401"
  | "status-429"
  | "status-500"
  | "status-503"
  | "quota-exhausted"
  | "context-length"
  | "content-filter"
  | "no-response"
  | "reset-before-headers"
  | "slow-first-token"
  | "reset-mid-stream"
  | "clean-end-mid-stream"
  | "stall-mid-stream"
  | "error-mid-stream"
  | "malformed-chunk"
  | "no-terminal-marker"
  | "unterminated-socket"
  | "split-utf8"
  | "flap";

/** When a fault strikes. Without conditions: every request. */
export interface FaultConditions {
  /** Strike at most this many requests. */
  readonly times?: number;
  /** Let this many matching requests pass first. */
  readonly after?: number;
  readonly provider?: string;
  /** Model name as the request wrote it. */
  readonly model?: string;
  /** Share of matching requests that are struck, 0 to 1, drawn from the seed. */
  readonly probability?: number;
  /** For faults that wait, and for `Retry-After`: milliseconds. */
  readonly delayMs?: number;
  /** For faults inside a stream: after which share of its chunks, 0 to 1. Default 0.5. */
  readonly at?: number;
}

/** A fault, and when it strikes. */
export interface FaultRule extends FaultConditions {
  readonly fault: FaultName;
}

/** An answer to give instead of a made-up one. A string is the text. */
export type ScriptedAnswer = string | ScriptedReply | ScriptedFailure;

/** An answer in parts. */
export interface ScriptedReply {
  readonly text?: string;
  readonly reasoning?: string;
  readonly refusal?: string;
  /** JSON value, sent as the text: a structured answer. */
  readonly output?: unknown;
  readonly toolCalls?: readonly { readonly name: string; readonly input?: unknown; readonly id?: string }[];
  /** Where the text comes from. */
  readonly sources?: readonly Source[];
  readonly finishReason?: FinishReason;
  /** Token counts; counted from the texts when absent. */
  readonly usage?: UsageBuckets;
  /** What was used beside tokens: `webSearch`, as far as the wire can say it. */
  readonly meters?: Meters;
}

/** An answer that is a failure. */
export interface ScriptedFailure {
  readonly fail: ErrorCode;
  readonly message?: string;
  readonly retryAfterMs?: number;
}

/** Words and number of failures. */
export interface ScriptedFailureOptions {
  readonly message?: string;
  readonly retryAfterMs?: number;
  /** How many requests fail. Default 1. */
  readonly times?: number;
}

/** One received request. Values of secret headers are never kept. */
export interface SimulatedRequest {
  readonly method: string;
  /** Path below the provider's base URL, without the query. */
  readonly path: string;
  readonly provider: string | undefined;
  readonly protocol: ProtocolId | undefined;
  readonly operation: Route["operation"] | undefined;
  /** As the request wrote it. */
  readonly model: string | undefined;
  readonly stream: boolean;
  /** Lower-case names. Secret values are replaced by `<redacted>`. */
  readonly headers: { readonly [name: string]: string };
  /** Decoded JSON, the fields of a form, or the bytes of a recording; undefined when there was none. */
  readonly body: unknown;
}

/** Called for each accepted request; `undefined` leaves the answer to the simulator. */
export type Script = (request: SimulatedRequest) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>;

/** Which providers are played, and how. */
export interface SimulatorOptions {
  readonly providers: readonly ProviderFacts[];
  /** Same seed, same answers. Default 1. */
  readonly seed?: number;
  readonly faults?: readonly FaultRule[];
  readonly script?: Script;
  /** Waits before each answer and before each event of a stream, in milliseconds. Default 0. */
  readonly latencyMs?: number | { readonly answer?: number; readonly event?: number };
  /** Begins the made-up texts. Default `"[simulated] "`. */
  readonly label?: string;
  /** Milliseconds since the epoch, for `created`. Default `Date.now`. */
  readonly clock?: () => number;
}

/** A server of every provider of a catalog, on this machine. Nothing it says comes from a model. */
export interface Simulator extends AsyncDisposable {
  /** Starts an HTTP server on 127.0.0.1 and gives its origin. Port 0 (the default) takes a free one. */
  listen(port?: number): Promise<string>;
  /** The base URL of a provider, to be given to a client. Before `listen` its origin is `http://simulator.invalid`, for `fetch`. */
  baseURL(provider: string): string;
  /** Answers without a socket: a custom `fetch` for clients in tests and browsers. */
  fetch(input: Request | URL | string, init?: RequestInit): Promise<Response>;
  /** The last 10,000 requests, oldest first. */
  readonly requests: readonly SimulatedRequest[];
  /** Sets the next answer. Answers queue up; each serves one request that the catalog accepts. */
  reply(answer: ScriptedAnswer): void;
  /** Makes the next requests fail as the provider would report it. */
  fail(code: ErrorCode, options?: ScriptedFailureOptions): void;
  /** Arms a fault until it has struck `times` requests, or until `reset`. */
  fault(name: FaultName, conditions?: FaultConditions): void;
  /** Forgets requests, queued answers, armed faults (also those of the options) and caches. */
  reset(): void;
  /** Stops the server, ends all connections and timers. */
  close(): Promise<void>;
}
