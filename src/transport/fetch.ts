/** A transport over any `fetch`: browsers, edge runtimes, and clients that bring their own. */
import { TransportError } from "../errors.js";
import { type ChunkSource, WatchedResponse } from "./body.js";
import { abortedError, CallClock } from "./clock.js";
import { checkHeaders } from "./headers.js";
import type { Transport, TransportResponse } from "./transport.js";

/** The part of `fetch` that is used. */
export type Fetch = (url: URL, init: RequestInit) => Promise<Response>;

/**
 * Sends with `send`. Redirects are not followed. fetch does not show when a connection stands, so the connect
 * time-out is part of the first-byte time-out here.
 * @internal
 */
export function createFetchTransport(send: Fetch): Transport {
  return async (request) => {
    checkHeaders(request.headers);
    if (request.signal?.aborted) throw abortedError(request.signal);
    const controller = new AbortController();
    const clock = new CallClock(request, (failure) => controller.abort(failure));
    try {
      const responding = send(request.url, {
        method: request.method,
        headers: request.headers,
        body: (request.body as BodyInit | undefined) ?? null,
        redirect: "manual",
        signal: controller.signal,
      });
      const response = await clock.watched(responding);
      clock.headersArrived();
      return fetched(response, clock);
    } catch {
      // What a fetch throws may print header values.
      clock.end();
      throw clock.failure ?? new TransportError("network", "connection failed");
    }
  };
}

function fetched(response: Response, clock: CallClock): TransportResponse {
  // A browser hides the status of a redirect it did not follow.
  const status = response.type === "opaqueredirect" ? 302 : response.status;
  const header = (name: string): string | undefined => response.headers.get(name) ?? undefined;
  return new WatchedResponse({ status, header }, streamSource(response.body), clock);
}

function streamSource(stream: ReadableStream<Uint8Array> | null): ChunkSource {
  const reader = stream?.getReader();
  return {
    async read() {
      try {
        return (await reader?.read())?.value;
      } catch {
        throw new TransportError("network", "connection lost");
      }
    },
    close() {
      // Cancelling a stream that already failed rejects; there is nothing left to do then.
      reader?.cancel().catch(() => undefined);
    },
  };
}
