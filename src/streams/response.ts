/** A running chat as a `Response` of server-sent events, in the format of a front end. */
import type { ChatEvent } from "../chat/events.js";
import { isModelwrightError } from "../errors.js";

/** What is streamed: the result of `stream` of any chat handle or group. */
export interface StreamedChat extends AsyncIterable<ChatEvent> {
  cancel(): void;
}

/** Headers, and what a reader is told of failures. */
export interface StreamResponseOptions {
  /** Added to the headers of the response. */
  readonly headers?: { readonly [name: string]: string } | undefined;
  /**
   * Milliseconds of silence after which a comment is sent, which no front end shows: while a model thinks or a tool
   * runs, proxies and browsers would take the connection for dead. Default 15,000; `false`: nothing is sent.
   */
  readonly keepAliveMs?: number | false | undefined;
  /**
   * What a reader is told of a failure of the call, or of a tool. By default no more than the error's code: messages
   * name hosts and models, which not everybody should know.
   */
  readonly errorText?: ((error: unknown) => string) | undefined;
}

/** What a reader is told of a failure. */
export interface ShownFailure {
  readonly code: string;
  readonly message: string;
}

/** Writes one chat in the words of a format. Each object becomes the data of one server-sent event. */
export interface StreamWriter {
  readonly start: () => readonly object[];
  readonly write: (event: ChatEvent) => readonly object[];
  readonly fail: (failure: ShownFailure) => readonly object[];
  /** The data of a last event, where the format has one. */
  readonly terminator?: string;
}

const utf8 = new TextEncoder();

/** A comment in server-sent events. */
const sign = utf8.encode(": keep-alive\n\n");

/** Nothing is sent to the provider before the response is read; a reader that goes away ends the call. */
export function streamResponse(
  chat: StreamedChat,
  writer: StreamWriter,
  { headers, errorText, keepAliveMs = 15_000 }: StreamResponseOptions = {},
  formatHeaders: { readonly [name: string]: string } = {},
): Response {
  const events = chat[Symbol.asyncIterator]();
  let pending: readonly object[] | undefined = writer.start();
  let awaited: Promise<IteratorResult<ChatEvent>> | undefined;
  let over = false;
  const finish = (last: readonly object[], to: ReadableStreamDefaultController<Uint8Array>): void => {
    if (over) return;
    over = true;
    const text = dataOf(last) + (writer.terminator === undefined ? "" : `data: ${writer.terminator}\n\n`);
    if (text !== "") to.enqueue(utf8.encode(text));
    to.close();
  };
  const source: UnderlyingDefaultSource<Uint8Array> = {
    async pull(to) {
      try {
        let objects = pending ?? [];
        pending = undefined;
        while (objects.length === 0) {
          awaited ??= events.next();
          const next = keepAliveMs === false ? await awaited : await withinSilence(awaited, keepAliveMs);
          if (over) return;
          // The reader asks again, and the same event is waited for.
          if (next === undefined) return to.enqueue(sign);
          awaited = undefined;
          const { done, value } = next;
          if (done) return finish([], to);
          objects = writer.write(shown(value, errorText));
        }
        to.enqueue(utf8.encode(dataOf(objects)));
      } catch (error) {
        finish(writer.fail(shownFailure(error, errorText)), to);
      }
    },
    cancel() {
      over = true;
      chat.cancel();
    },
  };
  // Each event is asked for by the reader, so a slow one slows the provider down.
  return new Response(new ReadableStream(source, { highWaterMark: 0 }), {
    headers: {
      "content-type": "text/event-stream; charset=utf-8",
      "cache-control": "no-store, no-transform",
      "x-accel-buffering": "no",
      ...formatHeaders,
      ...headers,
    },
  });
}

/** Undefined when it takes longer than this. */
function withinSilence<Value>(awaited: Promise<Value>, ms: number): Promise<Value | undefined> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => resolve(undefined), ms);
    awaited.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

function dataOf(objects: readonly object[]): string {
  let text = "";
  for (const object of objects) text += `data: ${JSON.stringify(object)}\n\n`;
  return text;
}

function shownFailure(error: unknown, errorText: StreamResponseOptions["errorText"]): ShownFailure {
  const code = isModelwrightError(error) ? error.code : "internal";
  return { code, message: errorText?.(error) ?? `The answer failed: ${code}` };
}

/** What a tool threw is for the model, not for everybody. */
function shown(event: ChatEvent, errorText: StreamResponseOptions["errorText"]): ChatEvent {
  if (event.type !== "tool-result" || !event.isError) return event;
  const output = errorText?.(new Error(String(event.output))) ?? "The tool failed";
  return { ...event, output };
}
