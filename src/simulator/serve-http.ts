/** Plays plans over real sockets: an HTTP server bound to 127.0.0.1. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { isBinary } from "./form.js";
import { maxHangMs, type Plan, type ReceivedRequest, wait } from "./plan.js";

export type Answer = (request: ReceivedRequest) => Promise<Plan>;

export interface HttpServer {
  readonly origin: string;
  /** Drops all connections. */
  close(): Promise<void>;
}

/** Larger bodies are cut off with the connection. */
const maxBodyBytes = 64 * 1024 * 1024;

/** A reset discards what the client has not read yet; this long it has for what was sent before. */
const resetGraceMs = 20;

export async function serveHttp(answer: Answer, port: number): Promise<HttpServer> {
  const closing = new AbortController();
  const server = createServer({ keepAliveTimeout: 30_000 }, (request, response) => {
    serve(request, response, { answer, closing: closing.signal }).catch(() => response.destroy());
  });
  await listen(server, port);
  const address = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${address.port}`,
    close: () => {
      closing.abort();
      return new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      });
    },
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve();
    });
  });
}

interface Serving {
  readonly answer: Answer;
  readonly closing: AbortSignal;
}

async function serve(request: IncomingMessage, response: ServerResponse, { answer, closing }: Serving): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  closing.addEventListener("abort", leave);
  response.once("close", leave);
  try {
    const plan = await answer(await receive(request));
    await play(plan, response, gone.signal);
  } finally {
    closing.removeEventListener("abort", leave);
  }
}

async function receive(request: IncomingMessage): Promise<ReceivedRequest> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > maxBodyBytes) throw new RangeError("request body too large");
    chunks.push(chunk);
  }
  const headers = Object.entries(request.headers).map(([name, value]) => [name, String(value)] as const);
  const [path = "/", query] = (request.url ?? "/").split("?", 2);
  return {
    method: request.method ?? "GET",
    path,
    query,
    headers: Object.fromEntries(headers),
    ...bodyOf(Buffer.concat(chunks), request.headers["content-type"]),
  };
}

function bodyOf(bytes: Buffer, contentType = ""): Pick<ReceivedRequest, "body" | "raw"> {
  return isBinary(contentType) ? { body: "", raw: new Uint8Array(bytes) } : { body: bytes.toString("utf8") };
}

async function play(plan: Plan, response: ServerResponse, gone: AbortSignal): Promise<void> {
  await wait(plan.delayMs, gone);
  if (plan.before === "hang") await wait(maxHangMs, gone);
  if (plan.before !== undefined) return void response.socket?.resetAndDestroy();
  response.writeHead(plan.status, plan.headers);
  response.flushHeaders();
  for (const step of plan.steps) {
    if (gone.aborted) return;
    if ("waitMs" in step) await wait(step.waitMs, gone);
    else if ("act" in step) return finishBadly(step.act, response, gone);
    else if (!response.write(step.send)) await drained(response, gone);
  }
  response.end();
}

async function finishBadly(act: "reset" | "hang", response: ServerResponse, gone: AbortSignal): Promise<void> {
  if (act === "hang") await wait(maxHangMs, gone);
  else await wait(resetGraceMs, gone);
  response.socket?.resetAndDestroy();
}

function drained(response: ServerResponse, gone: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off("drain", done);
      gone.removeEventListener("abort", done);
      resolve();
    };
    response.on("drain", done);
    gone.addEventListener("abort", done);
  });
}
