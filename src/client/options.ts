/** What callers may pass, in its widest form: the typed handles narrow these per model. */
import type { AnyMessage } from "../chat/message.js";
import type { ReasoningEffort, ToolChoice } from "../chat/request.js";
import type { CallOptions } from "../model/request.js";
import type { ToolContext } from "../model/schema.js";
import type { Approve, OnStep, PrepareStep, StopCondition } from "../model/tool-loop.js";
import type { Adjustment } from "../protocols/protocol.js";
import type { Credentials } from "../transport/auth.js";
import type { Fetch } from "../transport/fetch.js";
import type { Timeouts, Transport, TransportOptions } from "../transport/transport.js";
import type { Environment } from "./environment.js";
import type { Middleware, Policy } from "./handler.js";
import type { Hooks } from "./hooks.js";
import type { RetryOptions } from "./retry.js";

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

/** A tool whose arguments have no static type. */
export interface AnyTool {
  readonly description?: string | undefined;
  readonly input: unknown;
  readonly execute?: ((input: never, context: ToolContext) => unknown) | undefined;
  readonly needsApproval?: boolean | ((input: never, context: ToolContext) => boolean | Promise<boolean>) | undefined;
  readonly strict?: boolean | undefined;
}

export type AnyTools = { readonly [name: string]: AnyTool };

/** Parameters of a chat request by canonical name. */
export interface ChatParams {
  readonly temperature?: number | undefined;
  readonly topP?: number | undefined;
  readonly topK?: number | undefined;
  readonly minP?: number | undefined;
  readonly frequencyPenalty?: number | undefined;
  readonly presencePenalty?: number | undefined;
  readonly repetitionPenalty?: number | undefined;
  readonly seed?: number | undefined;
  readonly stop?: string | readonly string[] | undefined;
  readonly n?: number | undefined;
  readonly logitBias?: { readonly [token: string]: number } | undefined;
  readonly logprobs?: boolean | undefined;
  readonly topLogprobs?: number | undefined;
  readonly verbosity?: string | undefined;
  readonly serviceTier?: string | undefined;
  readonly maxOutputTokens?: number | undefined;
  readonly voice?: string | undefined;
  readonly audioFormat?: string | undefined;
  /** Name of one of the model's modes. */
  readonly mode?: string | undefined;
}

/** Names of `ChatParams`, complete by type. */
const chatParams: { readonly [Name in keyof Required<ChatParams>]: true } = {
  temperature: true,
  topP: true,
  topK: true,
  minP: true,
  frequencyPenalty: true,
  presencePenalty: true,
  repetitionPenalty: true,
  seed: true,
  stop: true,
  n: true,
  logitBias: true,
  logprobs: true,
  topLogprobs: true,
  verbosity: true,
  serviceTier: true,
  maxOutputTokens: true,
  voice: true,
  audioFormat: true,
  mode: true,
};
export const chatParamNames: ReadonlySet<string> = /*#__PURE__*/ new Set(Object.keys(chatParams));

export interface ReasoningOptions {
  readonly effort?: ReasoningEffort | undefined;
  readonly budget?: number | "auto" | undefined;
  readonly enabled?: boolean | undefined;
  readonly summary?: "auto" | "concise" | "detailed" | "none" | undefined;
}

export interface ChatOptions extends ChatParams, CallOptions {
  /** The conversation; a string is one message of the user. */
  readonly messages: readonly AnyMessage[] | string;
  readonly tools?: AnyTools | undefined;
  readonly toolChoice?: ToolChoice | undefined;
  readonly parallelTools?: boolean | undefined;
  /** Most calls of the model while tools with `execute` run in between. Default 1: no loop. */
  readonly maxSteps?: number | undefined;
  /** Decides on calls of tools with `needsApproval`; without it they are handed to the caller. */
  readonly approve?: Approve<never> | undefined;
  /** Ends the loop before `maxSteps`; asked after each step that ran tools. */
  readonly stopWhen?: StopCondition | undefined;
  readonly onStep?: OnStep | undefined;
  /** Changes what a step is sent. */
  readonly prepareStep?: PrepareStep | undefined;
  /** A schema, or `{ schema, name, description }`. */
  readonly output?: unknown;
  readonly reasoning?: ReasoningOptions | undefined;
  /** Names, or objects of a name as `type` and the provider's own options. */
  readonly builtinTools?:
    | readonly (string | { readonly type: string; readonly [option: string]: unknown })[]
    | undefined;
  /** The provider's own options by canonical name. */
  readonly options?: { readonly [name: string]: unknown } | undefined;
}

const otherOptions: { readonly [Name in Exclude<keyof ChatOptions, keyof ChatParams>]-?: true } = {
  messages: true,
  tools: true,
  toolChoice: true,
  parallelTools: true,
  maxSteps: true,
  approve: true,
  stopWhen: true,
  onStep: true,
  prepareStep: true,
  output: true,
  reasoning: true,
  builtinTools: true,
  options: true,
  signal: true,
  timeouts: true,
  apiKey: true,
  extraBody: true,
  extraHeaders: true,
  tags: true,
};

/** Every name a chat request may have. */
export const chatOptionNames: ReadonlySet<string> = /*#__PURE__*/ new Set([
  ...chatParamNames,
  ...Object.keys(otherOptions),
]);

export interface EmbedOptions extends CallOptions {
  readonly input: string | readonly string[];
  readonly dimensions?: number | undefined;
  readonly options?: { readonly [name: string]: unknown } | undefined;
}
