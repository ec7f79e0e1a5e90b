/** Decodes the recorded answer of a row through its protocol room, cut into chunks in a given way. */
import type { ProtocolEvent } from "../../src/chat/events.js";
import type { ChatCall, Protocol } from "../../src/protocols/protocol.js";
import type { Frame } from "../../src/transport/frame.js";
import { decodeFrames, readers } from "../protocols/streams.js";
import type { Row } from "./replay-rows.js";

/** Sizes of the next chunk, in bytes. */
export type Chunking = () => number;

export function seeded(seed: number, max: number): Chunking {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return 1 + ((state >>> 8) % max);
  };
}

export function bodyBytes(row: Row): Uint8Array {
  const { body, bodyBase64 } = row.response;
  if (bodyBase64 !== undefined) return Buffer.from(bodyBase64, "base64");
  return new TextEncoder().encode(body ?? "");
}

export function isStream(row: Row): boolean {
  if (/ndjson|eventstream/.test(row.response.contentType ?? "")) return true;
  return /^(?:\ufeff)?\s*(?:data|event|id|retry)?:/.test((row.response.body ?? "").slice(0, 5000));
}

/** The events of a row's answer. `bytes` may be a cut-off body. Throws what the room throws. */
export function decodeRow(row: Row, { room, call, bytes = bodyBytes(row), chunking }: Decoding): ProtocolEvent[] {
  if (isStream(row)) return decodeStream(bytes, { room, call, chunking });
  const body = JSON.parse(new TextDecoder().decode(bytes)) as unknown;
  if (!Array.isArray(body)) return room.decodeChat(body, call);
  // Gemini without `alt=sse`: one array of what are else the events.
  return decodeFrames(
    body.map((item) => ({ event: "", data: JSON.stringify(item) })),
    room,
    call,
  );
}

export interface Decoding {
  readonly room: Protocol;
  readonly call: ChatCall;
  readonly bytes?: Uint8Array;
  readonly chunking: Chunking;
}

function decodeStream(bytes: Uint8Array, { room, call, chunking }: Decoding): ProtocolEvent[] {
  const decoder = room.createStreamDecoder(call);
  const reader = readers[room.framing](64 << 20);
  const events: ProtocolEvent[] = [];
  let frames: Frame[] = [];
  const pass = (): void => {
    for (const frame of frames) if (!decoder.done) decoder.push(frame, events);
    frames = [];
  };
  for (let at = 0; at < bytes.length && !decoder.done; ) {
    const size = chunking();
    reader.push(bytes.subarray(at, at + size), frames);
    at += size;
    pass();
  }
  reader.end(frames);
  pass();
  if (!decoder.done) decoder.end(events);
  return events;
}
