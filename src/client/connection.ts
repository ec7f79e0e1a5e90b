/** The resolved connection of a client, as calls use it. */
import type { SignableRequest } from "../transport/auth.js";
import type { FrameReader, Framing } from "../transport/frame.js";
import type { Timeouts, Transport } from "../transport/transport.js";

/** A request that a connection completes: the parts it fills in, and those that a signature covers. */

/** Holds its key only inside closures, so that it cannot be printed. */
export interface Connection {
  readonly send: Transport;
  readonly timeouts: Timeouts;
  /** Headers of provider and client, names in lower case; they may hold secrets. */
  headers(): { readonly [name: string]: string };
  /** The base URL for a model; its own one applies unless client or environment state another. */
  baseURL(ownURL: string | undefined): URL;
  /** Puts the key on the request and returns the secrets now in it. Throws "authentication" when there is no key. */
  authorize(request: SignableRequest, callKey?: string): Promise<readonly string[]>;
  /** What reads a framing that not every client carries. */
  frameReaderOf(framing: Framing): ((maxLength: number) => FrameReader) | undefined;
}

/** The connection for one call: its own time-outs and key over those of the client. */
export function connectionFor(
  connection: Connection,
  { timeouts, apiKey }: { readonly timeouts?: Timeouts | undefined; readonly apiKey?: string | undefined },
): Connection {
  if (timeouts === undefined && apiKey === undefined) return connection;
  return {
    ...connection,
    timeouts: { ...connection.timeouts, ...timeouts },
    authorize: (request) => connection.authorize(request, apiKey),
  };
}
