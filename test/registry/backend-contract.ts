/** What every configuration store must do: one suite, run against each backend. */
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConfigBackend, ConfigSnapshot } from "../../src/registry/backend.js";
import { followBackend } from "../../src/registry/follow-backend.js";

/** One store that several instances reach, empty under each prefix that was not used before. */
export interface BackendUnderTest {
  /** One instance's connection. */
  connect(): ConfigBackend;
  /** Breaks every connection, or restarts the server; resolves when it can be reached again. */
  interrupt?(): Promise<void>;
  /** Takes everything down. */
  close(): Promise<void>;
}

let prefixes = 0;
const newPrefix = (): string => `t${prefixes++}-${Math.random().toString(36).slice(2, 8)}/`;

/** Registers the suite. `start` is called once. `interrupts`: the store under test has `interrupt`. */
export function backendContract(
  name: string,
  start: () => Promise<BackendUnderTest>,
  { interrupts = false }: { readonly interrupts?: boolean } = {},
): void {
  describe(`the store ${name}`, () => {
    let store: BackendUnderTest;
    const open: ConfigBackend[] = [];
    const connect = (): ConfigBackend => {
      const backend = store.connect();
      open.push(backend);
      return backend;
    };
    beforeAll(async () => {
      store = await start();
    });
    afterAll(async () => {
      await Promise.all(open.map((backend) => backend.close()));
      await store?.close();
    });

    const values = (snapshot: ConfigSnapshot): object =>
      Object.fromEntries([...snapshot.entries].map(([key, { value }]) => [key, value]));

    test("gives back what was put, to every instance", async () => {
      const [a, b, at] = [connect(), connect(), newPrefix()];
      expect(await a.get(`${at}x`)).toBeUndefined();
      const put = await a.put(`${at}x`, "one");
      expect(await b.get(`${at}x`)).toEqual(put);
      expect(put).toMatchObject({ key: `${at}x`, value: "one" });
      expect(values(await b.list(at))).toEqual({ [`${at}x`]: "one" });
      expect((await b.put(`${at}x`, "two")).version).not.toBe(put.version);
      expect((await a.get(`${at}x`))?.value).toBe("two");
    });

    test("keeps texts as they are, also large ones and those that mean something elsewhere", async () => {
      const [backend, at] = [connect(), newPrefix()];
      const texts = [
        "",
        '"quoted"',
        "'; DROP TABLE config; --",
        "\\",
        "%00 %2f $1 #{x}",
        "line\nline\r\n\ttab",
        "öäü 漢字 🧭",
        "x".repeat(200_000),
      ];
      for (const [i, text] of texts.entries()) await backend.put(`${at}text-${i}`, text);
      const { entries } = await backend.list(at);
      expect([...texts.keys()].map((i) => entries.get(`${at}text-${i}`)?.value)).toEqual(texts);
    });

    test("keeps keys apart, whatever they hold", async () => {
      const [backend, at] = [connect(), newPrefix()];
      const keys = [
        "a",
        "a.b",
        "a_b",
        "aXb",
        "a%b",
        "a%2fb",
        "a/b",
        "a b",
        "A",
        "a'b",
        'a"b',
        "a$b",
        "a*b",
        "é",
        "a;b--",
      ];
      for (const key of keys) await backend.put(at + key, key);
      for (const key of keys) expect((await backend.get(at + key))?.value).toBe(key);
      const { entries } = await backend.list(at);
      expect([...entries.keys()].sort()).toEqual(keys.map((key) => at + key).sort());
      expect([...(await backend.list(`${at}a_`)).entries.keys()]).toEqual([`${at}a_b`]);
      expect([...(await backend.list(`${at}a%2`)).entries.keys()]).toEqual([`${at}a%2fb`]);
    });

    test.each(["", "/a", "a/", "a//b", "a\nb", "../a", "a/./b", "k".repeat(600)])("refuses the key %j", async (key) => {
      await expect(connect().put(key, "x")).rejects.toMatchObject({ code: "invalid-configuration" });
    });

    test("refuses a value that is too large", async () => {
      const put = connect().put(`${newPrefix()}x`, "x".repeat(600 * 1024));
      await expect(put).rejects.toMatchObject({ code: "invalid-configuration" });
    });

    test("lists nothing where nothing is", async () => {
      expect((await connect().list(newPrefix())).entries.size).toBe(0);
    });

    test("writes only over the version expected", async () => {
      const [backend, at] = [connect(), newPrefix()];
      const key = `${at}x`;
      const first = await backend.put(key, "1", { expected: null });
      await expect(backend.put(key, "2", { expected: null })).rejects.toMatchObject({ code: "conflict" });
      const second = await backend.put(key, "2", { expected: first.version });
      await expect(backend.put(key, "3", { expected: first.version })).rejects.toMatchObject({ code: "conflict" });
      await expect(backend.delete(key, { expected: first.version })).rejects.toMatchObject({ code: "conflict" });
      expect((await backend.get(key))?.value).toBe("2");
      expect(await backend.delete(key, { expected: second.version })).toBe(true);
      await expect(backend.put(key, "4", { expected: second.version })).rejects.toMatchObject({ code: "conflict" });
    });

    test("lets exactly one of many writers win", async () => {
      const at = newPrefix();
      const writers = Array.from({ length: 8 }, connect);
      const { version } = await connect().put(`${at}x`, "start");
      const outcomes = await Promise.allSettled(
        writers.map((backend, i) => backend.put(`${at}x`, `writer ${i}`, { expected: version })),
      );
      const winners = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
      expect(winners).toHaveLength(1);
      expect(await connect().get(`${at}x`)).toEqual(winners[0]);
      const losers = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.code] : []));
      expect(new Set(losers)).toEqual(new Set(["conflict"]));
    });

    test("counts nothing twice when writers compete for it again and again", async () => {
      const key = `${newPrefix()}count`;
      await connect().put(key, "0");
      const increment = async (backend: ConfigBackend): Promise<void> => {
        for (;;) {
          const { value = "", version } = (await backend.get(key)) ?? { version: null };
          try {
            await backend.put(key, String(Number(value) + 1), { expected: version });
            return;
          } catch (error) {
            if ((error as { code?: string }).code !== "conflict") throw error;
          }
        }
      };
      const rounds = Array.from({ length: 4 }, async () => {
        const backend = connect();
        for (let i = 0; i < 10; i += 1) await increment(backend);
      });
      await Promise.all(rounds);
      expect((await connect().get(key))?.value).toBe("40");
    });

    test("forgets what is deleted, and gives what comes back another version", async () => {
      const [backend, key] = [connect(), `${newPrefix()}x`];
      const before = await backend.put(key, "same");
      expect(await backend.delete(key)).toBe(true);
      expect(await backend.get(key)).toBeUndefined();
      expect((await backend.list(key)).entries.size).toBe(0);
      expect(await backend.delete(key)).toBe(false);
      const again = await backend.put(key, "same", { expected: null });
      expect(again.version).not.toBe(before.version);
    });

    test("has another revision after each write and delete under the prefix", async () => {
      const [a, b, at] = [connect(), connect(), newPrefix()];
      const revisions = [(await b.list(at)).revision];
      for (const value of ["1", "2", "1"]) {
        await a.put(`${at}x`, value);
        revisions.push((await b.list(at)).revision);
      }
      await a.delete(`${at}x`);
      revisions.push((await b.list(at)).revision);
      expect(new Set(revisions).size).toBe(revisions.length);
    });

    test.each(["put", "delete"] as const)("ends a watch of another instance on %s", async (action) => {
      const [a, b, at] = [connect(), connect(), newPrefix()];
      await a.put(`${at}x`, "1");
      const { revision } = await b.list(at);
      const limit = AbortSignal.timeout(20_000);
      const watching = b.watch(at, revision, limit);
      await (action === "put" ? a.put(`${at}x`, "2") : a.delete(`${at}x`));
      await watching;
      expect(values(await b.list(at))).toEqual(action === "put" ? { [`${at}x`]: "2" } : {});
    });

    test("ends a watch at once when the revision is already another", async () => {
      const [a, b, at] = [connect(), connect(), newPrefix()];
      const { revision } = await b.list(at);
      await a.put(`${at}x`, "1");
      await b.watch(at, revision, AbortSignal.timeout(20_000));
    });

    test("ends a watch when its signal says so, and when it is closed", async () => {
      const [backend, at] = [connect(), newPrefix()];
      // A watch may end without a change: then there is nothing to wait for.
      const { revision } = await backend.list(at);
      const ending = new AbortController();
      const watching = backend.watch(at, revision, ending.signal).catch((error: { code?: string }) => error.code);
      ending.abort();
      expect([undefined, "aborted"]).toContain(await watching);
      await expect(backend.watch(at, revision, AbortSignal.abort())).rejects.toMatchObject({ code: "aborted" });
      const closing = backend.watch(at, revision, new AbortController().signal).catch(() => "ended");
      await backend.close();
      expect([undefined, "ended"]).toContain(await closing);
    });

    test("brings 50 followers to the same entries, whatever is written meanwhile", async () => {
      const at = newPrefix();
      const [first, second] = [connect(), connect()];
      const seen: ConfigSnapshot[] = [];
      const followers = Array.from({ length: 50 }, (_, i) =>
        followBackend(connect(), { prefix: at, onSnapshot: (snapshot) => (seen[i] = snapshot) }),
      );
      const change = fc.record({
        by: fc.constantFrom(first, second),
        key: fc.constantFrom("a", "b", "c/d"),
        value: fc.option(fc.string({ maxLength: 20 })),
      });
      for (const { by, key, value } of fc.sample(change, { numRuns: 40, seed: 7 }))
        await (value === null ? by.delete(at + key) : by.put(at + key, value));
      await first.put(`${at}last`, "done");
      const wanted = values(await second.list(at));
      await until(() => seen.length === 50 && seen.every((snapshot) => sameJson(values(snapshot), wanted)));
      await Promise.all(followers.map((end) => end()));
    });

    if (interrupts) {
      test("is followed across an interruption", async () => {
        const [writer, at] = [connect(), newPrefix()];
        let seen: ConfigSnapshot | undefined;
        const end = followBackend(connect(), {
          prefix: at,
          heartbeatMs: 1_000,
          onSnapshot: (snapshot) => {
            seen = snapshot;
          },
        });
        await writer.put(`${at}x`, "before");
        await until(() => seen?.entries.get(`${at}x`)?.value === "before");
        await store.interrupt?.();
        await until(() =>
          writer.put(`${at}x`, "after").then(
            () => true,
            () => false,
          ),
        );
        await until(() => seen?.entries.get(`${at}x`)?.value === "after");
        await end();
      });
    }
  });
}

const sameJson = (a: object, b: object): boolean => JSON.stringify(sorted(a)) === JSON.stringify(sorted(b));
const sorted = (object: object): object => Object.fromEntries(Object.entries(object).sort());

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const end = Date.now() + 30_000;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error("what was awaited did not come within 30 s");
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
