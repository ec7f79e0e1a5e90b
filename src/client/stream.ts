/** `stream`: a chat call as events that can be iterated, awaited as a reply, and ended at any time. */
import type { ChatEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";
import { onAbort } from "../transport/abort.js";
import type { AnyReply } from "./any-reply.js";
import type { Run, StreamSignal } from "./run.js";

/** One answer with one sequence of events: several readers share it. Nothing is sent before the first read. */
export class ChatStream implements AsyncIterable<ChatEvent> {
  readonly #run: Run;
  readonly #controller = new AbortController();
  readonly #signal: AbortSignal | undefined;
  #unlisten: (() => void) | undefined;
  #events: ChatEvent[] = [];
  #next = 0;
  #pumping: Promise<void> | undefined;
  #state: "idle" | "open" | "ended" = "idle";
  #failure: { readonly error: unknown } | undefined;
  #reply: Promise<AnyReply> | undefined;

  constructor(start: (stream: StreamSignal) => Run, signal: AbortSignal | undefined) {
    this.#run = start(this.#controller);
    this.#signal = signal;
  }

  /** The whole reply. Reads the stream to its end; events stay there for an iteration. */
  get reply(): Promise<AnyReply> {
    if (this.#reply === undefined) {
      this.#reply = this.#drain();
      // Who only iterates learns of a failure there.
      this.#reply.catch(() => undefined);
    }
    return this.#reply;
  }

  /** The text deltas. */
  get text(): AsyncIterable<string> {
    return {
      [Symbol.asyncIterator]: () => this.#iterate((event) => (event.type === "text-delta" ? event.text : undefined)),
    };
  }

  [Symbol.asyncIterator](): AsyncIterator<ChatEvent, undefined> {
    return this.#iterate((event) => event);
  }

  /** Ends the answer and closes its connection. `reply` rejects with "aborted" if it was not complete. */
  cancel(): void {
    this.#end();
    this.#run.close();
    this.#controller.abort();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.cancel();
  }

  /** Written by hand: an event that is there costs no more than a resolved promise. */
  #iterate<Value>(pick: (event: ChatEvent) => Value | undefined): AsyncIterator<Value, undefined> {
    const done = { done: true, value: undefined } as const;
    const next = async (): Promise<IteratorResult<Value, undefined>> => {
      for (;;) {
        while (this.#next < this.#events.length) {
          const value = pick(this.#events[this.#next++] as ChatEvent);
          if (value !== undefined) return { done: false, value };
        }
        if (this.#failure !== undefined) throw this.#failure.error;
        if (this.#state === "ended") return done;
        await this.#pump();
      }
    };
    return {
      next,
      return: async () => {
        this.cancel();
        return done;
      },
    };
  }

  async #drain(): Promise<AnyReply> {
    while (this.#state !== "ended") await this.#pump();
    if (this.#failure !== undefined) throw this.#failure.error;
    if (this.#run.reply === undefined) throw new TransportError("aborted", "the stream was closed before its end");
    return this.#run.reply;
  }

  /** Reads once, however many wait for it. */
  #pump(): Promise<void> {
    this.#pumping ??= this.#read().finally(() => {
      this.#pumping = undefined;
    });
    return this.#pumping;
  }

  async #read(): Promise<void> {
    if (this.#state === "idle") this.#open();
    try {
      const events = await this.#run.read();
      if (this.#state === "ended") return;
      if (events === undefined || this.#run.reply !== undefined) this.#end();
      if (this.#next === this.#events.length) {
        this.#events = [...(events ?? [])];
        this.#next = 0;
      } else this.#events.push(...(events ?? []));
    } catch (error) {
      if (this.#state === "ended") return;
      this.#failure = { error };
      this.#end();
    }
  }

  #open(): void {
    this.#state = "open";
    if (this.#signal?.aborted) this.#forward();
    else if (this.#signal !== undefined) this.#unlisten = onAbort(this.#signal, this.#forward);
  }

  readonly #forward = (): void => this.#controller.abort(this.#signal?.reason);

  #end(): void {
    this.#state = "ended";
    this.#unlisten?.();
  }
}
