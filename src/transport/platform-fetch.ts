/** The transport of browsers and edge runtimes; builds for them put this file in the place of `undici.ts`. */
import { ModelwrightError } from "../errors.js";
import { createFetchTransport } from "./fetch.js";
import type { Transport, TransportOptions } from "./transport.js";

/** Sends with the platform's own fetch. Dispatchers and proxies exist only on Node: giving one throws "invalid-configuration". */
export function createPlatformTransport(options: TransportOptions = {}): Transport {
  if (options.dispatcher !== undefined || options.proxy !== undefined)
    throw new ModelwrightError("invalid-configuration", "dispatcher and proxy work only on Node; pass fetch instead");
  return createFetchTransport((url, init) => fetch(url, init));
}
