/** Files and folders as sources: every way of saving is one clean change, and nothing torn is ever seen. */
import { execFileSync } from "node:child_process";
import { mkdir, open, readlink, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { files } from "../../src/registry.js";
import { models, newFolder, registryOf, until } from "./support.js";

const text = (entries: object) => JSON.stringify(models(entries), null, 2);

async function watched(path: string, options: object = {}) {
  const registry = await registryOf({ sources: [files(path, { watch: true, settleMs: 10, ...options })] });
  const ids = () => registry.list().map(({ model }) => model);
  const changes = () => registry.events.filter(({ type }) => type === "changed").length;
  return { registry, ids, changes, has: (id: string) => until(() => ids().includes(id)) };
}

/** Long enough for any notice of what was done to have come. */
const quiet = () => new Promise((resolve) => setTimeout(resolve, 300));

describe("a watched file", () => {
  test("is seen in the same process: model added, changed, removed", async () => {
    const path = join(await newFolder(), "models.json");
    const { registry, has, ids } = await watched(path);
    await writeFile(path, text({ a: {} }));
    await has("a");
    await writeFile(path, text({ a: { name: "A" }, b: {} }));
    await has("b");
    expect(registry.get("acme/a")?.facts.name).toBe("A");
    await writeFile(path, text({ b: {} }));
    await until(() => !ids().includes("a"));
    await rm(path);
    await until(() => !ids().includes("b"));
  });

  test.each([
    ["written in place", (path: string, next: string) => writeFile(path, next)],
    [
      "renamed over",
      async (path: string, next: string) => {
        await writeFile(`${path}.tmp`, next);
        await rename(`${path}.tmp`, path);
      },
    ],
    [
      "unlinked and written anew",
      async (path: string, next: string) => {
        await rm(path);
        await writeFile(path, next);
      },
    ],
    [
      "moved aside and written anew, as editors do",
      async (path: string, next: string) => {
        await rename(path, `${path}~`);
        await writeFile(path, next);
        await rm(`${path}~`);
      },
    ],
  ])("%s is one change", async (_way, save) => {
    const path = join(await newFolder(), "models.json");
    await writeFile(path, text({ a: {} }));
    const { has, ids, changes } = await watched(path);
    await save(path, text({ b: {} }));
    await has("b");
    await quiet();
    expect(ids()).toEqual(["b", "big", "small"]);
    expect(changes()).toBe(1);
  });

  test("that is only touched is no change", async () => {
    const path = join(await newFolder(), "models.json");
    await writeFile(path, text({ a: {} }));
    const { changes } = await watched(path);
    await utimes(path, new Date(), new Date());
    await quiet();
    expect(changes()).toBe(0);
  });

  test("that is broken keeps its last good state, says so, and recovers", async () => {
    const path = join(await newFolder(), "models.json");
    await writeFile(path, text({ a: {} }));
    const { registry, has, ids } = await watched(path);
    await writeFile(path, text({ b: {} }).slice(0, -10));
    await until(() => registry.problems.length === 1);
    expect(registry.problems[0]?.message).toMatch(/^models\.json:\d+:\d+ .*not valid JSON/);
    expect(ids()).toEqual(["a", "big", "small"]);
    await writeFile(path, text({ b: {} }));
    await has("b");
    expect(registry.problems).toEqual([]);
  });

  test("whose notices are lost is found by looking", async () => {
    const folder = await newFolder();
    const path = join(folder, "models.json");
    await writeFile(path, text({ a: {} }));
    // Nothing is told of what happens behind a link.
    await mkdir(join(folder, "elsewhere"));
    await symlink(path, join(folder, "elsewhere/link.json"));
    const { has } = await watched(join(folder, "elsewhere/link.json"), { pollMs: 50 });
    await writeFile(path, text({ b: {} }));
    await has("b");
  });

  test("is left alone after close", async () => {
    const path = join(await newFolder(), "models.json");
    await writeFile(path, text({ a: {} }));
    const { registry, ids } = await watched(path, { pollMs: 20 });
    await registry.close();
    await writeFile(path, text({ b: {} }));
    await quiet();
    expect(ids()).toEqual(["a", "big", "small"]);
  });
});

describe("a watched folder", () => {
  test("follows files that come, go and change their names, in a burst", async () => {
    const folder = await newFolder();
    const { ids } = await watched(folder);
    await Promise.all(
      Array.from({ length: 40 }, (_, i) => writeFile(join(folder, `${i}.json`), text({ [`m${i}`]: {} }))),
    );
    await until(() => ids().length === 42);
    await rename(join(folder, "0.json"), join(folder, "renamed.json"));
    await rm(join(folder, "1.json"));
    await until(() => ids().length === 41);
    expect(ids()).toContain("m0");
  });

  test("mounted as a volume is swapped as a whole", async () => {
    const folder = await newFolder();
    const swapTo = async (version: string, entries: object) => {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, "models.json"), text(entries));
      await symlink(version, join(folder, "..data_tmp"));
      await rename(join(folder, "..data_tmp"), join(folder, "..data"));
    };
    await swapTo("..2026_1", { a: {} });
    await symlink("..data/models.json", join(folder, "models.json"));
    const { has, ids, changes } = await watched(folder);
    expect(ids()).toContain("a");
    for (const [i, id] of ["b", "c", "d"].entries()) {
      await swapTo(`..2026_${i + 2}`, { [id]: {} });
      await rm(join(folder, `..2026_${i + 1}`), { recursive: true });
      await has(id);
    }
    await quiet();
    expect(await readlink(join(folder, "..data"))).toBe("..2026_4");
    expect(ids()).toEqual(["big", "d", "small"]);
    expect(changes()).toBe(3);
  });

  test("that is itself a link is followed when the link is swapped", async () => {
    const folder = await newFolder();
    for (const [version, id] of [
      ["v1", "a"],
      ["v2", "b"],
    ] as const) {
      await mkdir(join(folder, version));
      await writeFile(join(folder, version, "models.json"), text({ [id]: {} }));
    }
    await symlink("v1", join(folder, "current"));
    const { has, ids } = await watched(join(folder, "current"), { pollMs: 100 });
    expect(ids()).toContain("a");
    await symlink("v2", join(folder, "next"));
    await rename(join(folder, "next"), join(folder, "current"));
    await has("b");
    expect(ids()).not.toContain("a");
  });

  test("reads only regular files inside it", async () => {
    const [folder, outside] = [await newFolder(), await newFolder()];
    await writeFile(join(folder, "good.json"), text({ a: {} }));
    await mkdir(join(folder, "folder.json"));
    execFileSync("mkfifo", [join(folder, "pipe.json")]);
    await writeFile(join(folder, "provider.schema.json"), "{}");
    const registry = await registryOf({ sources: [files(folder)] });
    expect(registry.problems).toEqual([]);
    expect(registry.get("acme/a")).toBeDefined();
    await writeFile(join(outside, "secret.json"), text({ secret: {} }));
    await symlink(join(outside, "secret.json"), join(folder, "out.json"));
    await registry.reload();
    expect(registry.problems[0]?.message).toContain("out.json leads out of its folder");
    expect(registry.get("acme/secret")).toBeUndefined();
    expect(registry.get("acme/a")).toBeDefined();
  });
});

describe("a file that is being written", () => {
  test("is never seen torn, in 10,000 cycles of writing it in pieces", async () => {
    const path = join(await newFolder(), "models.json");
    // The two marks of a document agree unless halves of two documents were read as one.
    const document = (n: number) => `{"provider":{"id":"acme"},"models":{"a":{"name":"n${n}"},"b":{"name":"n${n}"}}}`;
    await writeFile(path, document(10_000));
    const source = files(path, { settleMs: 4 });
    let torn = 0;
    let seen = 0;
    let writing = true;
    const read = async () => {
      while (writing) {
        const [loaded] = await source.load(new AbortController().signal).catch(() => []);
        if (loaded === undefined) continue;
        seen += 1;
        const names = /"a":\{"name":"(n\d+)"\},"b":\{"name":"(n\d+)"\}\}\}$/.exec(loaded.text);
        if (names === null || names[1] !== names[2]) torn += 1;
      }
    };
    const reading = read();
    // In place and of the same length: half the new text and half the old one make valid JSON.
    for (let cycle = 0; cycle < 10_000; cycle += 1) {
      const file = await open(path, "r+");
      const next = Buffer.from(document(10_001 + cycle));
      const cut = 1 + (cycle % (next.length - 1));
      await file.write(next, 0, cut, 0);
      if (cycle % 10 === 0) await new Promise((resolve) => setImmediate(resolve));
      await file.write(next, cut, next.length - cut, cut);
      await file.close();
      if (cycle % 250 === 0) await new Promise((resolve) => setTimeout(resolve, 12));
    }
    writing = false;
    await reading;
    expect(torn).toBe(0);
    expect(seen).toBeGreaterThan(10);
  });
});
