/** Bodies as frames, and events as what they say. */
import type { FinishEvent, ProtocolEvent, ToolCallEvent } from "../../src/chat/events.js";
import type { ChatCall, Protocol } from "../../src/protocols/protocol.js";
import { createEventStreamReader } from "../../src/transport/event-stream.js";
import type { Frame } from "../../src/transport/frame.js";
import { createNdjsonReader } from "../../src/transport/ndjson.js";
import { createSseReader } from "../../src/transport/sse.js";

export const readers = {
  sse: createSseReader,
  ndjson: createNdjsonReader,
  "aws-event-stream": createEventStreamReader,
} as const;

/** The frames of a whole body. */
export function framesOf(bytes: Uint8Array, { framing }: Pick<Protocol, "framing">): Frame[] {
  const reader = readers[framing](64 << 20);
  const frames: Frame[] = [];
  reader.push(bytes, frames);
  reader.end(frames);
  return frames;
}

/** The events of these frames. Throws what the room throws. */
export function decodeFrames(frames: readonly Frame[], room: Protocol, call: ChatCall): ProtocolEvent[] {
  const decoder = room.createStreamDecoder(call);
  const events: ProtocolEvent[] = [];
  for (const frame of frames) if (!decoder.done) decoder.push(frame, events);
  if (!decoder.done) decoder.end(events);
  return events;
}

export interface Answer {
  readonly text: string;
  readonly reasoning: string;
  readonly refusal: string;
  readonly calls: readonly ToolCallEvent[];
  readonly finish: FinishEvent | undefined;
}

export function answerOf(events: readonly ProtocolEvent[]): Answer {
  const joined = (type: "text-delta" | "reasoning-delta" | "refusal-delta"): string =>
    events.map((event) => (event.type === type ? event.text : "")).join("");
  return {
    text: joined("text-delta"),
    reasoning: joined("reasoning-delta"),
    refusal: joined("refusal-delta"),
    calls: events.filter((event) => event.type === "tool-call"),
    finish: events.find((event) => event.type === "finish"),
  };
}
