/** Cuts a byte stream of UTF-8 text into lines; ends are LF, CR or CRLF, at any chunk boundary. */
import { TransportError } from "../errors.js";

const lf = 0x0a;
const byteOrderMark = 0xfeff;

// A whole-chunk decode is several times faster than a streaming one; it is right whenever the chunk ends in ASCII.
const wholeChunks = /*#__PURE__*/ new TextDecoder("utf-8", { ignoreBOM: true });

/** Calls `line` for each complete line. Lines longer than `maxLength` characters throw `TransportError` ("invalid-response"). */
export class LineReader {
  private readonly maxLength: number;
  private readonly line: (text: string) => void;
  private decoder: TextDecoder | undefined;
  private inCharacter = false;
  private started = false;
  private skipLineFeed = false;
  private pending = "";

  constructor(maxLength: number, line: (text: string) => void) {
    this.maxLength = maxLength;
    this.line = line;
  }

  push(chunk: Uint8Array): void {
    const last = chunk[chunk.length - 1];
    if (last === undefined) return;
    const endsInAscii = last < 0x80;
    this.split(this.inCharacter || !endsInAscii ? this.decodePart(chunk) : wholeChunks.decode(chunk));
    this.inCharacter = !endsInAscii;
  }

  /** Delivers what stands after the last line end, if anything. */
  end(): void {
    if (this.decoder !== undefined) this.split(this.decoder.decode());
    const rest = this.pending;
    this.pending = "";
    if (rest !== "") this.line(rest);
  }

  private decodePart(chunk: Uint8Array): string {
    this.decoder ??= new TextDecoder("utf-8", { ignoreBOM: true });
    return this.decoder.decode(chunk, { stream: true });
  }

  private split(text: string): void {
    if (text === "") return;
    let from = 0;
    if (!this.started) {
      this.started = true;
      if (text.charCodeAt(0) === byteOrderMark) from = 1;
    }
    if (this.skipLineFeed && from < text.length) {
      this.skipLineFeed = false;
      if (text.charCodeAt(from) === lf) from += 1;
    }
    let nextLf = text.indexOf("\n", from);
    let nextCr = text.indexOf("\r", from);
    while (nextLf !== -1 || nextCr !== -1) {
      const atLf = nextCr === -1 || (nextLf !== -1 && nextLf < nextCr);
      const end = atLf ? nextLf : nextCr;
      this.complete(text.slice(from, end));
      from = !atLf && nextLf === end + 1 ? end + 2 : end + 1;
      if (!atLf && from === text.length && nextLf !== end + 1) this.skipLineFeed = true;
      if (nextLf !== -1 && nextLf < from) nextLf = text.indexOf("\n", from);
      if (nextCr !== -1 && nextCr < from) nextCr = text.indexOf("\r", from);
    }
    // Only appended, never searched again: an endless line costs linear time.
    if (from < text.length) this.hold(from === 0 ? text : text.slice(from));
  }

  private complete(tail: string): void {
    if (this.pending === "") {
      this.check(tail.length);
      this.line(tail);
      return;
    }
    this.hold(tail);
    const text = this.pending;
    this.pending = "";
    this.line(text);
  }

  private hold(text: string): void {
    this.check(this.pending.length + text.length);
    this.pending += text;
  }

  private check(length: number): void {
    if (length > this.maxLength) throw tooLong(this.maxLength);
  }
}

export function tooLong(maxLength: number): TransportError {
  return new TransportError("invalid-response", `an event of the stream is longer than ${maxLength} characters`);
}
