/** The body of a response: watched chunk by chunk, readable as an iterable or as text, closed exactly once. */
import { TransportError } from "../errors.js";
import type { CallClock } from "./clock.js";
import type { TransportResponse } from "./transport.js";

/** Where the bytes come from. `read` gives undefined at the end; `close` drops the connection. */
export interface ChunkSource {
  read(): Promise<Uint8Array | undefined>;
  close(): void;
}

/** Ample for a whole answer with pictures, small enough not to exhaust memory. */
const defaultMaxBytes = 256 * 1024 * 1024;

const utf8 = /*#__PURE__*/ new TextDecoder();

/** Milliseconds in which a body normally ends after its terminal event. */
const releaseGrace = 100;

export class ResponseBody implements AsyncIterableIterator<Uint8Array> {
  private readonly source: ChunkSource;
  private readonly clock: CallClock;
  private closed = false;

  constructor(source: ChunkSource, clock: CallClock) {
    this.source = source;
    this.clock = clock;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    if (this.closed) return { done: true, value: undefined };
    this.clock.waiting();
    try {
      const value = await this.source.read();
      if (value !== undefined) {
        this.clock.chunkArrived();
        return { done: false, value };
      }
      this.closed = true;
      this.clock.end();
      return { done: true, value: undefined };
    } catch (error) {
      this.close();
      throw this.clock.failure ?? error;
    }
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.close();
    return { done: true, value: undefined };
  }

  close(): void {
    if (this.closed) return;
    this.closed = true;
    this.clock.end();
    this.source.close();
  }

  release(): void {
    if (this.closed) return;
    this.closed = true;
    this.clock.end();
    const timer = setTimeout(() => this.source.close(), releaseGrace);
    const drain = async (): Promise<void> => {
      while ((await this.source.read()) !== undefined);
    };
    // A body that fails now matters to nobody: its answer is complete.
    drain()
      .catch(() => undefined)
      .finally(() => clearTimeout(timer));
  }

  async text(maxBytes = defaultMaxBytes): Promise<string> {
    const chunks: Uint8Array[] = [];
    let size = 0;
    for (let result = await this.next(); !result.done; result = await this.next()) {
      size += result.value.length;
      if (size > maxBytes) {
        this.close();
        throw new TransportError("invalid-response", `the response is longer than ${maxBytes} bytes`);
      }
      chunks.push(result.value);
    }
    return utf8.decode(joinChunks(chunks, size));
  }
}

/** One array of `size` bytes. */
export function joinChunks(chunks: readonly Uint8Array[], size: number): Uint8Array {
  const [only] = chunks;
  if (only !== undefined && chunks.length === 1) return only;
  const all = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    all.set(chunk, at);
    at += chunk.length;
  }
  return all;
}

/** A response over `body`. */
export function responseOf(status: number, header: TransportResponse["header"], body: ResponseBody): TransportResponse {
  return {
    status,
    header,
    body,
    text: (maxBytes) => body.text(maxBytes),
    dispose: () => body.close(),
    release: () => body.release(),
  };
}
