/** Carries requests and answers between node:http and a `fetch` handler, with both directions bounded. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { Readable } from "node:stream";
import type { ReadableStream as NodeStream } from "node:stream/web";

/** Whatever answers requests as `fetch` servers do. */
export interface FetchHandler {
  fetch(request: Request): Promise<Response>;
  /** Whether it lets in only who it knows at this path, by itself. */
  isGuarded?(path: string): boolean;
}

/** A reader that takes nothing for this long is gone. */
const stuckReaderMs = 60_000;

/** Sent with every answer that does not say otherwise: nothing here is for other pages, frames or caches. */
const guards: { readonly [name: string]: string } = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Never rejects: what cannot be answered is cut off. */
export async function carry(request: IncomingMessage, response: ServerResponse, to: FetchHandler): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort();
  });
  try {
    await send(await to.fetch(requestOf(request, gone.signal)), response, gone.signal);
  } catch {
    // Whatever it is, it says nothing to the outside.
    if (response.headersSent) response.destroy();
    else refuse(response, 500, "the server failed");
  } finally {
    // A body that nobody wants is not read to its end.
    if (!request.complete) request.destroy();
  }
}

/** Answers without asking the handler, in a form that OpenAI's and Anthropic's clients both read. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  const type = status === 401 ? "authentication_error" : status === 403 ? "permission_error" : "api_error";
  const body = JSON.stringify({ type: "error", error: { type, message, code: null, param: null } });
  const retry = status === 503 ? { "retry-after": "1" } : {};
  response.writeHead(status, { ...guards, ...retry, "content-type": "application/json", connection: "close" });
  response.end(body);
}

function requestOf(request: IncomingMessage, signal: AbortSignal): Request {
  const { method = "GET", headers, url = "/" } = request;
  const given = new Headers();
  for (const [name, value] of Object.entries(headers))
    if (typeof value === "string") given.set(name, value);
    else for (const each of value ?? []) given.append(name, each);
  const target = `http://${headers.host ?? "localhost"}${url}`;
  if (method === "GET" || method === "HEAD") return new Request(target, { method, headers: given, signal });
  const body = Readable.toWeb(request) as NodeStream<Uint8Array> as unknown as BodyInit;
  return new Request(target, { method, headers: given, body, signal, duplex: "half" } as RequestInit);
}

async function send(answer: Response, response: ServerResponse, gone: AbortSignal): Promise<void> {
  const headers: Record<string, string> = { ...guards, ...Object.fromEntries(answer.headers) };
  if (answer.body === null || !headers["content-type"]?.startsWith("text/event-stream")) {
    const body = Buffer.from(await answer.arrayBuffer());
    response.writeHead(answer.status, { ...headers, "content-length": String(body.length) });
    return void response.end(body);
  }
  response.writeHead(answer.status, headers);
  const reader = answer.body.getReader();
  const leave = (): void => void reader.cancel().catch(() => undefined);
  if (gone.aborted) return leave();
  gone.addEventListener("abort", leave);
  try {
    response.flushHeaders();
    for (;;) {
      const { done, value } = await reader.read();
      if (done || gone.aborted) break;
      if (!response.write(value)) await drained(response, gone);
    }
  } finally {
    gone.removeEventListener("abort", leave);
  }
  response.end();
}

/** Waits for the client to read on, but not for ever. */
function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const stuck = setTimeout(() => response.destroy(), stuckReaderMs);
    const done = (): void => {
      clearTimeout(stuck);
      response.off("drain", done);
      gone.removeEventListener("abort", done);
      resolve();
    };
    response.on("drain", done);
    gone.addEventListener("abort", done);
  });
}
