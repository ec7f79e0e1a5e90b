/** Sends one HTTP request and hands back status, headers and body bytes. Implemented by `undici.ts` (Node) and `fetch.ts` (everywhere). */

export interface TransportRequest {
  readonly method: string;
  readonly url: URL;
  readonly headers: { readonly [name: string]: string };
  readonly body: string | Uint8Array | undefined;
  readonly signal: AbortSignal | undefined;
  /** Milliseconds; each clock is off when undefined. */
  readonly timeouts: Timeouts;
}

/** Four clocks, in milliseconds. */
export interface Timeouts {
  readonly connect?: number | undefined;
  /** From sending to response headers. */
  readonly firstByte?: number | undefined;
  /**
   * Between two chunks of the body. Comments and pings of a stream are chunks, too: models that think send nothing
   * else. They may stand in for events as long as `firstByte`, or `idle` if that is longer.
   */
  readonly idle?: number | undefined;
  /** The whole call. */
  readonly total?: number | undefined;
}

/** An answer as a transport gives it: head, and body as bytes. */
export interface TransportResponse {
  readonly status: number;
  header(name: string): string | undefined;
  /** Chunks as they arrive. Ending the iteration early closes the connection. */
  readonly body: AsyncIterable<Uint8Array>;
  /** The whole body. Throws `TransportError` when it exceeds `maxBytes`. */
  text(maxBytes?: number): Promise<string>;
  /** Drops the body and frees the connection. */
  dispose(): void;
  /** No more of the body is needed. The connection is kept when the body ends within a moment, else dropped. */
  release?(): void;
}

/** Never follows redirects, never retries. Failures are `TransportError` ("network", "timeout", "aborted"). */
export type Transport = (request: TransportRequest) => Promise<TransportResponse>;

/** How the platform's own transport connects. Node only. */
export interface TransportOptions {
  /** An undici Dispatcher: own pool, certificates, proxy, mock. */
  readonly dispatcher?: unknown;
  /** URL of an HTTP proxy, or `"env"` for `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY`. */
  readonly proxy?: string | undefined;
}
