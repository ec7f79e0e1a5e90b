/** What a caller may say about a tool loop: which calls need approval, when it ends, what each step is given. */
import type { AnyMessage } from "../chat/message.js";
import type { ToolChoice } from "../chat/request.js";
import type { Step } from "./reply.js";
import type { ToolContext } from "./schema.js";

/** Whether a tool call may run. `denied` says why not: the model is told, and may go on without it. */
export type Approval = boolean | { readonly denied: string };

/** Asked for each call of a tool with `needsApproval`, one after the other, before any call of the step runs. */
export type Approve<Call> = (call: Call, context: ToolContext) => Approval | Promise<Approval>;

/** True ends the loop: the reply is what there is, with the results of the tools that ran in `messages`. */
export type StopCondition = (steps: readonly Step[]) => boolean | Promise<boolean>;

/** Told of each finished step, the last one included; `index` counts from 0. What it throws fails the call. */
export type OnStep = (step: Step, index: number) => void | Promise<void>;

/** Where a loop stands before it calls the model again. */
export interface LoopState {
  /** Finished steps; none before the first. */
  readonly steps: readonly Step[];
  /** What the model will be sent. */
  readonly messages: readonly AnyMessage[];
}

/** What a step is sent instead; what is absent stays. Later steps build on it. */
export interface NextStep {
  readonly messages?: readonly AnyMessage[] | undefined;
  readonly toolChoice?: ToolChoice | undefined;
}

/** Called before each step, the first one included. The request it changes is checked again. */
export type PrepareStep = (state: LoopState) => NextStep | undefined | Promise<NextStep | undefined>;
