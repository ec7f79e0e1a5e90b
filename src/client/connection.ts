/** The resolved connection of a client, as calls use it. */
import type { ModelFacts } from "../catalog/facts.js";
import { ModelwrightError } from "../errors.js";
import type { Soon } from "../feature.js";
import type { SignableRequest } from "../transport/auth.js";
import type { FrameReader, Framing } from "../transport/frame.js";
import type { Timeouts, Transport } from "../transport/transport.js";
import { credentialOfKey } from "./credential.js";

/** Holds its key only inside closures, so that it cannot be printed. */
export interface Connection {
  readonly send: Transport;
  readonly timeouts: Timeouts;
  /** Headers of provider and client, names in lower case; they may hold secrets. */
  headers(): { readonly [name: string]: string };
  /** The base URL for a model; its own one applies unless client or environment state another. */
  baseURL(ownURL: string | undefined): URL;
  /** Where requests to a model are processed: `eu`, `eu-west-1`. Undefined when nobody states it. */
  region(model: Pick<ModelFacts, "region" | "transport">): string | undefined;
  /**
   * Puts the key on the request, and returns what of it may stand in no text; headers that carry secrets by their name
   * tell that themselves. Throws "authentication" when there is no key.
   */
  authorize(request: SignableRequest, callKey?: string): Soon<readonly string[]>;
  /** A name for the key, equal for equal keys of this process. It does not tell the key. */
  credential(): string;
  /** The key was given with the call, not with the client. */
  readonly keyOfCall?: boolean;
  /** What reads a framing that not every client carries. */
  frameReaderOf(framing: Framing): ((maxLength: number) => FrameReader) | undefined;
}

/**
 * The connection for one call: its own time-outs and key over those of the client. The first key given holds.
 * @internal
 */
export function connectionFor(
  connection: Connection,
  { timeouts, apiKey }: { readonly timeouts?: Timeouts | undefined; readonly apiKey?: string | undefined },
): Connection {
  if (timeouts === undefined && apiKey === undefined) return connection;
  const own = { ...connection, timeouts: withTimeouts(connection.timeouts, timeouts) };
  if (apiKey === undefined || connection.keyOfCall === true) return own;
  return {
    ...own,
    authorize: (request) => connection.authorize(request, apiKey),
    credential: () => credentialOfKey(apiKey),
    keyOfCall: true,
  };
}

/**
 * `own` over `base`. Throws "invalid-configuration" for what is no duration: a clock would never run out, or at once.
 * @internal
 */
export function withTimeouts(base: Timeouts, own: Timeouts | undefined): Timeouts {
  for (const [name, ms] of Object.entries(own ?? {}))
    if (ms !== undefined && !(ms >= 0))
      throw new ModelwrightError("invalid-configuration", `timeouts.${name} must be a number of milliseconds`);
  return { ...base, ...own };
}

/**
 * The call with what is left of its total time-out.
 * @internal
 */
export function withTimeLeft<Call extends { readonly connection: Connection }>(call: Call, elapsedMs: number): Call {
  const { total } = call.connection.timeouts;
  if (total === undefined || elapsedMs <= 0) return call;
  const timeouts = { total: Math.max(0, Math.ceil(total - elapsedMs)) };
  return { ...call, connection: connectionFor(call.connection, { timeouts }) };
}
