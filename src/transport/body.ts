/** A response whose body is watched chunk by chunk, readable as an iterable or as text, closed exactly once. */
import { TransportError } from "../errors.js";
import type { CallClock } from "./clock.js";
import type { TransportResponse } from "./transport.js";

/** Where the bytes come from. `read` gives undefined at the end, and no promise for what is there already; `close` drops the connection. */
export interface ChunkSource {
  read(): MaybePromise<Uint8Array | undefined>;
  close(): void;
}

type MaybePromise<Value> = Value | Promise<Value>;

/** Ample for a whole answer with pictures, small enough not to exhaust memory. */
const defaultMaxBytes = 256 * 1024 * 1024;

const utf8 = /*#__PURE__*/ new TextDecoder();

/** Milliseconds in which a body normally ends after its terminal event. */
const releaseGrace = 100;

export class WatchedResponse implements TransportResponse, AsyncIterableIterator<Uint8Array> {
  readonly status: number;
  readonly header: TransportResponse["header"];
  private readonly source: ChunkSource;
  private readonly clock: CallClock;
  private closed = false;

  constructor(head: Pick<TransportResponse, "status" | "header">, source: ChunkSource, clock: CallClock) {
    this.status = head.status;
    this.header = head.header;
    this.source = source;
    this.clock = clock;
  }

  get body(): this {
    return this;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  async next(): Promise<IteratorResult<Uint8Array>> {
    const chunk = this.read();
    const value = chunk instanceof Promise ? await chunk : chunk;
    return value === undefined ? { done: true, value } : { done: false, value };
  }

  async return(): Promise<IteratorResult<Uint8Array>> {
    this.dispose();
    return { done: true, value: undefined };
  }

  dispose(): void {
    if (this.closed) return;
    this.end();
    this.source.close();
  }

  release(): void {
    if (this.closed) return;
    this.end();
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
    for (;;) {
      const read = this.read();
      const chunk = read instanceof Promise ? await read : read;
      if (chunk === undefined) return utf8.decode(joinChunks(chunks, size));
      size += chunk.length;
      if (size > maxBytes) {
        this.dispose();
        throw new TransportError("invalid-response", `the response is longer than ${maxBytes} bytes`);
      }
      chunks.push(chunk);
    }
  }

  private read(): MaybePromise<Uint8Array | undefined> {
    if (this.closed) return undefined;
    try {
      const chunk = this.source.read();
      if (chunk instanceof Promise) return this.awaited(chunk);
      if (chunk === undefined) this.end();
      return chunk;
    } catch (error) {
      throw this.failed(error);
    }
  }

  /** A slow reader is no idle server, so the idle clock runs only while a chunk is waited for. */
  private async awaited(reading: Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    this.clock.waiting();
    try {
      const chunk = await reading;
      this.clock.chunkArrived();
      if (chunk === undefined) this.end();
      return chunk;
    } catch (error) {
      throw this.failed(error);
    }
  }

  private end(): void {
    this.closed = true;
    this.clock.end();
  }

  private failed(error: unknown): unknown {
    this.dispose();
    return this.clock.failure ?? error;
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
