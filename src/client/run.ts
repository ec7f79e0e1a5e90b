/** A running chat call, read event by event: made to one model, or routed over several. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { ChatEvent } from "../chat/events.js";
import type { AddedMessage } from "../chat/message.js";
import type { Step } from "../model/reply.js";
import type { AnyReply } from "./any-reply.js";
import type { ChatOptions } from "./options.js";

export interface Run {
  /** Set when the call is complete. */
  readonly reply: AnyReply | undefined;
  /** The next events; undefined when the call is complete or closed. Rejects when it fails. */
  read(): Promise<readonly ChatEvent[] | undefined>;
  /** Ends the call and closes its connection. */
  close(): void;
  /** What the call has so far, for whoever takes it over. */
  readonly progress: Progress;
}

/** A call that broke off: the finished steps, and the text of the one that was cut. */
export interface Progress {
  /** Answers and tool results of finished steps. */
  readonly messages: readonly AddedMessage[];
  readonly steps: readonly Step[];
  /** Text of the unfinished answer. */
  readonly text: string;
}

/** Present when the answer is streamed to the caller. */
export interface StreamSignal {
  readonly signal: AbortSignal;
}

/** What stands behind a chat handle, for routes that call several. */
export interface Startable {
  start(options: ChatOptions, stream: StreamSignal | undefined): Run;
  /** Throws `CapabilityError` when the model cannot serve the request. Sends nothing. */
  check(options: ChatOptions): Promise<void>;
  /** Where requests go, as URL origins: a key given with a call is meant for one. */
  origins(): Promise<readonly string[]>;
  /** The models it may call: one, or those of a group. */
  readonly models: readonly StartableModel[];
}

export interface StartableModel {
  readonly provider: ProviderFacts;
  readonly modelId: string;
  readonly model: ModelFacts;
  /** Who calls it, for telling one model of two clients from one model twice. */
  readonly client?: object | undefined;
}

/** Key of a handle's `Startable`. Shared by all copies of this package. */
export const startable: unique symbol = Symbol.for("modelwright.startable") as never;
