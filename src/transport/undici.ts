/** The transport of Node: `undici.request` over a shared pool. The only file that knows undici, loaded with the first call. */
import type { Socket } from "node:net";
import type { buildConnector, Dispatcher } from "undici";
import { TransportError } from "../errors.js";
import { type ChunkSource, joinChunks, ResponseBody, responseOf } from "./body.js";
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
    return send(
      undici,
      request,
      (options.dispatcher as Dispatcher | undefined) ?? pool(undici, request, options.proxy),
    );
  };
}

/** A caller whose time-outs differ from call to call must not leave the sockets of each behind. */
const mostPools = 16;

function pool(lib: Undici, request: TransportRequest, proxy: string | undefined): Dispatcher {
  const timeout = request.timeouts.connect ?? 0;
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

async function send(lib: Undici, request: TransportRequest, dispatcher: Dispatcher): Promise<TransportResponse> {
  const stop = new StopSignal();
  const clock = new CallClock(request, stop.abort);
  try {
    const responding = lib.request(request.url, {
      dispatcher,
      method: request.method as Dispatcher.HttpMethod,
      // Some hosts refuse requests without the name of a client.
      headers: { "user-agent": "modelwright", ...request.headers },
      body: request.body ?? null,
      signal: stop as unknown as AbortSignal,
      // Off: CallClock keeps these times, more exactly.
      headersTimeout: 0,
      bodyTimeout: 0,
    });
    const response = await clock.watched(responding);
    clock.headersArrived();
    const headers = response.headers;
    return responseOf(
      response.statusCode,
      (name) => {
        const value = headers[name.toLowerCase()];
        return Array.isArray(value) ? value.join(", ") : value;
      },
      new ResponseBody(new ReadableSource(response.body), clock),
    );
  } catch (error) {
    clock.end();
    throw clock.failure ?? networkError(error);
  }
}

/** The part of AbortSignal that undici uses. A real one costs more than all other bookkeeping of a call. */
class StopSignal {
  aborted = false;
  reason: unknown;
  private listener: (() => void) | undefined;

  readonly abort = (reason: unknown): void => {
    this.aborted = true;
    this.reason = reason;
    this.listener?.();
  };

  addEventListener(_type: "abort", listener: () => void): void {
    this.listener = listener;
  }

  removeEventListener(): void {
    this.listener = undefined;
  }
}

/** Enough to keep the socket busy; beyond it the server is held back. */
const maxBuffered = 256 * 1024;

/**
 * Pulls from a Node stream without the hops of its own async iterator. undici emits one piece per HTTP chunk, dozens in
 * a row: a read gives all that came in one turn of the event loop, joined.
 */
class ReadableSource implements ChunkSource {
  private readonly stream: Dispatcher.ResponseData["body"];
  private chunks: Uint8Array[] = [];
  private buffered = 0;
  private ended = false;
  private failure: TransportError | undefined;
  private wake: (() => void) | undefined;

  constructor(stream: Dispatcher.ResponseData["body"]) {
    this.stream = stream;
    stream.on("data", this.onData);
    stream.on("end", this.onEnd);
    stream.on("error", this.onError);
  }

  async read(): Promise<Uint8Array | undefined> {
    if (this.buffered === 0 && !this.ended && this.failure === undefined)
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    if (this.buffered > 0) return this.take();
    if (this.failure !== undefined) throw this.failure;
    return undefined;
  }

  close(): void {
    this.ended = true;
    this.chunks = [];
    this.buffered = 0;
    this.stream.off("data", this.onData);
    this.stream.destroy();
    this.wake?.();
  }

  private take(): Uint8Array {
    const joined = joinChunks(this.chunks, this.buffered);
    this.chunks = [];
    this.buffered = 0;
    if (this.stream.isPaused()) this.stream.resume();
    return joined;
  }

  private readonly onData = (chunk: Uint8Array): void => {
    this.chunks.push(chunk);
    this.buffered += chunk.length;
    if (this.buffered >= maxBuffered) this.stream.pause();
    this.wake?.();
  };

  private readonly onEnd = (): void => {
    this.ended = true;
    this.wake?.();
  };

  private readonly onError = (error: unknown): void => {
    this.failure = networkError(error);
    this.wake?.();
  };
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
