/** A URL as a source: asked with its ETag, bounded, never redirected, and replaced by what is on disk while it is away. */
import { generateKeyPairSync } from "node:crypto";
import { readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { signDocuments, url } from "../../src/registry.js";
import { startServer, type TestServer } from "../transport/server.js";
import { models, newFolder, registryOf, until } from "./support.js";

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function serve(
  answer: (headers: IncomingMessage["headers"], response: ServerResponse) => void,
): Promise<TestServer> {
  const server = await startServer(({ headers }, response) => answer(headers, response));
  servers.push(server);
  return server;
}

const text = (entries: object) => JSON.stringify(models(entries));

describe("a URL", () => {
  test("is read, and asked again with its ETag", async () => {
    let version = 1;
    const server = await serve((headers, response) => {
      if (headers["if-none-match"] === `"${version}"`) response.writeHead(304).end();
      else response.writeHead(200, { etag: `"${version}"` }).end(text({ [`v${version}`]: {} }));
    });
    const registry = await registryOf({ sources: [url(server.url, { headers: { authorization: "Bearer t" } })] });
    expect(registry.explain("acme/v1", "kind")?.layer).toBe("remote");
    await registry.reload();
    expect(server.received.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"1"']);
    expect(server.received[0]?.headers.authorization).toBe("Bearer t");
    expect(registry.get("acme/v1")).toBeDefined();
    version = 2;
    await registry.reload();
    expect(registry.get("acme/v2")).toBeDefined();
    expect(registry.get("acme/v1")).toBeUndefined();
  });

  test("is polled, and counts as stale while it does not answer", async () => {
    let up = true;
    const server = await serve((_headers, response) => {
      if (up) response.end(text({ a: {} }));
      else response.writeHead(503).end();
    });
    const registry = await registryOf({ sources: [url(server.url, { pollMs: 10, staleAfterMs: 40 })] });
    up = false;
    await until(() => registry.sources[0]?.stale === true);
    expect(registry.get("acme/a")).toBeDefined();
    up = true;
    await until(() => registry.sources[0]?.stale === false);
    expect(registry.problems).toEqual([]);
  });

  test.each<readonly [string, (response: ServerResponse) => void, string]>([
    [
      "a redirect",
      (response) => void response.writeHead(302, { location: "http://127.0.0.1:1/" }).end(),
      "never followed",
    ],
    ["a failure", (response) => void response.writeHead(500).end(text({ b: {} })), "status 500"],
    ["too much", (response) => void response.end(" ".repeat(5_000) + text({ b: {} })), "longer than 4000 bytes"],
    ["nothing usable", (response) => void response.end("<html>"), "not valid JSON"],
    [
      "a compressed body",
      (response) => void response.writeHead(200, { "content-encoding": "gzip" }).end("\u001f\u008b"),
      "not valid JSON",
    ],
    [
      "a cut body",
      (response) => void response.writeHead(200, { "content-length": "900" }).write("{", () => response.destroy()),
      "connection failed",
    ],
    ["an endless wait", () => {}, "timeout"],
  ])("keeps what it gave before on %s", async (_name, bad, why) => {
    let good = true;
    const server = await serve((_headers, response) => {
      if (good) response.end(text({ a: {} }));
      else bad(response);
    });
    const secret = "Bearer very-secret";
    const options = { maxBytes: 4_000, timeoutMs: 1_500, headers: { authorization: secret } };
    const registry = await registryOf({ sources: [url(`${server.url}/?token=hunter2`, options)] });
    good = false;
    await registry.reload();
    expect(registry.get("acme/a")).toBeDefined();
    expect(registry.get("acme/b")).toBeUndefined();
    const told = registry.problems.map(({ message }) => message).join();
    expect(told).toContain(why);
    expect(told).not.toMatch(/hunter2|very-secret/);
  });

  test.each(["http://example.com/models.json", "ftp://localhost/x", "https://user:pass@example.com/", "nothing"])(
    "is refused: %s",
    (address) => expect(() => url(address)).toThrow(/the URL of the source/),
  );
});

describe("without its URL", () => {
  test("a start takes what the last run kept, within the limit, and goes on when the URL is back", async () => {
    const cache = join(await newFolder(), "cache.json");
    let state: "up" | "hangs" = "up";
    let answer = text({ a: {} });
    const server = await serve((_headers, response) => {
      if (state === "up") response.end(answer);
    });
    const first = await registryOf({ sources: [url(server.url, { cache })] });
    await first.close();
    state = "hangs";
    const source = url(server.url, { cache, pollMs: 20, timeoutMs: 200 });
    const second = await registryOf({ sources: [source], startLimitMs: 50 });
    expect(second.get("acme/a")).toBeDefined();
    expect(second.sources[0]?.state).toBe("saved");
    [state, answer] = ["up", text({ b: {} })];
    await until(() => second.get("acme/b") !== undefined);
    expect(second.sources[0]).toMatchObject({ state: "loaded", error: undefined });
  });

  test("and with a damaged file, a start begins with what was compiled", async () => {
    const cache = join(await newFolder(), "cache.json");
    const server = await serve((_headers, response) => response.end(text({ a: {} })));
    await (await registryOf({ sources: [url(server.url, { cache })] })).close();
    await writeFile(cache, (await readFile(cache, "utf8")).replace('\\"a\\"', '\\"x\\"'));
    await server.close();
    const registry = await registryOf({ sources: [url(server.url, { cache })] });
    expect(registry.list().map(({ model }) => model)).toEqual(["big", "small"]);
    expect(registry.sources[0]?.state).toBe("failed");
  });
});

test("a signed URL takes no older edition, also after a restart, and nothing unsigned", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const cache = join(await newFolder(), "cache.json");
  const edition = (sequence: number, entries: object) =>
    signDocuments(
      { sequence, expiresAt: Date.now() + 60_000, documents: { "models.json": text(entries) } },
      { name: "ops", privateKey },
    );
  let answer = edition(1, { one: {} });
  const server = await serve((_headers, response) => response.end(answer));
  const source = () => url(server.url, { cache, signed: { keys: { ops: publicKey } } });
  const registry = await registryOf({ sources: [source()] });
  answer = edition(2, { two: {} });
  await registry.reload();
  expect(registry.get("acme/two")).toBeDefined();
  for (answer of [edition(1, { one: {} }), text({ evil: {} })]) {
    await registry.reload();
    expect(registry.get("acme/two")).toBeDefined();
    expect(registry.sources[0]?.state).toBe("failed");
  }
  answer = edition(1, { one: {} });
  const later = await registryOf({ sources: [source()] });
  expect(later.get("acme/two")).toBeDefined();
  expect(later.get("acme/one")).toBeUndefined();
});
