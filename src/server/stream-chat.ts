/** Streams an answer in the client's wire: each event as it comes, and never a clean end for a broken one. */
import type { ChatEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";
import type { StreamChunk, StreamEncoder } from "../protocols/server.js";
import { answerComment, factHeaders } from "./answer-headers.js";
import { failureOf } from "./failure-response.js";
import { RepeatedText } from "./repeated-text.js";
import { withSealedReplays } from "./replays.js";
import { contextOf, isAnswer, type StartedChat } from "./started-chat.js";

/**
 * Rejects when the call fails before its first event and before the first silence is over: then the answer can still
 * have a status of its own.
 */
export async function streamedAnswer(started: StartedChat): Promise<Response> {
  const awaited = nextEvents(started);
  const first = await withinSilence(awaited, started.request.keepAliveMs);
  const { protocol } = started.request.endpoint;
  const answer = new StreamedAnswer(started, { first, awaited });
  const headers = {
    "content-type": protocol.streamType ?? "text/event-stream; charset=utf-8",
    // Whoever stands between must pass each event on as it comes.
    "cache-control": "no-store, no-transform",
    "x-accel-buffering": "no",
    ...factHeaders(started.request.record.facts),
  };
  const source = {
    start: (to: Controller) => answer.start(to),
    pull: (to: Controller) => answer.pull(to),
    cancel: () => answer.cancel(),
  };
  return new Response(new ReadableStream<Uint8Array>(source, { highWaterMark: 0 }), { headers });
}

type Controller = ReadableStreamDefaultController<Uint8Array>;

async function nextEvents({ run }: StartedChat): Promise<readonly ChatEvent[]> {
  for (;;) {
    const events = await run.read();
    if (events === undefined && run.reply === undefined) throw new TransportError("aborted", "the call was aborted");
    if (events === undefined || events.length > 0) return events ?? [];
  }
}

/** Undefined when nothing came in time; what comes later still comes. */
async function withinSilence<Value>(awaited: Promise<Value>, ms: number): Promise<Value | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const silence = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  // Somebody may leave before anybody waits for it again.
  awaited.catch(() => undefined);
  return Promise.race([awaited, silence]).finally(() => clearTimeout(timer));
}

const utf8 = new TextEncoder();

/** A comment: clients skip it, and whoever stands between sees that the connection lives. */
const sign = utf8.encode(": keep-alive\n\n");

class StreamedAnswer {
  private readonly started: StartedChat;
  /** The encoder reads it anew for each event: the model may change. */
  private readonly context: ReturnType<typeof contextOf>;
  private readonly encoder: StreamEncoder;
  private pending: readonly ChatEvent[] | Promise<readonly ChatEvent[]> | undefined;
  private readonly repeated: RepeatedText | undefined;
  private ended = false;
  private beat: ReturnType<typeof setInterval> | undefined;
  /** The reader waits, and has got nothing since the last beat. */
  private silent = false;
  private reading = false;

  constructor(
    started: StartedChat,
    {
      first,
      awaited,
    }: { readonly first: readonly ChatEvent[] | undefined; readonly awaited: Promise<readonly ChatEvent[]> },
  ) {
    this.started = started;
    this.context = contextOf(started, first ?? []);
    this.encoder = started.request.endpoint.protocol.createStreamEncoder(this.context);
    this.pending = first ?? awaited;
    if (started.targets.length > 1) this.repeated = new RepeatedText();
  }

  /** A model that thinks for minutes says nothing, and connections without traffic are cut. */
  start(to: Controller): void {
    if (this.pending instanceof Promise) to.enqueue(sign);
    this.beat = setInterval(() => {
      if (this.silent) to.enqueue(sign);
      this.silent = this.reading;
    }, this.started.request.keepAliveMs / 2);
  }

  /** Sends what one read gives: asked for by the reader, so a slow client slows the provider down. */
  async pull(to: Controller): Promise<void> {
    this.reading = true;
    try {
      for (let text = ""; text === "" && !this.ended; ) {
        const events = await (this.pending ?? nextEvents(this.started));
        this.pending = undefined;
        if (this.ended) return;
        text = events.map((event) => this.encode(event)).join("");
        const { reply } = this.started.run;
        if (reply !== undefined) {
          this.started.request.record.noteReply(reply);
          text += answerComment(reply) + textOf(this.encoder.end());
        }
        if (text !== "") to.enqueue(utf8.encode(text));
        if (reply === undefined) continue;
        this.end();
        to.close();
      }
    } catch (error) {
      this.fail(error, to);
    } finally {
      this.reading = false;
      this.silent = false;
    }
  }

  /** The client is gone. */
  cancel(): void {
    if (this.ended) return;
    this.started.abort();
    this.started.request.record.noteFailure(new TransportError("aborted", "the client closed the connection"));
    this.end();
  }

  private encode(event: ChatEvent): string {
    if (event.type === "switch") {
      this.context.modelId = event.to;
      if (event.mode === "restart") this.repeated?.restart(event.from);
    }
    if (!isAnswer(event)) return "";
    const unseen = this.repeated === undefined ? event : this.repeated.unseen(event);
    if (unseen === undefined) return "";
    const text = textOf(this.encoder.encode(withSealedReplays(unseen)));
    this.started.request.record.noteEvent(event.type, text.length);
    return text;
  }

  private fail(error: unknown, to: Controller): void {
    if (this.ended) return;
    const { code, message } = failureOf(error);
    this.started.abort();
    this.started.request.record.noteFailure(error);
    this.end();
    to.enqueue(utf8.encode(textOf(this.encoder.fail(code, message))));
    to.close();
  }

  private end(): void {
    this.ended = true;
    clearInterval(this.beat);
    this.started.release();
    this.started.request.record.end(200);
  }
}

/** The wires that are served here are text. */
function textOf(chunk: StreamChunk): string {
  if (typeof chunk !== "string") throw new TypeError("a binary stream has no text form");
  return chunk;
}
