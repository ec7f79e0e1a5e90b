/** What a chat call gives back; members beside text exist only when model and request can produce them. */
/// <reference lib="esnext.disposable" preserve="true" />
import type { Cost } from "../chat/cost.js";
import type { ChatEvent, FinishReason, Source } from "../chat/events.js";
import type { AddedMessage, AssistantMessage, AudioPart, ImagePart } from "../chat/message.js";
import type { OutputPath } from "../chat/request.js";
import type { Usage } from "../chat/usage.js";
import type { Attempt } from "../errors.js";
import type { Adjustment } from "../protocols/call.js";
import type { PlainAssistantPart } from "./message.js";
import type { ChatProfile } from "./profile.js";
import type { OutputOf, ToolCallOf } from "./schema.js";

/** The answer of the model called `Id`. */
export interface Reply<Id extends string> {
  /** All text of the answer, joined. */
  readonly text: string;
  readonly finishReason: FinishReason;
  /** The provider's own word for it. */
  readonly rawFinishReason: string | undefined;
  /** Tokens, over all steps. */
  readonly usage: Usage;
  /** In the catalog's currency: known with a breakdown, or unknown with a reason. Never a made-up zero. */
  readonly cost: Cost;
  /** Each change made to the request on its way; empty unless something had to change. */
  readonly adjustments: readonly Adjustment[];
  /** The answer as a message for the history. */
  readonly message: AssistantMessage;
  /** All messages this call added: answers and tool results, in order. */
  readonly messages: readonly AddedMessage[];
  /** Where statements come from, when the provider says so. */
  readonly sources: readonly Source[];
  readonly provider: string;
  /** Catalog id. */
  readonly model: Id;
  /** Who named the model. */
  readonly chosenBy: ModelChoice;
  /** Id of the registry's generation whose facts the call used; undefined without a registry. */
  readonly generation: string | undefined;
  /** The provider's id of the answer. */
  readonly id: string | undefined;
  readonly requestId: string | undefined;
  /** One entry per call of the model: more than one when tools ran. */
  readonly steps: readonly Step[];
  /** Each try of each model, when the call was retried or routed. */
  readonly attempts: readonly Attempt[];
  readonly timing: Timing;
}

/** Who named a model: the program, an environment name of the provider's default, or the catalog, which has a default, too. */
export type ModelChoice = "program" | "environment" | "catalog";

/** How long a call took, in milliseconds by this machine's clock. */
export interface Timing {
  /** From the call to the first piece of an answer, all tries before included. */
  readonly firstTokenMs: number | undefined;
  readonly totalMs: number;
  /** Output tokens from the first piece to the end. Of streams of one step whose usage is known; else undefined. */
  readonly tokensPerSecond: number | undefined;
}

/** The answer of a model that calls no tools: what it adds to a conversation is fit for its own history. */
export interface PlainReply<Id extends string> extends Reply<Id> {
  readonly message: AssistantMessage<PlainAssistantPart>;
  readonly messages: readonly AssistantMessage<PlainAssistantPart>[];
}

/** One call of the model within a tool loop. */
export interface Step {
  readonly message: AssistantMessage;
  readonly finishReason: FinishReason;
  readonly usage: Usage;
  readonly toolResults: readonly {
    readonly toolCallId: string;
    readonly toolName: string;
    readonly output: unknown;
    readonly isError: boolean;
  }[];
}

/** Of models that think. */
export interface WithReasoning {
  /** Readable reasoning, when the model gave any. */
  readonly reasoning: string | undefined;
}
/** Of models that draw. */
export interface WithImages {
  readonly images: readonly ImagePart[];
}
/** Of models that speak. */
export interface WithAudio {
  readonly audio: AudioPart | undefined;
}
export interface WithToolCalls<T> {
  /** Calls the model finished and nobody has answered yet. */
  readonly toolCalls: readonly ToolCallOf<T>[];
}
export interface WithOutput<O> {
  /** The answer, parsed and validated. */
  readonly output: O;
  /** How it was obtained: the provider's schema support, a forced tool, or validated JSON. */
  readonly outputPath: OutputPath;
}

type If<X, Then> = [X] extends [never] ? unknown : Then;

export type ChatReply<P extends ChatProfile, Id extends string, T, S> = ("tools" extends P["can"]
  ? Reply<Id>
  : PlainReply<Id>) &
  P["gives"] &
  If<keyof T, WithToolCalls<T>> &
  If<S, WithOutput<OutputOf<S>>>;

/** A running answer: iterate it for events, or await `reply`. It starts when first read. */
export interface ChatStream<R> extends AsyncIterable<ChatEvent> {
  /** Text deltas only. */
  readonly text: AsyncIterable<string>;
  /** The whole reply; reads the stream to its end when nobody else does. */
  readonly reply: Promise<R>;
  /** Ends the answer and closes the connection. */
  cancel(): void;
  [Symbol.asyncDispose](): Promise<void>;
}
