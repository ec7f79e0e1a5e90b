/** Both transports against a real server: clocks, aborts, redirects, early ends, header checks. */
import { getEventListeners } from "node:events";
import { type AddressInfo, createServer } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import { createFetchTransport } from "../../src/transport/fetch.js";
import type { Transport, TransportRequest } from "../../src/transport/transport.js";
import { createPlatformTransport } from "../../src/transport/undici.js";
import { startServer, type TestServer, until } from "./server.js";

const transports: [string, Transport][] = [
  ["undici", createPlatformTransport()],
  ["fetch", createFetchTransport((url, init) => fetch(url, init))],
];

const open: TestServer[] = [];
async function serve(answer: Parameters<typeof startServer>[0]): Promise<TestServer> {
  const server = await startServer(answer);
  open.push(server);
  return server;
}
afterEach(async () => {
  await Promise.all(open.splice(0).map((server) => server.close()));
});

function request(url: string, rest: Partial<TransportRequest> = {}): TransportRequest {
  return { method: "POST", url: new URL(url), headers: {}, body: "{}", signal: undefined, timeouts: {}, ...rest };
}

describe.each(transports)("%s transport", (_name, send) => {
  it("sends method, path, headers and body, and reads status, headers and text", async () => {
    const server = await serve((_received, response) => {
      response.writeHead(201, { "X-Request-Id": "r1" }).end("grüß");
    });
    const response = await send(request(`${server.url}/v1/x?y=1`, { headers: { "x-a": "1" }, body: '{"b":2}' }));
    expect(response.status).toBe(201);
    expect(response.header("x-request-id")).toBe("r1");
    expect(response.header("X-Request-ID")).toBe("r1");
    expect(await response.text()).toBe("grüß");
    expect(server.received[0]).toMatchObject({ method: "POST", url: "/v1/x?y=1", body: '{"b":2}' });
    expect(server.received[0]?.headers["x-a"]).toBe("1");
  });

  it("returns a redirect as it is and never contacts the second server", async () => {
    const second = await serve((_received, response) => void response.end("stolen"));
    for (const status of [301, 302, 303, 307, 308]) {
      const first = await serve((_received, response) => {
        response.writeHead(status, { location: second.url }).end();
      });
      const response = await send(request(first.url, { headers: { authorization: "Bearer k" } }));
      expect(response.status).toBe(status);
      response.dispose();
    }
    expect(second.received).toEqual([]);
  });

  it("refuses a text beyond the limit and closes the connection", async () => {
    const server = await serve((_received, response) => {
      response.write("x".repeat(5000));
    });
    const response = await send(request(server.url));
    await expect(response.text(1000)).rejects.toMatchObject({ code: "invalid-response" });
    await until(() => server.closedEarly === 1);
  });

  it("stops at the first-byte clock", async () => {
    const server = await serve(() => undefined);
    await expect(send(request(server.url, { timeouts: { firstByte: 50 } }))).rejects.toMatchObject({
      code: "timeout",
      message: "no response headers within 50 ms",
    });
    await until(() => server.closedEarly === 1);
  });

  it("stops at the idle clock, which starts anew with each chunk", async () => {
    const server = await serve(async (_received, response) => {
      for (let i = 0; i < 4; i += 1) {
        response.write("a");
        await new Promise((resolve) => setTimeout(resolve, 40));
      }
    });
    const response = await send(request(server.url, { timeouts: { firstByte: 5000, idle: 120 } }));
    let text = "";
    const reading = (async () => {
      for await (const chunk of response.body) text += new TextDecoder().decode(chunk);
    })();
    await expect(reading).rejects.toMatchObject({ code: "timeout", message: "no data for 120 ms" });
    expect(text).toBe("aaaa");
    await until(() => server.closedEarly === 1);
  });

  it("stops at the total clock although data keeps coming", async () => {
    const server = await serve((_received, response) => {
      const timer = setInterval(() => response.write("a"), 10);
      response.on("close", () => clearInterval(timer));
    });
    const response = await send(request(server.url, { timeouts: { idle: 1000, total: 150 } }));
    await expect(response.text()).rejects.toMatchObject({ code: "timeout" });
    await until(() => server.closedEarly === 1);
  });

  it("does not take a slow reader for an idle server", async () => {
    const server = await serve((_received, response) => void response.end("done"));
    const response = await send(request(server.url, { timeouts: { idle: 30 } }));
    await new Promise((resolve) => setTimeout(resolve, 120));
    expect(await response.text()).toBe("done");
  });

  it("closes the connection when the iteration ends early", async () => {
    const server = await serve((_received, response) => {
      response.write("a");
    });
    const response = await send(request(server.url));
    for await (const chunk of response.body) {
      expect(chunk.length).toBe(1);
      break;
    }
    await until(() => server.closedEarly === 1);
  });

  it("aborts before sending, while waiting for headers, and in the body", async () => {
    const server = await serve((received, response) => {
      if (received.url === "/body") response.write("a");
    });
    const aborted = { code: "aborted" };
    await expect(send(request(server.url, { signal: AbortSignal.abort("why") }))).rejects.toMatchObject({
      ...aborted,
      cause: "why",
    });
    expect(server.received).toEqual([]);
    const headers = new AbortController();
    const waiting = send(request(server.url, { signal: headers.signal }));
    await until(() => server.received.length === 1);
    headers.abort();
    await expect(waiting).rejects.toMatchObject(aborted);
    const body = new AbortController();
    const response = await send(request(`${server.url}/body`, { signal: body.signal }));
    const reading = response.text();
    body.abort();
    await expect(reading).rejects.toMatchObject(aborted);
    await until(() => server.closedEarly === 2);
  });

  it("leaves no listener on a shared signal, however the call ends", async () => {
    const server = await serve((received, response) => {
      if (received.url === "/open") response.write("a");
      else response.end("ok");
    });
    const { signal } = new AbortController();
    for (let i = 0; i < 100; i += 1) await (await send(request(server.url, { signal }))).text();
    for (let i = 0; i < 20; i += 1) (await send(request(`${server.url}/open`, { signal }))).dispose();
    await expect(send(request("http://127.0.0.1:1/", { signal }))).rejects.toMatchObject({ code: "network" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("reports a lost connection as network, in headers and in the body", async () => {
    const server = await serve((received, response) => {
      if (received.url === "/body") response.write("a", () => response.destroy());
      else response.destroy();
    });
    await expect(send(request(server.url))).rejects.toMatchObject({ code: "network" });
    const response = await send(request(`${server.url}/body`));
    await expect(response.text()).rejects.toMatchObject({ code: "network" });
  });

  it.each([
    ["line break", "Bearer a\r\nx: y", "a line break at position 8"],
    ["NUL", "a\0b", "a character that no header may hold at position 1"],
    ["non-Latin-1 character", "schlüssel→", "at position 9"],
  ])("refuses a header value with a %s without printing it", async (_kind, value, message) => {
    const failure = await send(request("http://127.0.0.1:1/", { headers: { authorization: value } })).catch((e) => e);
    expect(failure).toMatchObject({ code: "invalid-configuration", message: expect.stringContaining(message) });
    expect(failure.message).not.toContain(value);
  });

  it("refuses a header name that would inject", async () => {
    await expect(send(request("http://127.0.0.1:1/", { headers: { "a\r\nb": "c" } }))).rejects.toMatchObject({
      code: "invalid-configuration",
    });
  });
});

describe("undici transport", () => {
  it("reuses connections over many calls", async () => {
    const server = await serve((_received, response) => void response.end("ok"));
    const send = createPlatformTransport();
    for (let i = 0; i < 100; i += 1) await (await send(request(server.url))).text();
    expect(await server.connections()).toBeLessThanOrEqual(3);
  });

  it("holds the server back while the reader is slow", async () => {
    let written = 0;
    const server = await serve((_received, response) => {
      const piece = "x".repeat(64 * 1024);
      const more = (): void => {
        while (written < 64 * 1024 * 1024) {
          written += piece.length;
          if (!response.write(piece)) return void response.once("drain", more);
        }
        response.end();
      };
      more();
    });
    const response = await createPlatformTransport()(request(server.url));
    const iterator = response.body[Symbol.asyncIterator]();
    await iterator.next();
    await new Promise((resolve) => setTimeout(resolve, 300));
    expect(written).toBeLessThan(32 * 1024 * 1024);
    response.dispose();
  });

  it("stops at the connect clock, which covers the TLS handshake", async () => {
    const silent = createServer((socket) => void socket.on("error", () => undefined));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const { port } = silent.address() as AddressInfo;
    const call = request(`https://127.0.0.1:${port}/`, { timeouts: { connect: 100 } });
    await expect(createPlatformTransport()(call)).rejects.toMatchObject({
      code: "timeout",
      message: "no connection within the connect time-out",
    });
    silent.close();
  });
});
