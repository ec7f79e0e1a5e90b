/** `serve`: puts a gateway on this machine's network, closed to everybody who does not know its token. */
import type { FetchHandler } from "./node-bridge.js";
import type { GatewayServer, ServeOptions } from "./serve-options.js";

/**
 * Serves a gateway, or any other `fetch` handler, over HTTP. Requests that came for another host or from another page
 * are refused, and nobody is let in without the token. Throws "invalid-configuration" for an address beyond this
 * machine without a token of your own.
 */
export async function serve(handler: FetchHandler, options: ServeOptions = {}): Promise<GatewayServer> {
  // Loaded here, so that `createGateway` works where there is no node:http.
  const { serveOnNode } = await import("./serve-node.js");
  return serveOnNode(handler, options);
}
