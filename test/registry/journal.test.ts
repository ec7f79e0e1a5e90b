/** Restarts: what a registry wrote down of its history, its deployments and its rollbacks is there again. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { ChatHandle } from "../../src/client/handle.js";
import { fileJournal, type Journal, type RegistryOptions } from "../../src/registry.js";
import { acme, models, newFolder, project, registryOf } from "./support.js";

/** A provider that answers with the name of the model that was asked. */
const answering = () =>
  acme(undefined, undefined, {
    fetch: (async (_url: unknown, init?: RequestInit) => {
      const { model } = JSON.parse(String(init?.body)) as { readonly model: string };
      if (model === "bad") return new Response("{}", { status: 500 });
      const message = { role: "assistant", content: model };
      return Response.json({ id: "a", choices: [{ index: 0, message, finish_reason: "stop" }], usage: {} });
    }) as never,
  });

async function run(journal: Journal, options: Partial<RegistryOptions<{ acme: ReturnType<typeof acme> }>> = {}) {
  const registry = await registryOf({ providers: { acme: answering() }, journal, ...options });
  const big = registry.providers.acme("big") as ChatHandle;
  const ask = async (user = "ann") => (await big.chat({ messages: "hi", tags: { user } })).text;
  return { registry, ask };
}

const to = (wireId: string) => models({ big: { wireId } });
const users = Array.from({ length: 200 }, (_, i) => `user-${i}`);
const newJournal = async (options?: { readonly trusted: boolean }) =>
  fileJournal(join(await newFolder(), "state", "registry.json"), options);

describe("after a restart", () => {
  test("the history goes on, and a version of an earlier run can be told apart and gone back to", async () => {
    const journal = await newJournal();
    const first = await run(journal, { sources: [project({ fresh: {} })] });
    first.registry.deploy(to("kept"), { canary: 100, by: "bob", reason: "wanted" });
    const before = first.registry.history();
    await first.registry.close();

    const second = await run(journal, { sources: [project({ fresh: {} })] });
    expect(second.registry.history()).toEqual(before);
    expect(second.registry.generation).toMatchObject({ number: 2, id: before[1]?.generation });
    expect(await second.ask()).toBe("kept");
    expect(second.registry.diff(2, 1)).toMatchObject({ updated: ["acme/big"], added: [], removed: [] });
    second.registry.rollback(1, { by: "cy" });
    expect(await second.ask()).toBe("big");
    await second.registry.close();

    const third = await run(journal, { sources: [project({ fresh: {}, later: {} })] });
    expect(await third.ask()).toBe("big");
    expect(third.registry.history().map(({ number, by }) => [number, by])).toEqual([
      [1, "program"],
      [2, "bob"],
      [3, "cy"],
    ]);
    expect(third.registry.get("acme/later")).toBeUndefined();
    third.registry.release();
    expect(third.registry.get("acme/later")).toBeDefined();
    expect(third.registry.history().at(-1)).toMatchObject({ number: 4, reason: "released" });
  });

  test("a model that was removed meanwhile is gone, not unknown", async () => {
    const journal = await newJournal();
    const first = await run(journal, { sources: [project({ fresh: {} })] });
    await first.registry.close();
    const second = await run(journal);
    expect(second.registry.history().at(-1)).toMatchObject({ number: 2, change: { removed: ["acme/fresh"] } });
    expect(() => second.registry.model("acme/fresh")).toThrow("acme/fresh was removed from the registry");
  });

  test("a deployment goes on at its step with the same calls, also paused, and is kept in the end", async () => {
    const journal = await newJournal();
    let now = 0;
    const options = { now: () => now };
    const first = await run(journal, options);
    first.registry.deploy(to("next"), {
      canary: 10,
      steps: [40, 100],
      stepMs: 1_000,
      minSample: 5,
      maxLatencyRatio: 1_000,
    });
    const chosen = async (ask: (user: string) => Promise<string>) => {
      const taken: string[] = [];
      for (const user of users) if ((await ask(user)) === "next") taken.push(user);
      return taken;
    };
    await chosen(first.ask);
    now += 1_000;
    await chosen(first.ask);
    expect(first.registry.deployment?.percent).toBe(40);
    const taken = await chosen(first.ask);
    first.registry.deployment?.pause();
    await first.registry.close();

    const second = await run(journal, options);
    expect(second.registry.deployment).toMatchObject({ state: "paused", percent: 40 });
    expect(await chosen(second.ask)).toEqual(taken);
    second.registry.deployment?.resume();
    now += 1_000;
    await chosen(second.ask);
    expect(second.registry.deployment).toBeUndefined();
    expect(await second.ask()).toBe("next");
    await second.registry.close();

    const third = await run(journal, options);
    expect(third.registry.deployment).toBeUndefined();
    expect(await third.ask()).toBe("next");
  });

  test("a change that needs consent is asked about anew, unless the journal is trusted", async () => {
    const widening = models({ small: { features: { tools: true } } });
    for (const trusted of [false, true]) {
      const journal = await newJournal({ trusted });
      const first = await run(journal);
      first.registry.deploy(widening, { canary: 100 });
      expect(first.registry.providers.acme("small").supports("tools")).toBe(true);
      await first.registry.close();
      const second = await run(journal);
      expect(second.registry.providers.acme("small").supports("tools")).toBe(trusted);
    }
  });
});

describe("a journal", () => {
  test("that is damaged is told, and the program starts with what it has", async () => {
    const path = join(await newFolder(), "registry.json");
    for (const text of ["{", '{"journalVersion":1,"documents":[],"versions":[{"number":-1}]}', "[]"]) {
      await writeFile(path, text);
      const { registry, ask } = await run(fileJournal(path));
      expect(registry.problems).toMatchObject([{ message: "the journal is damaged: the history begins anew" }]);
      expect(await ask()).toBe("big");
      await registry.close();
    }
    expect(JSON.parse(await readFile(path, "utf8"))).toMatchObject({ versions: [{ number: 1 }] });
  });

  test("that cannot be written or read stops nothing, and its words stay inside", async () => {
    const fail = () => Promise.reject(new Error("postgres://user:secret@host"));
    const { registry, ask } = await run({ load: fail, save: fail });
    registry.deploy(to("next"), { canary: 100 });
    expect(await ask()).toBe("next");
    await registry.close();
    expect(registry.events.filter(({ type }) => type === "problem").length).toBeGreaterThan(0);
    expect(String(registry.problems)).not.toContain("secret");
  });

  test("keeps each document once, and as many versions as asked for", async () => {
    const texts: string[] = [];
    const journal = { load: async () => texts.at(-1), save: async (text: string) => void texts.push(text) };
    const { registry } = await run(journal, { keep: 3, sources: [project({ fresh: {} }, "one")] });
    for (let i = 0; i < 5; i += 1) await registry.addSource(project({ [`m${i}`]: {} }, `s${i}`));
    await registry.close();
    const { documents, versions } = JSON.parse(texts.at(-1) ?? "");
    expect(versions.map(({ number }: { readonly number: number }) => number)).toEqual([4, 5, 6]);
    expect(documents.map(({ name }: { readonly name: string }) => name)).toEqual(["one", "s0", "s1", "s2", "s3", "s4"]);
  });
});

describe("facts of the caller's own", () => {
  test("hold for calls of their handle only, above everything else, whatever comes later", async () => {
    const { registry } = await run(await newJournal());
    const own = registry.model("acme/big", { facts: { wireId: "mine", params: { temperature: false } } });
    const said = async () => (await (own as unknown as ChatHandle).chat({ messages: "hi" })).text;
    expect(await said()).toBe("mine");
    expect(own.supports("temperature")).toBe(false);
    await registry.addSource(project({ big: { wireId: "theirs", features: { tools: false } } }));
    expect(await said()).toBe("mine");
    expect(own.supports("tools")).toBe(false);
    const plain = registry.model("acme/big");
    expect((await (plain as unknown as ChatHandle).chat({ messages: "hi" })).text).toBe("theirs");
    expect(plain.supports("temperature")).toBe(true);
  });

  test("describe a model that no catalog lists, and are checked like a catalog file", async () => {
    const { registry } = await run(await newJournal(), { unknownModels: "error" });
    const own = registry.model("acme/new", { facts: { kind: "chat", input: ["text"], features: { tools: true } } });
    expect(own.supports("tools")).toBe(true);
    expect(() => registry.model("acme/big", { facts: { parms: {} } })).toThrow(/call:7:7 models.big.parms: .*params/);
  });
});
