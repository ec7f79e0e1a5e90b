/** Attacks on a served gateway over raw sockets: none reaches a provider, learns a key or token, or holds the server up. */
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, afterEach, beforeEach, describe, expect, it } from "vitest";
import { isModelwrightError } from "../../src/index.js";
import { serve } from "../../src/server/serve.js";
import { startUpstream, upstreamKey } from "./support.js";

const { simulator, gateway, exchanges } = await startUpstream();
const folder = mkdtempSync(join(tmpdir(), "modelwright-attacks-"));
const tokenFile = join(folder, "gateway.json");
// Anybody may have put a file there before.
writeFileSync(tokenFile, "planted", { mode: 0o666 });
const server = await serve(gateway, { tokenFile, maxRequests: 4, receiveTimeout: 1_500 });
const { port } = new URL(server.url);

beforeEach(() => simulator.reset());
afterEach(() => expect(simulator.requests).toEqual([]));
afterAll(async () => {
  await server.close();
  await simulator.close();
  rmSync(folder, { recursive: true });
});

const body = JSON.stringify({ model: "openai/gpt-4.1", messages: [{ role: "user", content: "attack" }] });
const ours = `Host: 127.0.0.1:${port}`;
const shown = `Authorization: Bearer ${server.token}`;
const json = `Content-Type: application/json\r\nContent-Length: ${body.length}`;

/** Sends bytes as they are and gives everything that comes back until the connection ends. */
function raw(text: string | Uint8Array, host = "127.0.0.1"): Promise<string> {
  return new Promise((resolve, reject) => {
    let answer = "";
    const socket = connect({ host, port: Number(port) }, () => socket.write(text));
    socket.on("data", (data) => {
      answer += data;
      // Whoever keeps the connection open has said what it wanted.
      if (/\r\n\r\n/.test(answer) && !/^connection: close/im.test(answer)) setTimeout(() => socket.end(), 100);
    });
    socket.on("error", (error: NodeJS.ErrnoException) =>
      error.code === "ECONNREFUSED" ? reject(error) : resolve(answer),
    );
    socket.on("close", () => resolve(answer));
  });
}

const post = (...headers: readonly string[]): Promise<string> =>
  raw(`POST /v1/chat/completions HTTP/1.1\r\n${[...headers, json].join("\r\n")}\r\n\r\n${body}`);

function status(answer: string): number {
  return Number(/^HTTP\/1\.1 (\d+)/.exec(answer)?.[1]);
}

/** Nothing of ours stands in it, and no browser may read it. */
function expectSilent(answer: string): void {
  expect(answer).not.toContain(upstreamKey);
  expect(answer).not.toContain(server.token);
  expect(answer).not.toMatch(/access-control-allow|node_modules|\.ts:\d|^server:|x-powered-by/im);
}

describe("who may connect", () => {
  it("listens on this machine only", async () => {
    const others = Object.values(networkInterfaces()).flatMap((list) => list ?? []);
    for (const { address, internal } of others.filter(({ internal, family }) => !internal && family === "IPv4"))
      await expect(raw("GET / HTTP/1.1\r\n\r\n", address), `${address} ${internal}`).rejects.toThrow("ECONNREFUSED");
  });

  it.each(["0.0.0.0", "::", "192.0.2.1"])("does not serve on %s without a token of the user's own", async (host) => {
    const failure = await serve(gateway, { host }).catch((error: unknown) => error);
    expect(isModelwrightError(failure) && failure.code).toBe("invalid-configuration");
  });

  it("writes its token to a file that only the own user can read, and takes it away", async () => {
    expect(statSync(tokenFile).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(tokenFile, "utf8"))).toEqual({ url: server.url, token: server.token });
    const other = await serve(gateway, { tokenFile: join(folder, "other.json") });
    expect(other.token).not.toBe(server.token);
    await other.close();
    expect(() => statSync(join(folder, "other.json"))).toThrow("ENOENT");
  });
});

describe("names and origins", () => {
  it.each([
    ["another name", ["Host: evil.test"]],
    ["a name that begins like ours", [`Host: 127.0.0.1.evil.test:${port}`]],
    ["another port", ["Host: localhost:1"]],
    ["no port", ["Host: localhost"]],
    ["no host", []],
    ["two hosts", [ours, "Host: evil.test"]],
    ["two hosts, ours last", ["Host: evil.test", ours]],
    ["a user in the host", [`Host: 127.0.0.1:${port}@evil.test`]],
    ["another origin", [ours, "Origin: https://evil.test"]],
    ["no origin's origin", [ours, "Origin: null"]],
    ["our name over another scheme", [ours, `Origin: https://127.0.0.1:${port}`]],
    ["another port's page", [ours, "Origin: http://127.0.0.1:1"]],
    ["two origins", [ours, `Origin: http://127.0.0.1:${port}`, "Origin: https://evil.test"]],
    ["a cross-site fetch", [ours, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors"]],
    ["a same-site fetch", [ours, "Sec-Fetch-Site: same-site", "Sec-Fetch-Mode: cors"]],
    ["a form that navigates", [ours, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: navigate"]],
  ])("refuses %s, token or not", async (_name, headers) => {
    const answer = await post(...headers, shown);
    expect(status(answer)).toBe(403);
    expectSilent(answer);
  });

  it("answers no preflight", async () => {
    const asked = "Access-Control-Request-Method: POST\r\nAccess-Control-Request-Headers: authorization";
    for (const origin of ["https://evil.test", "null", `http://127.0.0.1:${port}`]) {
      const answer = await raw(
        `OPTIONS /v1/chat/completions HTTP/1.1\r\n${ours}\r\nOrigin: ${origin}\r\n${asked}\r\n\r\n`,
      );
      expect(status(answer)).toBeGreaterThanOrEqual(400);
      expectSilent(answer);
    }
  });
});

describe("tokens", () => {
  it.each([
    ["none", []],
    ["a wrong one", ["Authorization: Bearer wrong"]],
    ["its beginning", [`Authorization: Bearer ${server.token.slice(0, -1)}`]],
    ["an empty one", ["Authorization: Bearer ", "x-api-key:"]],
    ["a cookie", [`Cookie: token=${server.token}`]],
    ["a query", []],
  ])("refuses %s", async (name, headers) => {
    const path = name === "a query" ? `/v1/models?token=${server.token}` : "/v1/models";
    const answer = await raw(`GET ${path} HTTP/1.1\r\n${[ours, ...headers].join("\r\n")}\r\n\r\n`);
    expect(status(answer)).toBe(401);
    expectSilent(answer);
  });
});

describe("targets", () => {
  it.each([
    ["absolute form", "POST http://api.openai.com/v1/chat/completions HTTP/1.1", 400],
    ["absolute form to itself", `POST http://127.0.0.1:${port}/v1/chat/completions HTTP/1.1`, 400],
    ["two slashes", "POST //evil.test/v1/chat/completions HTTP/1.1", 400],
    ["asterisk", "OPTIONS * HTTP/1.1", 400],
    ["a method that gives headers back", "TRACE / HTTP/1.1", 405],
    ["unknown route", "POST /v1/files HTTP/1.1", 404],
    ["proxy path", "POST /proxy/v1/chat/completions HTTP/1.1", 404],
    ["prefix", "POST /v1/chat/completions/../../admin HTTP/1.1", 404],
  ])("refuses %s", async (_name, line, wanted) => {
    const answer = await raw(`${line}\r\n${ours}\r\n${shown}\r\n${json}\r\n\r\n${body}`);
    expect(status(answer)).toBe(wanted);
    expectSilent(answer);
  });

  it("opens no tunnel", async () => {
    const answer = await raw(`CONNECT api.openai.com:443 HTTP/1.1\r\n${ours}\r\n${shown}\r\n\r\n`);
    expect(answer).not.toMatch(/^HTTP\/1\.1 2/);
  });

  it("reads no files, however a path is written", async () => {
    const steps = [
      "..",
      "%2e%2e",
      "%252e%252e",
      "..%2f",
      "..\\",
      "@fs",
      "%00",
      "etc",
      "passwd",
      "package.json",
      ".env",
    ];
    const paths = fc
      .array(fc.constantFrom(...steps), { minLength: 1, maxLength: 8 })
      .map((list) => `/${list.join("/")}`);
    await fc.assert(
      fc.asyncProperty(paths, fc.constantFrom("", "?raw", "?import&raw", "#x"), async (path, suffix) => {
        const answer = await raw(`GET ${path}${suffix} HTTP/1.1\r\n${ours}\r\n${shown}\r\nConnection: close\r\n\r\n`);
        expect([400, 404]).toContain(status(answer));
        expect(answer).not.toMatch(/root:|"dependencies"/);
      }),
      { numRuns: 60 },
    );
  });

  it("takes no base URL, key or host from a request", async () => {
    const own = { base_url: "http://evil.test", api_base: "http://evil.test", baseURL: "http://evil.test" };
    for (const model of ["http://evil.test/v1", "openai/../../x", "__proto__/x", "constructor", "openai/__proto__"]) {
      const text = JSON.stringify({ ...own, model, messages: [{ role: "user", content: "x" }] });
      const head = `${ours}\r\n${shown}\r\nX-Base-Url: http://evil.test\r\nConnection: close`;
      const length = `Content-Type: application/json\r\nContent-Length: ${text.length}`;
      const answer = await raw(`POST /v1/chat/completions HTTP/1.1\r\n${head}\r\n${length}\r\n\r\n${text}`);
      expect(status(answer), model).toBe(404);
      expectSilent(answer);
    }
  });
});

describe("endless clients", () => {
  it.each([
    ["a head that trickles", `POST /v1/chat/completions HTTP/1.1\r\n${ours}\r\nX-Slow: `],
    ["a body that never comes", `POST /v1/chat/completions HTTP/1.1\r\n${ours}\r\n${shown}\r\n${json}\r\n\r\n{`],
  ])("cuts off %s", async (_name, text) => {
    const answer = await raw(text);
    expect(answer === "" || [400, 408, 500].includes(status(answer))).toBe(true);
    expectSilent(answer);
  });

  it("takes no flood of headers and no endless body", async () => {
    const flood = "X-A: aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa\r\n".repeat(1000);
    expect(status(await raw(`GET /v1/models HTTP/1.1\r\n${ours}\r\n${flood}\r\n`))).toBe(431);
    const length = "Content-Type: application/json\r\nContent-Length: 99999999999";
    const answer = await raw(`POST /v1/chat/completions HTTP/1.1\r\n${ours}\r\n${shown}\r\n${length}\r\n\r\n${body}`);
    expect(status(answer)).toBe(413);
  });

  it("refuses bodies in pieces that disagree about their length", async () => {
    const smuggled = `${json}\r\nTransfer-Encoding: chunked`;
    const answer = await raw(
      `POST /v1/chat/completions HTTP/1.1\r\n${ours}\r\n${shown}\r\n${smuggled}\r\n\r\n0\r\n\r\n`,
    );
    expect(status(answer)).toBe(400);
  });

  it("serves others while places are taken, and tells how long to wait", async () => {
    const holding = `POST /v1/chat/completions HTTP/1.1\r\n${ours}\r\n${shown}\r\n${json}\r\n\r\n`;
    const held = Array.from({ length: 4 }, () => connect(Number(port), "127.0.0.1"));
    for (const socket of held) socket.on("error", () => undefined).write(holding);
    await expect
      .poll(() => raw(`GET /v1/models HTTP/1.1\r\n${ours}\r\n${shown}\r\n\r\n`))
      .toMatch(/503[\s\S]*retry-after/);
    for (const socket of held) socket.destroy();
    const again = () => raw(`GET /v1/models/steady HTTP/1.1\r\n${ours}\r\n${shown}\r\n\r\n`);
    await expect.poll(async () => status(await again())).toBe(200);
  });

  it("keeps no content, token or key in what it tells of its requests", () => {
    expect(JSON.stringify(exchanges)).not.toMatch(new RegExp(`attack|${server.token}|${upstreamKey}`));
  });
});
