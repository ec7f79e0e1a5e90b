/** Newline-delimited JSON: each line that is not blank is one frame. */
import type { Frame, FrameReader } from "./frame.js";
import { LineReader } from "./lines.js";

/** A line of more than `maxLength` characters throws `TransportError` ("invalid-response"). */
export function createNdjsonReader(maxLength: number): FrameReader {
  let frames: Frame[] = [];
  const lines = new LineReader(maxLength, (line) => {
    if (line.trim() !== "") frames.push({ event: "", data: line });
  });
  return {
    push(chunk, out) {
      frames = out;
      lines.push(chunk);
    },
    end(out) {
      frames = out;
      lines.end();
    },
  };
}
