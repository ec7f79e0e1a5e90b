/** How a client is set up: what its provider's `create` takes. */
import type { Adjustment } from "../protocols/call.js";
import type { Credentials } from "../transport/auth.js";
import type { Fetch } from "../transport/fetch.js";
import type { Timeouts, Transport, TransportOptions } from "../transport/transport.js";
import type { Clock } from "./clock.js";
import type { Environment } from "./environment.js";
import type { Middleware, Policy } from "./handler.js";
import type { Hooks } from "./hooks.js";

/** How a client reaches its provider. What is absent comes from the environment, then from the catalog. */
export interface ClientOptions extends TransportOptions {
  /** The key, a function that gives it for each request, or a pool of keys. */
  readonly apiKey?: string | (() => string | Promise<string>) | KeyPool | undefined;
  /** What signs requests, for providers that take signatures; the AWS SDK's credential providers fit. */
  readonly credentials?: Credentials | (() => Credentials | Promise<Credentials>) | undefined;
  /** Replaces the catalog's base URL, also of models that have one of their own. */
  readonly baseURL?: string | undefined;
  /** Values for the `${name}` places of the catalog's base URL. */
  readonly vars?: { readonly [name: string]: string } | undefined;
  /** Where the base URL that is given here is: `eu`. Default: what the catalog states of its own base URLs. */
  readonly region?: string | undefined;
  /** Sent with every request. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Sends with this instead of undici. */
  readonly fetch?: Fetch | undefined;
  /** Sends with this instead of undici or fetch. */
  readonly transport?: Transport | undefined;
  /** Milliseconds per clock. Default: connect 5 s, first byte 300 s, idle 120 s, total unlimited. */
  readonly timeouts?: Timeouts | undefined;
  readonly hooks?: Hooks | readonly Hooks[] | undefined;
  /** Wraps every chat call; the first is the outermost. */
  readonly middleware?: readonly Middleware[] | undefined;
  /** When failed requests are sent again; false switches that off. Default: up to 3 tries within 10 s. */
  readonly retry?: RetryOptions | false | undefined;
  /** Spans, metrics or logs of calls and of the requests they send, from `modelwright/telemetry`. */
  readonly telemetry?: ClientTelemetry | readonly ClientTelemetry[] | undefined;
  /** A policy that writes calls down: `audit` of `modelwright/audit`. */
  readonly audit?: Policy | undefined;
  /** A policy that refuses calls to other regions. */
  readonly residency?: Policy | undefined;
  /** A policy that keeps spending within limits: `budget` of `modelwright/budget`. */
  readonly budget?: Policy | undefined;
  /** A policy that keeps within requests and tokens per minute. */
  readonly rateLimit?: Policy | undefined;
  /** A policy that bounds the calls in flight. */
  readonly concurrency?: Policy | undefined;
  /** A policy that stops asking a target that keeps failing. */
  readonly circuitBreaker?: Policy | undefined;
  /** Called for each change made to a request, beside `reply.adjustments`. */
  readonly onAdjustment?: ((adjustment: Adjustment, model: string) => void) | undefined;
  /**
   * What happens to a parameter outside the catalog's range: `error` (default) refuses the request, `clamp` sends the
   * nearest value, `warn` sends it as it is. The last two are listed in `reply.adjustments`.
   */
  readonly outOfRange?: "error" | "clamp" | "warn" | undefined;
  /** Read instead of the process environment. */
  readonly env?: Environment | undefined;
  /** Milliseconds since the epoch. Default `Date.now`. */
  readonly now?: (() => number) | undefined;
}

/** What watches calls, and what watches each request that a call sends. */
export interface ClientTelemetry {
  readonly call: Policy;
  readonly attempt: Policy;
}

/** Several keys of one provider. */
export interface KeyPool {
  /** The next key. */
  take(): string;
  /** Gives each request its key, and rests those that the provider refuses. */
  readonly policy: Policy;
}

/** When a failed request is sent again. Times in milliseconds. */
export interface RetryOptions {
  /** Most requests per call, the first included. Default 3. */
  readonly maxAttempts?: number | undefined;
  /** Longest first wait; each further one may be twice as long. Default 500. */
  readonly baseMs?: number | undefined;
  /** Longest wait that the provider did not ask for. Default 8,000. */
  readonly maxMs?: number | undefined;
  /**
   * How long a call may go on failing, from the sending of its first try; a wait for its turn before that is no
   * failing. Default: its total time-out, else 10,000. The total time-out holds in any case.
   */
  readonly deadlineMs?: number | undefined;
  /**
   * Submits a job again even when its submission may have reached the provider, which then works on it twice and charges
   * for both. Default false: only when no connection came about, or when the provider asked to come back later.
   */
  readonly resubmitJobs?: boolean | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to below 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}
