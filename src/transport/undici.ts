/** The transport of Node: undici over a shared pool. The only file that knows undici, loaded with the first call. */
import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { buildConnector, Dispatcher } from "undici";
import { TransportError } from "../errors.js";
import { type ChunkSource, joinChunks, WatchedResponse } from "./body.js";
import { abortedError, CallClock } from "./clock.js";
import { checkHeaders } from "./headers.js";
import type { Transport, TransportOptions, TransportRequest, TransportResponse } from "./transport.js";

type Undici = typeof import("undici");
let undici: Undici | undefined;
const pools = /*#__PURE__*/ new Map<string, Dispatcher>();

/**
 * Sends with undici. Without a `dispatcher` the calls of all clients share one pool per connect time-out and proxy;
 * with one, its own connect time-out holds. Redirects are not followed; 3xx answers come back as they are.
 */
export function createPlatformTransport(options: TransportOptions = {}): Transport {
  return async (request) => {
    checkHeaders(request.headers);
    if (request.signal?.aborted) throw abortedError(request.signal);
    undici ??= await import("undici");
    const dispatcher = (options.dispatcher as Dispatcher | undefined) ?? pool(undici, request, options.proxy);
    return send(request, dispatcher);
  };
}

/** A caller whose time-outs differ from call to call must not leave the sockets of each behind. */
const mostPools = 16;

/** Of the last call: most calls want the same. */
let latest: { readonly timeout: number; readonly proxy: string | undefined; readonly found: Dispatcher } | undefined;

function pool(lib: Undici, request: TransportRequest, proxy: string | undefined): Dispatcher {
  const timeout = request.timeouts.connect ?? 0;
  if (latest?.timeout === timeout && latest.proxy === proxy) return latest.found;
  const name = `${timeout} ${proxy ?? ""}`;
  const found = pools.get(name) ?? createPool(lib, timeout, proxy);
  // Last in the map is last used.
  pools.delete(name);
  pools.set(name, found);
  for (const [oldest, dispatcher] of pools) {
    if (pools.size <= mostPools) break;
    pools.delete(oldest);
    // Waits for its calls.
    void dispatcher.close();
  }
  latest = { timeout, proxy, found };
  return found;
}

function createPool(lib: Undici, timeout: number, proxy: string | undefined): Dispatcher {
  if (proxy === undefined) return new lib.Agent({ connect: connectorOf(lib, timeout) });
  // To the proxy, and through it.
  const tls = { proxyTls: { timeout }, requestTls: { timeout } };
  return proxy === "env"
    ? new lib.EnvHttpProxyAgent({ connect: connectorOf(lib, timeout), ...tls })
    : new lib.ProxyAgent({ uri: proxy, ...tls });
}

/** Connects with a timer of its own: undici's are up to a second late. */
function connectorOf(lib: Undici, timeout: number): buildConnector.connector {
  // It gives the socket back, which its types do not say.
  const open = lib.buildConnector({ timeout: 0 }) as (...given: Parameters<buildConnector.connector>) => Socket;
  if (timeout === 0) return open;
  return (options, callback) => {
    const timer = setTimeout(() => socket.destroy(new lib.errors.ConnectTimeoutError()), timeout);
    const socket = open(options, (...result) => {
      clearTimeout(timer);
      callback(...result);
    });
  };
}

function send(request: TransportRequest, dispatcher: Dispatcher): Promise<TransportResponse> {
  const { method, url, headers, body } = request;
  const options: Dispatcher.DispatchOptions = {
    origin: url.origin,
    path: url.pathname + url.search,
    method: method as Dispatcher.HttpMethod,
    // Some hosts refuse requests without the name of a client.
    headers: { "user-agent": "modelwright", ...headers },
    body: body ?? null,
    // Off: CallClock keeps these times, more exactly.
    headersTimeout: 0,
    bodyTimeout: 0,
  };
  return new Promise((resolve, reject) => {
    const exchange = new Exchange(request, resolve, reject);
    try {
      dispatcher.dispatch(options, exchange);
    } catch (error) {
      // A dispatcher of the caller's own may throw what undici's would tell the handler.
      exchange.fail(networkError(error));
    }
  });
}

/** Enough to keep the socket busy; beyond it the server is held back. */
const maxBuffered = 256 * 1024;

/**
 * One request: undici tells it what arrives, the clocks stop it, a reader takes the bytes. `undici.request` would put a
 * Node stream in between, which costs more than all bookkeeping of a call. undici hands over one piece per HTTP chunk,
 * dozens in a row: a read gives all that came in one turn of the event loop, joined.
 */
class Exchange implements Dispatcher.DispatchHandler, ChunkSource {
  private readonly clock: CallClock;
  private readonly respond: (response: TransportResponse) => void;
  private readonly reject: (failure: TransportError) => void;
  private controller: Dispatcher.DispatchController | undefined;
  private chunks: Uint8Array[] = [];
  private buffered = 0;
  private ended = false;
  private failure: TransportError | undefined;
  private wake: (() => void) | undefined;

  constructor(
    request: TransportRequest,
    respond: (response: TransportResponse) => void,
    reject: (failure: TransportError) => void,
  ) {
    this.respond = respond;
    this.reject = reject;
    this.clock = new CallClock(request, (failure) => this.fail(failure));
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.controller = controller;
    // Stopped while it waited for a connection: undici cannot be told before.
    if (this.failure !== undefined) controller.abort(this.failure);
  }

  onResponseStart(_controller: Dispatcher.DispatchController, status: number, headers: IncomingHttpHeaders): void {
    // "Continue" and its like come before the answer.
    if (status < 200) return;
    this.clock.headersArrived();
    const header = (name: string): string | undefined => {
      const value = headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(", ") : value;
    };
    this.respond(new WatchedResponse({ status, header }, this, this.clock));
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Uint8Array): void {
    if (this.ended) return;
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    if (this.buffered >= maxBuffered) controller.pause();
    this.wake?.();
  }

  onResponseEnd(): void {
    this.ended = true;
    this.wake?.();
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.fail(networkError(error));
  }

  read(): Uint8Array | undefined | Promise<Uint8Array | undefined> {
    if (this.buffered > 0) return this.take();
    if (this.failure !== undefined) throw this.failure;
    if (this.ended) return undefined;
    return new Promise<void>((resolve) => {
      this.wake = resolve;
    }).then(() => this.read());
  }

  close(): void {
    this.chunks = [];
    this.buffered = 0;
    if (this.ended) return;
    this.ended = true;
    this.controller?.abort(new Error("closed"));
    this.wake?.();
  }

  /** Only the first failure counts, and none after the end. */
  fail(failure: TransportError): void {
    if (this.failure !== undefined || this.ended) return;
    this.clock.end();
    this.failure = failure;
    this.reject(failure);
    this.wake?.();
    this.controller?.abort(failure);
  }

  private take(): Uint8Array {
    const joined = joinChunks(this.chunks, this.buffered);
    this.chunks = [];
    this.buffered = 0;
    if (this.controller?.paused) this.controller.resume();
    return joined;
  }
}

/** The connection never stood. */
const unconnected: readonly unknown[] = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH", "ENETUNREACH"];

/** undici's errors may hold response text or addresses: only the code is kept. */
function networkError(error: unknown): TransportError {
  const code = (error as { code?: unknown } | null)?.code;
  if (code === "UND_ERR_CONNECT_TIMEOUT")
    return new TransportError("timeout", "no connection within the connect time-out", { unsent: true });
  return new TransportError(
    "network",
    typeof code === "string" ? `connection failed (${code})` : "connection failed",
    unconnected.includes(code) ? { unsent: true } : {},
  );
}
