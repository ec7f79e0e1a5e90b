/** A small HTTP server for tests of the client side: behaviour per test, and a record of what arrived. */
import { createServer, type IncomingMessage, type RequestListener, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

export interface TestServer {
  readonly url: string;
  readonly received: Received[];
  /** Connections that stand now. */
  readonly connections: () => Promise<number>;
  /** How many answers were closed by the client before they were complete. */
  closedEarly: number;
  close(): Promise<void>;
}

type Answer = (received: Received, response: ServerResponse) => void | Promise<void>;

export async function startServer(answer: Answer): Promise<TestServer> {
  const received: Received[] = [];
  const listener: RequestListener = async (request, response) => {
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const entry = { method: request.method ?? "", url: request.url ?? "", headers: request.headers, body };
    received.push(entry);
    response.on("close", () => {
      if (!response.writableFinished) server.closedEarly += 1;
    });
    await answer(entry, response);
  };
  const http: Server = createServer(listener);
  await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
  const server: TestServer = {
    url: `http://127.0.0.1:${(http.address() as AddressInfo).port}`,
    received,
    closedEarly: 0,
    connections: () =>
      new Promise((resolve, reject) => http.getConnections((error, n) => (error ? reject(error) : resolve(n)))),
    close: () =>
      new Promise((resolve) => {
        http.close(() => resolve());
        http.closeAllConnections();
      }),
  };
  return server;
}

/** Waits until `condition` holds; fails after `limit` milliseconds. */
export async function until(condition: () => boolean | Promise<boolean>, limit = 2000): Promise<void> {
  const end = Date.now() + limit;
  while (!(await condition())) {
    if (Date.now() > end) throw new Error(`condition did not hold within ${limit} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
