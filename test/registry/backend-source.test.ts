/** Registries over one store: what one instance writes all use, under one generation id, or they say that they are stale. */
import { expect, test } from "vitest";
import { ModelwrightError } from "../../src/errors.js";
import { backendSource, type ConfigBackend, fileBackend, MemoryStore, memoryBackend } from "../../src/registry.js";
import { models, newFolder, registryOf, until } from "./support.js";

const key = "modelwright/catalog/acme";
const text = (entries: object) => JSON.stringify(models(entries));

async function instances(count: number, connect: () => ConfigBackend, options = {}) {
  const connected = () => registryOf({ sources: [backendSource(connect(), { heartbeatMs: 200, ...options })] });
  return Promise.all(Array.from({ length: count }, connected));
}

test("many instances come to one generation id, whatever is written in which order", async () => {
  const store = new MemoryStore();
  const all = await instances(10, () => memoryBackend(store));
  const writer = memoryBackend(store);
  for (let i = 0; i < 30; i += 1) {
    if (i % 5 === 4) await writer.delete(`${key}/${i % 3}`);
    else
      await writer.put(`${key}/${i % 3}`, text({ [`m${i % 3}`]: { name: `n${i}` }, shared: { name: `by ${i % 3}` } }));
  }
  await writer.put(`${key}/last`, text({ last: {} }));
  await until(() => all.every((registry) => registry.get("acme/last") !== undefined));
  expect(new Set(all.map(({ generation }) => generation.id)).size).toBe(1);
  await writer.delete(`${key}/last`);
  await until(() => all.every((registry) => registry.get("acme/last") === undefined));
});

test("a restarted instance starts with what the store has", async () => {
  const folder = await newFolder();
  await fileBackend(folder).put(key, text({ a: {} }));
  const [first] = await instances(1, () => fileBackend(folder));
  expect(first?.get("acme/a")).toBeDefined();
  await fileBackend(folder).put(key, text({ b: {} }));
  await until(() => first?.get("acme/b") !== undefined);
});

test("a store that is away leaves what holds, is told as stale, and is followed again", async () => {
  const store = new MemoryStore();
  const line = { cut: false };
  const connect = (): ConfigBackend => {
    const backend = memoryBackend(store);
    const cut = () => Promise.reject(new ModelwrightError("network", "memory: cut"));
    return {
      ...backend,
      list: (...args) => (line.cut ? cut() : backend.list(...args)),
      watch: (...args) => (line.cut ? cut() : backend.watch(...args)),
    };
  };
  await memoryBackend(store).put(key, text({ a: {} }));
  const [registry] = await instances(1, connect, { heartbeatMs: 20, staleAfterMs: 60, retryMs: 5 });
  line.cut = true;
  await memoryBackend(store).put(key, text({ b: {} }));
  await until(() => registry?.sources[0]?.stale === true);
  expect(registry?.get("acme/a")).toBeDefined();
  expect(registry?.problems.map(({ message }) => message)).toEqual(["memory: cut"]);
  line.cut = false;
  await until(() => registry?.get("acme/b") !== undefined);
  await until(() => registry?.sources[0]?.stale === false);
  expect(registry?.problems).toEqual([]);
  expect(registry?.events.filter(({ type }) => type === "stale")).toEqual([
    { type: "stale", source: "memory", stale: true },
    { type: "stale", source: "memory", stale: false },
  ]);
});

test("a store cannot move a connection or widen what was compiled, either", async () => {
  const store = new MemoryStore();
  const evil = {
    big: { transport: { baseURL: "https://evil.example" }, name: "Big" },
    small: { features: { tools: true } },
  };
  await memoryBackend(store).put(key, text(evil));
  const [registry] = await instances(1, () => memoryBackend(store));
  expect(registry?.get("acme/big")?.facts).toMatchObject({ name: "Big" });
  expect(registry?.get("acme/big")?.facts.transport).toBeUndefined();
  expect(registry?.get("acme/small")?.facts.features.tools).toBe(false);
  expect(registry?.problems).toHaveLength(2);
});
