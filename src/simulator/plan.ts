/** What a connection brings, and what will happen on it, as data: played by the HTTP server and by `fetch` alike. */

/** A request with its whole body read. */
export interface ReceivedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Without the question mark. */
  readonly query?: string | undefined;
  readonly headers: { readonly [name: string]: string };
  readonly body: string;
  /** The bytes of a body that is no text. */
  readonly raw?: Uint8Array | undefined;
}

/** One thing that happens to the body. After the last step the body ends cleanly. */
export type Step =
  | { readonly send: string | Uint8Array }
  | { readonly waitMs: number }
  /** The connection breaks. */
  | { readonly act: "reset" }
  /** Nothing more comes, and nothing ends, until the client leaves or the hang limit is reached. */
  | { readonly act: "hang" };

export interface Plan {
  /** Before the headers. */
  readonly delayMs: number;
  /** Instead of any answer. */
  readonly before?: "reset" | "hang" | undefined;
  readonly status: number;
  readonly headers: { readonly [name: string]: string };
  readonly steps: readonly Step[];
  /** The last step is nothing but the end marker of a stream. */
  readonly endMarker?: boolean | undefined;
}

/** A hanging connection is dropped after this long: no test and no timer waits for ever. */
export const maxHangMs = 120_000;

/** Waits, unless the signal comes first. Leaves neither timer nor listener behind. */
export function wait(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || ms <= 0) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, Math.min(ms, maxHangMs));
    signal.addEventListener("abort", done);
  });
}
