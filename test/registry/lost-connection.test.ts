/** Registries whose line to a real store is cut or goes silent: they say that they are stale, and come to one generation again. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { ModelwrightError } from "../../src/errors.js";
import { backendSource, type ConfigBackend, MemoryStore, memoryBackend } from "../../src/registry.js";
import { type Line, lineTo } from "../servers/line.js";
import { type StartedStore, storeKinds } from "./started-stores.js";
import { models, registryOf, until } from "./support.js";

const key = "modelwright/catalog/acme";
const text = (entries: object) => JSON.stringify(models(entries));
const follow = { heartbeatMs: 400, staleAfterMs: 1_200, retryMs: 20 };

/** Servers, and drivers that wait for dead connections, take their time on a busy machine. */
const untilSoon = (holds: () => boolean | Promise<boolean>) => until(holds, 60_000);

type Registries = Awaited<ReturnType<typeof registriesOver>>;

const registriesOver = (backends: readonly ConfigBackend[]) =>
  Promise.all(backends.map((backend) => registryOf({ sources: [backendSource(backend, follow)] })));

const allAt = (all: Registries, id: string): boolean =>
  all.every((registry) => registry.get(`acme/${id}`) !== undefined && registry.sources[0]?.stale === false) &&
  new Set(all.map(({ generation }) => generation.id)).size === 1;

describe.each(storeKinds)("a line to $name", ({ name, start }) => {
  let store: StartedStore;
  let line: Line;
  const open: ConfigBackend[] = [];
  const connect = (port: number): ConfigBackend => {
    const backend = store.connectTo(port);
    open.push(backend);
    return backend;
  };
  beforeAll(async () => {
    store = await start();
    line = await lineTo(store.port);
  });
  afterAll(async () => {
    await Promise.all(open.map((backend) => backend.close()));
    await line?.close();
    await store?.close();
  });

  test("that is cut, or goes silent, in the middle of a watch: stale, and one generation when it is back", async () => {
    const writer = connect(store.port);
    await writer.put(key, text({ before: {} }));
    const all = await registriesOver([1, 2, 3].map(() => connect(line.port)));
    await untilSoon(() => allAt(all, "before"));
    for (const fault of ["cut", "silence"] as const) {
      line[fault]();
      for (const value of ["lost", "lost too", fault]) await writer.put(key, text({ [fault]: { name: value } }));
      if (name === "etcd") await compact(store.port, (await writer.list("")).revision);
      await untilSoon(() => all.every((registry) => registry.sources[0]?.stale === true));
      expect(all.map((registry) => registry.get(`acme/${fault}`))).toEqual([undefined, undefined, undefined]);
      line.mend();
      await untilSoon(() => allAt(all, fault));
      await writer.put(key, text({ [`after-${fault}`]: {} }));
      await untilSoon(() => allAt(all, `after-${fault}`));
    }
  });

  test("that went silent is connected anew: changes are told of again, not only found", async () => {
    const [writer, reader] = [connect(store.port), connect(line.port)];
    let count = 0;
    const told = async (): Promise<boolean> => {
      const { revision } = await reader.list("told/");
      const watching = reader.watch("told/", revision, AbortSignal.timeout(12_000));
      count += 1;
      await writer.put("told/x", `${count}`);
      await watching;
      return true;
    };
    for (const fault of [line.mend, line.silence]) {
      fault();
      line.mend();
      await untilSoon(() => told().catch(() => false));
    }
  });
});

async function compact(port: number, revision: string): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${port}/v3/kv/compaction`, {
    method: "POST",
    body: JSON.stringify({ revision }),
  });
  expect(answer.status).toBe(200);
}

describe("notices that come twice, late, in another order or never", () => {
  /** Watches that end when the script says so, reads that are late, fail, or show what was there a moment ago. */
  function chaotic(store: MemoryStore, script: readonly number[]): ConfigBackend {
    const inner = memoryBackend(store);
    let at = 0;
    let last: Awaited<ReturnType<ConfigBackend["list"]>> | undefined;
    const next = (): number => script[at++ % script.length] ?? 0;
    const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    return {
      ...inner,
      async list(prefix) {
        const move = next();
        if (move === 1) throw new ModelwrightError("network", "memory: cut");
        if (move === 2 && last !== undefined) return last;
        const seen = await inner.list(prefix);
        await pause(move);
        last = seen;
        return seen;
      },
      async watch(prefix, revision, signal) {
        const move = next();
        if (move === 3) return;
        if (move === 4) throw new ModelwrightError("network", "memory: cut");
        if (move === 5) revision = "never told";
        await pause(move);
        await inner.watch(prefix, revision, signal);
      },
    };
  }

  test("hold up no reading where a watch never ends and heeds no signal", async () => {
    const store = new MemoryStore();
    const deaf: ConfigBackend = { ...memoryBackend(store), watch: () => new Promise<never>(() => {}) };
    const registry = await registryOf({ sources: [backendSource(deaf, { ...follow, heartbeatMs: 20 })] });
    await memoryBackend(store).put(key, text({ found: {} }));
    await untilSoon(() => allAt([registry], "found"));
    await registry.close();
  });

  test("bring all registries to one generation", async () => {
    const scripts = fc.array(fc.array(fc.nat({ max: 6 }), { minLength: 3, maxLength: 30 }), {
      minLength: 3,
      maxLength: 6,
    });
    const property = fc.asyncProperty(scripts, async (all) => {
      const store = new MemoryStore();
      const writer = memoryBackend(store);
      const quick = { heartbeatMs: 20, staleAfterMs: 5_000, retryMs: 1 };
      // A script that only fails would never read: each ends with an honest read and wait.
      const registries = await Promise.all(
        all.map((script) => registryOf({ sources: [backendSource(chaotic(store, [...script, 0, 0, 6]), quick)] })),
      );
      for (let i = 0; i < 10; i += 1) await writer.put(`${key}/${i % 3}`, text({ [`m${i}`]: {} }));
      await writer.put(`${key}/last`, text({ last: {} }));
      await untilSoon(() => allAt(registries, "last"));
      await Promise.all(registries.map((registry) => registry.close()));
    });
    await fc.assert(property, { numRuns: 15 });
  });
});
