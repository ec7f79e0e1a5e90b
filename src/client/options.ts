/** What callers may pass with a request, in its widest form: the typed handles narrow these per model. */
import type { AnyMessage, EmbeddingValue } from "../chat/message.js";
import type { ReasoningEffort, ToolChoice } from "../chat/request.js";
import type { CallOptions } from "../model/request.js";
import type { ToolContext } from "../model/schema.js";
import type { Approve, OnStep, PrepareStep, StopCondition } from "../model/tool-loop.js";

/** A tool whose arguments have no static type. */
export interface AnyTool {
  readonly description?: string | undefined;
  readonly input: unknown;
  readonly execute?: ((input: never, context: ToolContext) => unknown) | undefined;
  readonly needsApproval?: boolean | ((input: never, context: ToolContext) => boolean | Promise<boolean>) | undefined;
  readonly strict?: boolean | undefined;
}

/** Tools by name, without static types. */
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

/** The request of a chat call, in its widest form. */
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

/** The request of an embedding call, in its widest form. */
export interface EmbedOptions extends CallOptions {
  readonly input: EmbeddingValue | readonly EmbeddingValue[];
  readonly dimensions?: number | undefined;
  readonly options?: { readonly [name: string]: unknown } | undefined;
}
