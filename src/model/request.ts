/** The request a chat model accepts. Everything it refuses is there too, as a sentence that names the model. */
import type { Timeouts } from "../transport/transport.js";
import type { MessageFor } from "./message.js";
import type { ChatProfile, Nothing, ReasoningControls } from "./profile.js";
import type { ToolCallOf, Tools } from "./schema.js";
import type { Approve, OnStep, PrepareStep, StopCondition } from "./tool-loop.js";
import type { Unsupported } from "./unsupported.js";
import type { IntegerWithin, Within } from "./within.js";

/** `Yes` when the profile has the capability, else the refusal. */
type Needs<P extends ChatProfile, C extends string, Yes, Refusal extends string> = C extends P["can"]
  ? Yes
  : Unsupported<Refusal>;

/** An option of the profile: accepted, accepted only while reasoning is off, or refused. */
type Option<P extends ChatProfile, Id extends string, R, Name extends string, Value> = Name extends P["can"]
  ? Value
  : Name extends P["sampling"]
    ? R extends P["off"]
      ? Value
      : Unsupported<`${Id} accepts ${Name} only while reasoning is off`>
    : Unsupported<`${Id} does not accept ${Name}`>;

/** One of the values that the model has for the option, or the refusal. */
export type Choice<Enums, Id extends string, Name extends string> = Name extends keyof Enums
  ? Enums[Name] | Unsupported<`${Id} does not accept this ${Name}`>
  : Unsupported<`${Id} does not accept ${Name}`>;

/** A structured output: a schema, or a schema with a name and description for the model. */
export type OutputOption<S> =
  | S
  | { readonly schema: S; readonly name?: string | undefined; readonly description?: string | undefined };

/**
 * The request of one chat call. `T` maps tool names to their arguments, `S` is the output schema,
 * `N` and `R` are the literals given for `temperature` and `reasoning`.
 */
export interface ChatRequest<P extends ChatProfile, Id extends string, T, S, N extends number, R> extends CallOptions {
  /** The conversation so far, oldest first. */
  readonly messages: readonly MessageFor<P, Id>[];
  /** Upper bound on generated tokens, reasoning included. */
  readonly maxOutputTokens?: number | undefined;
  /** Tools the model may call, by name. */
  readonly tools?: Needs<P, "tools", Tools<T>, `${Id} does not support tool calling`> | undefined;
  /** Whether the model may, must or must not call a tool, or which. */
  readonly toolChoice?:
    | Needs<
        P,
        "tools",
        | Exclude<P["toolChoice"], "named">
        | ("named" extends P["toolChoice"] ? { readonly tool: keyof T } : never)
        | Unsupported<`${Id} does not accept this toolChoice`>,
        `${Id} does not support tool calling`
      >
    | undefined;
  /** False asks for one tool call at a time. */
  readonly parallelTools?: Needs<P, "parallelTools", boolean, `${Id} does not accept parallelTools`> | undefined;
  /** How often the model may be called while its tools' results are fed back. Default 1: no loop. */
  readonly maxSteps?: Needs<P, "tools", number, `${Id} does not support tool calling`> | undefined;
  /**
   * Decides on calls of tools with `needsApproval`. Without it they are not run, but handed to the caller as
   * `reply.toolCalls`, together with the other calls of their step.
   */
  readonly approve?: Needs<P, "tools", Approve<ToolCallOf<T>>, `${Id} does not support tool calling`> | undefined;
  /** Ends the loop before `maxSteps`; asked after each step that ran tools. */
  readonly stopWhen?: Needs<P, "tools", StopCondition, `${Id} does not support tool calling`> | undefined;
  /** Told of each step. */
  readonly onStep?: Needs<P, "tools", OnStep, `${Id} does not support tool calling`> | undefined;
  /** Changes what a step is sent: shorter history, another tool choice. */
  readonly prepareStep?: Needs<P, "tools", PrepareStep, `${Id} does not support tool calling`> | undefined;
  /** Schema of the answer; the reply's `output` is validated by it. */
  readonly output?: Needs<P, "output", OutputOption<S>, `${Id} does not support structured output`> | undefined;
  /** How much the model thinks before it answers. */
  readonly reasoning?:
    | Needs<P, "reasoning", R & ReasoningOption<P["reasoning"], Id, R>, `${Id} does not support reasoning`>
    | undefined;
  /** Randomness: 0 is the least. */
  readonly temperature?: Option<P, Id, R, "temperature", Within<N, P["temperature"], "temperature", Id>> | undefined;
  /** Samples from the smallest set of tokens whose probabilities add up to this. */
  readonly topP?: Option<P, Id, R, "topP", number> | undefined;
  /** Samples from this many most probable tokens. */
  readonly topK?: Option<P, Id, R, "topK", number> | undefined;
  readonly minP?: Option<P, Id, R, "minP", number> | undefined;
  readonly frequencyPenalty?: Option<P, Id, R, "frequencyPenalty", number> | undefined;
  readonly presencePenalty?: Option<P, Id, R, "presencePenalty", number> | undefined;
  readonly repetitionPenalty?: Option<P, Id, R, "repetitionPenalty", number> | undefined;
  /** Asks for reproducible sampling. */
  readonly seed?: Option<P, Id, R, "seed", number> | undefined;
  /** Texts at which generation ends. */
  readonly stop?: Option<P, Id, R, "stop", string | readonly string[]> | undefined;
  readonly logitBias?: Option<P, Id, R, "logitBias", { readonly [token: string]: number }> | undefined;
  readonly logprobs?: Option<P, Id, R, "logprobs", boolean> | undefined;
  readonly topLogprobs?: Option<P, Id, R, "topLogprobs", number> | undefined;
  /** Length of the answer, where the model has such a control. */
  readonly verbosity?: Choice<P["enums"], Id, "verbosity"> | undefined;
  /** Price and latency class of the call. */
  readonly serviceTier?: Choice<P["enums"], Id, "serviceTier"> | undefined;
  /** Voice of spoken answers. */
  readonly voice?: Choice<P["enums"], Id, "voice"> | undefined;
  /** Format of spoken answers. */
  readonly audioFormat?: Choice<P["enums"], Id, "audioFormat"> | undefined;
  /** Tools that the provider offers itself, such as web search: by name, or with its own options beside `type`. */
  readonly builtinTools?:
    | readonly (P["builtinTools"] | BuiltinTool<`${Id} does not offer this built-in tool`, P>)[]
    | undefined;
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

declare const refusal: unique symbol;
/**
 * A built-in tool with options, named as in the provider's API. `version` is its exact type there, if not the usual one.
 * `Refusal` is what the compiler says of any other.
 */
export interface BuiltinTool<Refusal extends string, P extends Pick<ChatProfile, "builtinTools">> {
  readonly [refusal]?: [Refusal];
  readonly type: P["builtinTools"];
  readonly version?: string | undefined;
  readonly [option: string]: unknown;
}

/** Options of the provider's own, or the refusal of all when there are none. */
export type OptionsFor<Options, Id extends string> = keyof Options extends never
  ? Unsupported<`${Id} has no options of its own`>
  : OwnOptions<Id> & Options;

declare const model: unique symbol;
/** Stands before the options so that the compiler's message about an unknown one names the model. */
interface OwnOptions<Id extends string> {
  readonly [model]?: Id;
}

/** What a request must say: empty unless the profile `P` needs options. */
export type Needed<P, Id extends string> = (P extends { needs: infer Names extends string }
  ? RequiredOption<`${Id} requires`, Names>
  : unknown) &
  (P extends { needsOptions: infer Names extends string }
    ? { readonly options: RequiredOption<`${Id} requires`, Names> }
    : unknown);

/** The compiler's message about a missing option shows this with its arguments, which begin the sentence. */
type RequiredOption<Why extends string, Names extends string> = {
  readonly [Name in Names]: Why extends string ? Nothing : never;
};

/** Options that have nothing to do with the model. */
export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
  /** Milliseconds per clock; overrides the client's. */
  readonly timeouts?: Timeouts | undefined;
  /** A key for this call only. */
  readonly apiKey?: string | undefined;
  /** Members merged into the wire body as they are; listed in `reply.adjustments`. */
  readonly extraBody?: { readonly [member: string]: unknown } | undefined;
  readonly extraHeaders?: { readonly [name: string]: string } | undefined;
  /** Free labels for cost reports and audit. */
  readonly tags?: { readonly [name: string]: string } | undefined;
}

/** The reasoning controls of a model. */
export interface ReasoningOption<C extends ReasoningControls, Id extends string, R> {
  /** Effort level. */
  readonly effort?: C["effort"] | Unsupported<EffortRefusal<C["levels"], Id>> | undefined;
  /** Thinking tokens; `"auto"` leaves the amount to the model where it can. */
  readonly budget?:
    | ("budget" extends C["controls"] ? BudgetOf<R, C, Id> : Unsupported<`${Id} does not accept a reasoning budget`>)
    | ("auto" extends C["controls"] ? "auto" : never)
    | undefined;
  /** Switches reasoning on or off. */
  readonly enabled?:
    | ("toggle" extends C["controls"] ? boolean : Unsupported<`${Id} cannot switch reasoning on or off`>)
    | undefined;
  /** Asks for readable reasoning in the reply. */
  readonly summary?: "auto" | "concise" | "detailed" | "none" | undefined;
}

type EffortRefusal<Levels extends string, Id extends string> = Levels extends ""
  ? `${Id} does not accept a reasoning effort`
  : `${Id} accepts reasoning effort ${Levels}`;

type BudgetOf<R, C extends ReasoningControls, Id extends string> = R extends { readonly budget: infer B extends number }
  ? IntegerWithin<B, C["min"], C["max"], `reasoning.budget must be between ${C["min"]} and ${C["max"]} for ${Id}`>
  : number;
