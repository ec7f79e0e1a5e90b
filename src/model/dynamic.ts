/** Handles whose model is known only at run time, and parameter types for functions that take any model with some capabilities. */
import type { ModelFacts } from "../catalog/facts.js";
import type { ReasoningEffort } from "../chat/request.js";
import type { Capability, ChatProfile, capabilities, Has, Nothing, Unbounded } from "./profile.js";
import type { ChatReply, ChatStream, WithReasoning } from "./reply.js";
import type { ChatRequest } from "./request.js";
import type { Schema } from "./schema.js";

/** The subject of refusals: it says what to do. */
export type Unchecked = "call model.supports(...) first: an unchecked model";

/** Every control; the run-time check judges the values. */
export interface AnyControls {
  effort: ReasoningEffort;
  levels: "by model";
  controls: "budget" | "auto" | "toggle";
  min: number;
  max: number;
}

/** A profile with exactly the capabilities `C`. */
export interface DynamicProfile<C extends string> extends ChatProfile {
  can: C;
  lacks: "such";
  toolChoice: "auto" | "none" | "required" | "named";
  temperature: Unbounded;
  sampling: never;
  reasoning: AnyControls;
  enums: {
    readonly verbosity: "low" | "medium" | "high";
    readonly serviceTier: string;
    readonly voice: string;
    readonly audioFormat: string;
  };
  options: { readonly [option: string]: unknown };
  gives: "reasoning" extends C ? WithReasoning : Nothing;
}

/**
 * These two make a handle fit by its capabilities alone. When the compiler compares two handles it sees the
 * constraints of `Q` and `A`: a request of `never` is one that every handle takes, and every reply is an `unknown` one.
 * In a call nothing is inferred for them and their defaults stand: nothing more to ask, and the reply as it is.
 */
type Open = {
  readonly [Option in keyof ChatRequest<DynamicProfile<never>, string, Nothing, never, number, Nothing>]?: never;
};
interface Answer {
  reply: unknown;
}

/** Any chat model that has these capabilities: for parameters of your own functions, and what `supports` narrows to. */
export interface ChatModelWith<C extends Capability = never> {
  readonly kind: "chat";
  readonly provider: string;
  readonly id: string;
  readonly facts: ModelFacts;
  readonly [capabilities]: Has<C>;
  chat<
    T = Nothing,
    S extends Schema = never,
    N extends number = number,
    const R = Nothing,
    Q extends Open = Nothing,
    A extends Answer = { reply: ChatReply<DynamicProfile<C>, string, T, S> },
  >(request: ChatRequest<DynamicProfile<C>, Unchecked, T, S, N, R> & NoInfer<Q>): Promise<A["reply"]>;
  stream<
    T = Nothing,
    S extends Schema = never,
    N extends number = number,
    const R = Nothing,
    Q extends Open = Nothing,
    A extends Answer = { reply: ChatReply<DynamicProfile<C>, string, T, S> },
  >(request: ChatRequest<DynamicProfile<C>, Unchecked, T, S, N, R> & NoInfer<Q>): ChatStream<A["reply"]>;
  supports<D extends Capability>(...capabilities: D[]): this is ChatModelWith<C | D>;
}
