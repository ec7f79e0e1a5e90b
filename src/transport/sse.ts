/** Server-sent events (WHATWG HTML, section "Server-sent events"), incrementally and without a regular expression. */
import type { Frame, FrameReader } from "./frame.js";
import { LineReader, tooLong } from "./lines.js";

const space = 0x20;

/**
 * Reads one event stream. `id` and `retry` have no use here and are skipped, as are comments. An event of more than
 * `maxLength` characters throws `TransportError` ("invalid-response").
 */
export function createSseReader(maxLength: number): FrameReader {
  let frames: Frame[] = [];
  let event = "";
  let data: string | undefined;

  const append = (value: string): void => {
    if (data === undefined) {
      data = value;
      return;
    }
    if (data.length + value.length >= maxLength) throw tooLong(maxLength);
    data += `\n${value}`;
  };

  const dispatch = (): void => {
    if (data !== undefined) frames.push({ event, data });
    event = "";
    data = undefined;
  };

  const lines = new LineReader(maxLength, (line) => {
    if (line === "") dispatch();
    else if (line.startsWith("data:")) append(valueAfter(line, 5));
    else if (line.startsWith("event:")) event = valueAfter(line, 6);
    else if (line === "data") append("");
    else if (line === "event") event = "";
  });

  return {
    push(chunk, out) {
      frames = out;
      lines.push(chunk);
    },
    end(out) {
      frames = out;
      lines.end();
      dispatch();
    },
  };
}

/** One space after the colon belongs to the syntax. */
function valueAfter(line: string, colon: number): string {
  return line.slice(line.charCodeAt(colon) === space ? colon + 1 : colon);
}
