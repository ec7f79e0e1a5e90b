/** The stores that need no server keep the contract; followers survive failures and say when they are stale. */
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { ModelwrightError } from "../../src/errors.js";
import type { ConfigBackend } from "../../src/registry/backend.js";
import { fileBackend } from "../../src/registry/file-backend.js";
import { followBackend } from "../../src/registry/follow-backend.js";
import { MemoryStore, memoryBackend } from "../../src/registry/memory-backend.js";
import { backendContract } from "./backend-contract.js";

const folders: string[] = [];
async function newFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "modelwright-store-"));
  folders.push(folder);
  return folder;
}
afterEach(async () => {
  for (const folder of folders.splice(0)) await rm(folder, { recursive: true, force: true });
});

backendContract("memory", async () => {
  const store = new MemoryStore();
  return { connect: () => memoryBackend(store), close: async () => {} };
});

backendContract("file", async () => {
  const folder = await mkdtemp(join(tmpdir(), "modelwright-store-"));
  return { connect: () => fileBackend(folder), close: () => rm(folder, { recursive: true, force: true }) };
});

describe("the file store", () => {
  test("refuses a file that is no entry of it", async () => {
    const folder = await newFolder();
    const backend = fileBackend(folder);
    await backend.put("a", "1");
    const [name = ""] = await readdir(folder);
    await writeFile(join(folder, name), '{"key":"other","value":"1"}');
    await expect(fileBackend(folder).get("a")).rejects.toMatchObject({ code: "invalid-response" });
  });

  test("leaves no drafts behind", async () => {
    const folder = await newFolder();
    const backend = fileBackend(folder);
    await backend.put("a", "1");
    await backend.put("a", "2", { expected: "x" }).catch(() => {});
    expect(await readdir(folder)).toHaveLength(1);
  });
});

describe("a follower", () => {
  /** A memory store whose connection can be cut. */
  function breakable(store: MemoryStore) {
    const inner = memoryBackend(store);
    const line = { broken: false };
    const fail = () => Promise.reject(new ModelwrightError("network", "memory: cut"));
    const backend: ConfigBackend = {
      ...inner,
      list: (...args) => (line.broken ? fail() : inner.list(...args)),
      // A dead link: no notice, no end.
      watch: (prefix, revision, signal) =>
        new Promise((resolve, reject) => {
          signal.addEventListener("abort", () => reject(new ModelwrightError("aborted", "ended")));
          inner.watch(prefix, revision, signal).then(() => !line.broken && resolve(), reject);
        }),
    };
    return { backend, line };
  }

  test("says that it is stale while the store is away, and that it is not when the store is back", async () => {
    const store = new MemoryStore();
    const writer = memoryBackend(store);
    const { backend, line } = breakable(store);
    const told: unknown[] = [];
    const end = followBackend(backend, {
      prefix: "",
      heartbeatMs: 30,
      staleAfterMs: 60,
      retryMs: 5,
      onSnapshot: ({ entries }) => told.push(entries.get("x")?.value),
      onStale: (stale) => told.push(stale ? "stale" : "fresh"),
    });
    const reaches = async (what: unknown) => {
      while (!told.includes(what)) await new Promise((resolve) => setTimeout(resolve, 5));
    };
    await writer.put("x", "1");
    await reaches("1");
    line.broken = true;
    await writer.put("x", "2");
    await reaches("stale");
    line.broken = false;
    await reaches("2");
    await end();
    expect(told.slice(told.indexOf("1"))).toEqual(["1", "stale", "fresh", "2"]);
  });

  test("reads what it was not told of, at the next heartbeat", async () => {
    const store = new MemoryStore();
    const deaf: ConfigBackend = {
      ...memoryBackend(store),
      watch: (_prefix, _revision, signal) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("ended")))),
    };
    const seen: unknown[] = [];
    const end = followBackend(deaf, {
      prefix: "",
      heartbeatMs: 20,
      onSnapshot: ({ entries }) => seen.push(entries.get("x")?.value),
    });
    await memoryBackend(store).put("x", "1");
    while (!seen.includes("1")) await new Promise((resolve) => setTimeout(resolve, 5));
    await end();
  });

  test("tells no message of a foreign error: it may hold an address with a password", async () => {
    const failures: string[] = [];
    const backend: ConfigBackend = {
      ...memoryBackend(),
      list: () => Promise.reject(new Error("connect postgres://user:hunter2@db failed")),
    };
    const end = followBackend(backend, {
      prefix: "",
      retryMs: 1,
      onSnapshot: () => {},
      onFailure: (error) => failures.push(error.message),
    });
    while (failures.length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await end();
    expect(failures.join()).not.toContain("hunter2");
  });
});
