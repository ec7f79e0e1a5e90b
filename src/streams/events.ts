/** Our own events as server-sent events, and back: for front ends of one's own. */
import type { ChatEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";
import { fromBase64, toBase64 } from "../protocols/base64.js";
import type { Frame } from "../transport/frame.js";
import { createSseReader } from "../transport/sse.js";
import { isRecord } from "./read.js";
import { type StreamedChat, type StreamResponseOptions, streamResponse } from "./response.js";

/** A failure, in the place of `finish`. `code` is an `ErrorCode`, or `internal`. */
export interface FailureEvent {
  readonly type: "error";
  readonly code: string;
  readonly message: string;
}

/** Longest event that is read: 16 MiB of characters, enough for a picture. */
const maxLength = 16 * 1024 * 1024;

/**
 * The events of a chat, each as JSON in one server-sent event; bytes are base64. The last one is `finish`, or an
 * `error`. `readEventStream` reads it.
 */
export function eventStreamResponse(chat: StreamedChat, options?: StreamResponseOptions): Response {
  return streamResponse(
    chat,
    {
      start: () => [],
      write: (event) => [withText(event)],
      fail: (failure) => [{ type: "error", ...failure }],
    },
    options,
  );
}

function withText(event: ChatEvent): object {
  if (event.type === "audio-delta") return { ...event, data: toBase64(event.data) };
  return JSON.parse(JSON.stringify(event, (_name, value) => (value instanceof Uint8Array ? toBase64(value) : value)));
}

/**
 * The events that `eventStreamResponse` sent, in a browser or anywhere else. Leaving the loop ends the call.
 * @throws TransportError "stream-truncated" when they end without `finish` or `error`, "invalid-response" when
 * something else answered.
 */
export async function* readEventStream(response: Response): AsyncGenerator<ChatEvent | FailureEvent, void> {
  const type = response.headers.get("content-type") ?? "none";
  if (!response.ok || response.body === null || !type.startsWith("text/event-stream"))
    throw new TransportError("invalid-response", `no event stream: status ${response.status}, content type ${type}`);
  const sse = createSseReader(maxLength);
  const reader = response.body.getReader();
  try {
    for (;;) {
      const { done, value } = await reader.read();
      const frames: Frame[] = [];
      if (done) sse.end(frames);
      else sse.push(value, frames);
      for (const { data } of frames) {
        const event = eventOf(data);
        yield event;
        if (event.type === "finish" || event.type === "error") return;
      }
      if (done) throw new TransportError("stream-truncated", "the event stream ended before its finish");
    }
  } finally {
    await reader.cancel().catch(() => undefined);
  }
}

function eventOf(data: string): ChatEvent | FailureEvent {
  let event: unknown;
  try {
    event = JSON.parse(data);
  } catch (cause) {
    throw new TransportError("invalid-response", "an event is no JSON", { cause });
  }
  if (!isRecord(event) || typeof event.type !== "string")
    throw new TransportError("invalid-response", "an event has no type");
  const { type, data: bytes } = event;
  if (type === "audio-delta" && typeof bytes === "string") return { ...event, data: fromBase64(bytes) } as never;
  return event as never;
}
