/** How a gateway is put on the network, and what it is reached by. */

export interface ServeOptions {
  /** Default: both loopback addresses. Any other needs a `token` of your own, and `hosts` where it is no name or address by itself. */
  readonly host?: string | undefined;
  /** Default 0: a free one. */
  readonly port?: number | undefined;
  /** What clients must show where the handler asks for no key or token itself. Default: a random one, new at each start. */
  readonly token?: string | undefined;
  /** Where address and token are written for clients to find, readable for the own user only; removed at the end. */
  readonly tokenFile?: string | undefined;
  /** Further values of `Host` to answer to, such as `gateway.lan:8080`. */
  readonly hosts?: readonly string[] | undefined;
  /** Paths that are served without token: a page that asks for it. They must tell nothing. */
  readonly isOpen?: ((path: string) => boolean) | undefined;
  /** Most requests at the same time; more are told to come again. Default 256. */
  readonly maxRequests?: number | undefined;
  /** Most milliseconds for a request to arrive, its head in a sixth of it. Default 60,000. */
  readonly receiveTimeout?: number | undefined;
}

/** A gateway on the network. */
export interface GatewayServer extends AsyncDisposable {
  /** Without trailing slash: `http://127.0.0.1:4100`. The base URL of clients is this and `/v1`. */
  readonly url: string;
  readonly token: string;
  /** Ends all connections. */
  close(): Promise<void>;
}
