/** The logic of the four clocks, on timers that a test moves; and where they end a call on real sockets. */
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { CallClock } from "../../src/transport/clock.js";
import { createFetchTransport } from "../../src/transport/fetch.js";
import type { Timeouts } from "../../src/transport/transport.js";
import { createPlatformTransport } from "../../src/transport/undici.js";
import { until } from "./server.js";

/** What a server and its reader do, each after some milliseconds. */
interface Script {
  readonly headersAfter: number;
  /** For each chunk: how long the reader is busy before it asks, and how long the server takes. */
  readonly chunks: readonly { readonly busy: number; readonly wait: number }[];
}

/** When the call is stopped, and why; undefined when it ends before. Straight from the definition of the clocks. */
function expected(
  { headersAfter, chunks }: Script,
  { firstByte = Infinity, idle = Infinity, total = Infinity }: Timeouts,
) {
  const ends: { at: number; why: string }[] = [{ at: total, why: "the total time-out of the call ran out" }];
  if (headersAfter >= firstByte) ends.push({ at: firstByte, why: `no response headers within ${firstByte} ms` });
  let now = headersAfter;
  for (const { busy, wait } of chunks) {
    now += busy;
    if (wait >= idle) ends.push({ at: now + idle, why: `no data for ${idle} ms` });
    now += wait;
  }
  const first = ends.reduce((a, b) => (b.at < a.at ? b : a));
  return first.at <= now ? first : undefined;
}

describe("the clocks", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "performance"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  const limit = fc.option(fc.integer({ min: 1, max: 300 }), { nil: undefined });
  const duration = fc.nat(200);

  it("stop a call exactly when the first of them runs out, and only while it is theirs", () => {
    const script = fc.record({
      headersAfter: duration,
      chunks: fc.array(fc.record({ busy: duration, wait: duration }), { maxLength: 5 }),
    });
    const timeouts = fc.record({ firstByte: limit, idle: limit, total: limit });
    fc.assert(
      fc.property(script, timeouts, ({ headersAfter, chunks }, limits) => {
        const began = performance.now();
        let stopped: { readonly at: number; readonly why: string } | undefined;
        const clock = new CallClock({ signal: undefined, timeouts: limits }, ({ message, code }) => {
          expect([stopped, code]).toEqual([undefined, "timeout"]);
          stopped = { at: performance.now() - began, why: message };
        });
        vi.advanceTimersByTime(headersAfter);
        if (stopped === undefined) clock.headersArrived();
        for (const { busy, wait } of chunks) {
          vi.advanceTimersByTime(busy);
          if (stopped === undefined) clock.waiting();
          vi.advanceTimersByTime(wait);
          if (stopped === undefined) clock.chunkArrived();
        }
        const wanted = expected({ headersAfter, chunks }, limits);
        expect(stopped).toEqual(wanted);
        clock.end();
        expect(vi.getTimerCount()).toBe(0);
      }),
      { numRuns: 1000 },
    );
  });

  it("set one timer, however many chunks come", () => {
    const clock = new CallClock({ signal: undefined, timeouts: { idle: 100, total: 10_000 } }, () => undefined);
    clock.headersArrived();
    const set = vi.spyOn(globalThis, "setTimeout");
    for (let i = 0; i < 1000; i += 1) {
      clock.waiting();
      clock.chunkArrived();
    }
    expect(set).not.toHaveBeenCalled();
    clock.end();
  });

  it("may be longer than a timer can be", () => {
    let stopped = false;
    const clock = new CallClock({ signal: undefined, timeouts: { firstByte: 2 ** 31 + 5 } }, () => {
      stopped = true;
    });
    vi.advanceTimersByTime(2 ** 31);
    expect(stopped).toBe(false);
    vi.advanceTimersByTime(5);
    expect(stopped).toBe(true);
    clock.end();
  });
});

/** A server that takes connections and never says a word, not even of TLS. */
async function silentServer(): Promise<{ readonly port: number; readonly sockets: Set<Socket>; close(): void }> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.resume().on("error", () => undefined);
    socket.on("close", () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    close() {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
}

describe("on sockets", () => {
  let silent: Awaited<ReturnType<typeof silentServer>>;
  beforeEach(async () => {
    silent = await silentServer();
  });
  afterEach(() => {
    silent.close();
  });

  const request = (url: string, timeouts: Timeouts, signal?: AbortSignal) =>
    ({ method: "POST", url: new URL(url), headers: {}, body: "{}", signal, timeouts }) as const;

  it("the connect clock covers the TLS handshake, and closes the socket", async () => {
    const call = createPlatformTransport()(request(`https://127.0.0.1:${silent.port}`, { connect: 60 }));
    await expect(call).rejects.toMatchObject({ code: "timeout", message: "no connection within the connect time-out" });
    await until(() => silent.sockets.size === 0, 250);
  });

  it("the connect clock covers the handshake with a proxy", async () => {
    const send = createPlatformTransport({ proxy: `https://localhost:${silent.port}` });
    await expect(send(request("https://api.test", { connect: 60 }))).rejects.toMatchObject({ code: "timeout" });
  });

  it.each<[string, Timeouts]>([
    ["first-byte", { firstByte: 60 }],
    ["total", { total: 60 }],
  ])("the %s clock does not wait for a connection, direct or by a proxy", async (_name, timeouts) => {
    const direct = createPlatformTransport()(request(`https://127.0.0.1:${silent.port}`, timeouts));
    const proxied = createPlatformTransport({ proxy: `http://127.0.0.1:${silent.port}` });
    await expect(direct).rejects.toMatchObject({ code: "timeout" });
    await expect(proxied(request("https://api.test", timeouts))).rejects.toMatchObject({ code: "timeout" });
  });

  it("an abort does not wait for a connection either", async () => {
    const controller = new AbortController();
    const call = createPlatformTransport()(request(`https://127.0.0.1:${silent.port}`, {}, controller.signal));
    await until(() => silent.sockets.size === 1);
    controller.abort("enough");
    await expect(call).rejects.toMatchObject({ code: "aborted", cause: "enough" });
  });

  it("the clocks end the call of a fetch that hears no signal", async () => {
    const deaf = createFetchTransport(() => new Promise(() => undefined));
    await expect(deaf(request("https://api.test", { firstByte: 20 }))).rejects.toMatchObject({ code: "timeout" });
  });

  it("a caller with a new connect time-out for each call leaves no pool behind for each", async () => {
    const open = createServer((socket) => {
      socket.on("error", () => undefined);
      socket.on("data", () => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}"));
    });
    await new Promise<void>((resolve) => open.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(open.address() as AddressInfo).port}`;
    const send = createPlatformTransport();
    for (let i = 0; i < 60; i += 1) await (await send(request(url, { connect: 10_000 + i }))).text();
    const connections = () => new Promise<number>((resolve) => open.getConnections((_error, count) => resolve(count)));
    await until(async () => (await connections()) <= 16);
    open.close();
  });
});
