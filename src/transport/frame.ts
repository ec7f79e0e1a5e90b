/** One unit of a streamed body: a server-sent event, a JSON line, a binary event. */

export type Framing = "sse" | "ndjson" | "aws-event-stream";

export interface Frame {
  /** SSE `event:` name, or the binary frame's event type; empty when the wire has none. */
  readonly event: string;
  /** The payload text, usually JSON. */
  readonly data: string;
  /** The framing itself says that this is a failure; `event` is then its type. Only binary wires have such frames. */
  readonly failure?: true;
}

/** Cuts the bytes of one body into frames. Synchronous: frames are appended to the array given. */
export interface FrameReader {
  push(chunk: Uint8Array, frames: Frame[]): void;
  /** The body ended: delivers a last frame that was not terminated. */
  end(frames: Frame[]): void;
}
