/** Hooks: functions of the caller at fixed points of a call. They see requests and answers, never keys. */
import type { ModelFacts } from "../catalog/facts.js";
import type { ChatEvent } from "../chat/events.js";
import type { NeutralRequest } from "../chat/request.js";
import type { TaskKind } from "../chat/results.js";
import type { ModelwrightError } from "../errors.js";
import type { EmbeddingReply } from "../model/handle.js";
import { abortedError, CallClock } from "../transport/clock.js";
import type { AnyReply } from "./any-reply.js";
import type { TaskReply } from "./task-reply.js";

/** Which call a hook is told about. */
export interface HookCall {
  /** Of the model: "chat", "embedding", "image" and so on. */
  readonly kind: ModelFacts["kind"];
  readonly provider: string;
  /** Catalog id. */
  readonly model: string;
  /** Id of the registry's generation whose facts the call uses. */
  readonly generation?: string | undefined;
  readonly stream: boolean;
  readonly tags: { readonly [name: string]: string } | undefined;
}

// biome-ignore lint/suspicious/noConfusingVoidType: a hook that only looks returns nothing
type Change<Value> = Value | undefined | void | Promise<Value | undefined | void>;

/** Options of a call that is no chat, as its method takes them, without key, signal and time-outs. */
export interface TaskHookOptions {
  readonly [option: string]: unknown;
}
/** A reply of any kind but chat. */
export type AnyTaskReply = EmbeddingReply | TaskReply<TaskKind>;

/**
 * Several sets run in the order in which they were added; a running call keeps those it began with. What a hook throws
 * fails its call as it is and closes the connection: nothing of it is swallowed, and no other call is touched. A hook is
 * waited for until its call is aborted, or its call's total time-out runs out; `onError` has that time once more.
 */
export interface Hooks {
  /** Before a chat is encoded. A returned request takes the place of the one given, and is checked again. */
  readonly onRequest?: ((request: NeutralRequest, call: HookCall) => Change<NeutralRequest>) | undefined;
  /**
   * Before options of other kinds than chat (`embed`, `image` and so on) are checked. Returned options take the place of
   * those given.
   */
  readonly onTaskRequest?: ((options: TaskHookOptions, call: HookCall) => Change<TaskHookOptions>) | undefined;
  /**
   * Before anything with a body is sent, of any kind. A returned value takes the place of the wire body; forms are given
   * as the list of their fields. Texts to embed that are sent in several batches come batch by batch.
   */
  readonly onWireRequest?: ((body: unknown, call: HookCall) => Change<unknown>) | undefined;
  /** After the last event of a chat. A returned reply takes the place of the one given. */
  readonly onResponse?: ((reply: AnyReply, call: HookCall) => Change<AnyReply>) | undefined;
  /** With the result of other kinds than chat; of jobs, once it is fetched. Speech that is streamed has none. */
  readonly onTaskResponse?: ((reply: AnyTaskReply, call: HookCall) => Change<AnyTaskReply>) | undefined;
  /** Each event of a chat, in whole answers, too. */
  readonly onEvent?: ((event: ChatEvent, call: HookCall) => void) | undefined;
  /** When a call of any kind fails. A returned reply recovers a chat, if nothing was streamed yet. */
  readonly onError?: ((error: ModelwrightError, call: HookCall) => Change<AnyReply>) | undefined;
}

/** What hooks are told of, and what ends the wait for them. */
export interface Hooked {
  readonly call: HookCall;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds that a hook may take: what is left of the call's total time-out. */
  readonly total: number | undefined;
}

/** What a hook gives. Rejects with `late`, or "timeout" or "aborted", when its call is over first. */
async function inTime<Value>(
  work: Value | Promise<Value>,
  { signal, total }: Hooked,
  late?: ModelwrightError,
): Promise<Value> {
  if (!(work instanceof Promise) || (signal ?? total) === undefined) return work;
  if (signal?.aborted) throw late ?? abortedError(signal);
  const clock = new CallClock({ signal, timeouts: { total } }, () => undefined);
  try {
    return await clock.watched(work);
  } catch (error) {
    throw error === clock.failure ? (late ?? error) : error;
  } finally {
    clock.end();
  }
}

/**
 * Passes `value` through each hook in turn.
 * @internal
 */
export async function passThrough<Value>(
  hooks: readonly (((value: Value, call: HookCall) => Change<Value>) | undefined)[],
  value: Value,
  hooked: Hooked,
): Promise<Value> {
  let current = value;
  for (const hook of hooks) {
    const changed = await inTime(hook?.(current, hooked.call), hooked);
    if (changed !== undefined) current = changed as Value;
  }
  return current;
}

/**
 * The first reply that an `onError` hook gives instead of the error; rejects with the error when it comes too late.
 * @internal
 */
export async function recovery(
  hooks: readonly Hooks[],
  error: ModelwrightError,
  hooked: Hooked,
): Promise<AnyReply | undefined> {
  for (const { onError } of hooks) {
    const reply = await inTime(onError?.(error, hooked.call), hooked, error);
    if (reply !== undefined) return reply as AnyReply;
  }
  return undefined;
}
