/** The registry: layers, lookup, change, removal, and calls that keep the generation they began with. */
import { describe, expect, expectTypeOf, test } from "vitest";
import { openai } from "../../generated/openai.js";
import type { ChatHandle } from "../../src/client/handle.js";
import { failover, image, user } from "../../src/index.js";
import type { ChatModelWith } from "../../src/model/dynamic.js";
import { createRegistry, overlay } from "../../src/registry.js";
import { answers, provider, serve } from "../client/support.js";
import { acme, changeable, models, newFolder, price, project, registryOf, remote, until } from "./support.js";

describe("layers", () => {
  test("lie in their order, whatever the order of the sources", async () => {
    const registry = await registryOf({
      sources: [project({ big: { name: "project" } }), remote(models({ big: { name: "remote", family: "r" } }))],
    });
    expect(registry.get("acme/big")?.facts).toMatchObject({ name: "project", family: "r" });
  });

  test("are told by explain: value, layer, source, file and line", async () => {
    const text =
      '{\n  "provider": { "id": "acme" },\n  "models": {\n    "big": {\n      "limits": { "context": 50000 }\n    }\n  }\n}';
    const registry = await registryOf({ sources: [remote(text, "far")] });
    expect(registry.explain("acme/big", "limits.context")).toEqual({
      value: 50_000,
      layer: "remote",
      source: "far",
      file: "far.json",
      line: 5,
    });
    expect(registry.explain("acme/big", "limits.output")).toEqual({ value: 8_000, layer: "shipped", source: "acme" });
    expect(registry.explain("acme/nothing", "limits")).toBeUndefined();
  });

  test("take the original models.json as it is", async () => {
    const list = {
      models: [
        {
          id: "big",
          provider: "acme",
          displayName: "Big",
          contextWindowTokens: 64_000,
          costPer1kInputTokens: 0.006,
          costPer1kOutputTokens: 0.06,
          abilities: { functionCall: false, vision: false },
          owner: "us",
        },
        { id: "fresh", provider: "acme", abilities: { vision: true, reasoning: true } },
        { id: "bad", provider: "acme", maxOutputTokens: -1 },
      ],
    };
    const registry = await registryOf({ sources: [remote(list)] });
    expect(registry.get("acme/big")?.facts).toMatchObject({
      name: "Big",
      input: ["text"],
      features: { tools: false, structuredOutput: "schema" },
      limits: { context: 64_000, output: 8_000 },
      pricing: { tokens: { input: 6, output: 60 } },
      extra: { owner: "us" },
    });
    expect(registry.get("acme/fresh")?.facts).toMatchObject({
      input: ["text", "image"],
      reasoning: { mode: "unknown" },
    });
    expect(registry.problems.map(({ message }) => message)).toEqual([
      expect.stringContaining("models[2].maxOutputTokens: expected more than 0, found -1"),
    ]);
  });

  test("hold a document back until its provider is there", async () => {
    const registry = await registryOf({
      sources: [overlay({ provider: { id: "later" }, models: { m: { name: "M" } } })],
    });
    expect(registry.problems[0]?.message).toContain('no provider "later" here');
    registry.addProvider(provider("https://later.invalid", {}, { facts: { id: "later" } }));
    expect(registry.get("later/m")?.facts.name).toBe("M");
    expect(registry.problems).toEqual([]);
    expect(registry.removeProvider("later")).toBe(true);
    expect(registry.get("later/m")).toBeUndefined();
    expect(() => registry.model("later/m")).toThrow('no provider "later"');
  });
});

describe("lookup", () => {
  test("finds by id, alias, bare id, provider and capability", async () => {
    const registry = await registryOf({ sources: [project({ mid: { base: "#big", pricing: price(1, 4) } })] });
    expect(registry.get("acme/big-latest")?.id).toBe("acme/big");
    expect(registry.get("small")?.id).toBe("acme/small");
    expect(registry.list("acme").map(({ id }) => id)).toEqual(["acme/big", "acme/mid", "acme/small"]);
    expect(registry.find({ vision: true, maxOutputPrice: 5 }).map(({ id }) => id)).toEqual(["acme/mid"]);
    expect(registry.find({ vision: true, tools: true }).map(({ id }) => id)).toEqual(["acme/mid", "acme/big"]);
    expect(registry.find({ minContext: 1_000_000 })).toEqual([]);
    const picked = registry.pick(["acme/small", "acme/big"], { vision: true });
    expectTypeOf(picked).toEqualTypeOf<ChatModelWith<"image">>();
    expect(picked.id).toBe("big");
    expect(() => registry.pick(["acme/small"], { tools: true })).toThrow("none of acme/small");
  });

  test("names the nearest, and the candidates", async () => {
    const other = provider("https://other.invalid", { big: {} }, { facts: { id: "other" } });
    const registry = await createRegistry({ providers: { acme: acme(), other } });
    expect(() => registry.model("acne/big")).toThrow('no provider "acne"; did you mean "acme"?');
    expect(() => registry.model("big")).toThrow("name one of acme/big, other/big");
    expect(() => registry.model("big")).toThrow(expect.objectContaining({ suggestions: ["acme/big", "other/big"] }));
    expect(() => registry.model("smal")).toThrow('did you mean "small"?');
    expect(() => registry.model("smal")).toThrow(expect.objectContaining({ suggestions: ["small"] }));
  });

  test("does with unknown ids what was asked for", async () => {
    const strict = await registryOf({ unknownModels: "error" });
    expect(() => strict.model("acme/bigg")).toThrow('no catalog lists "acme/bigg"; did you mean "big"?');
    const warning = await registryOf({ unknownModels: "warn" });
    expect(warning.model("acme/new").id).toBe("new");
    warning.model("acme/new");
    expect(warning.events).toEqual([{ type: "unknown-model", id: "acme/new" }]);
    const { model } = await registryOf();
    expect(model).toBeDefined();
  });

  test("takes words for the default of a provider, and says who chose", async () => {
    const fetch = async () => Response.json({ choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] });
    const usual = provider(
      "https://acme.invalid",
      { big: {}, small: {} },
      { facts: { id: "acme", defaultModel: "big" }, options: { fetch } },
    );
    const source = changeable(models({}));
    const registry = await registryOf({ providers: { acme: usual }, sources: [source], unknownModels: "error" });
    const { acme: live } = registry.providers;
    const words = ["auto", "default", "provider_default", ""].map((word) => registry.model(`acme/${word}`));
    for (const handle of [...words, live(), live.model(), live.model("auto")] as ChatHandle[])
      expect(await handle.chat({ messages: "Hi" })).toMatchObject({ model: "big", chosenBy: "catalog" });
    source.set(models({}, { defaultModel: "small" }));
    await until(() => live.facts.defaultModel === "small");
    expect(await (words[0] as unknown as ChatHandle).chat({ messages: "Hi" })).toMatchObject({ model: "small" });
    const none = await registryOf({ unknownModels: "error" });
    expect(() => none.model("acme/auto")).toThrow('no catalog lists "acme/auto"');
  });

  test("is typed as far as types can know", async () => {
    const registry = await createRegistry({ providers: { openai } });
    const known = registry.model("openai/gpt-4.1");
    expectTypeOf(known).toEqualTypeOf<(typeof openai)["models"]["gpt-4.1"]>();
    const id: string = "openai/gpt-4.1";
    const wide = registry.model(id);
    expectTypeOf(wide).toEqualTypeOf<ChatModelWith>();
    if (wide.supports("image", "tools")) expectTypeOf(wide).toExtend<ChatModelWith<"image" | "tools">>();
    expect(wide.supports("image", "tools")).toBe(true);
    expectTypeOf(registry.providers.openai).toEqualTypeOf<typeof openai>();
    expect(registry.providers.openai("gpt-4.1").id).toBe("gpt-4.1");
    expect(Object.keys(registry.providers.openai.models)).toContain("gpt-4.1");
    // @ts-expect-error: the model takes no image
    const refused = registry.providers.openai("gpt-4").chat({ messages: [user("What is this?", image("a.png"))] });
    await expect(refused).rejects.toMatchObject({ code: "unsupported" });
  });

  test("refuses what is no provider, and one under another name", async () => {
    await expect(createRegistry({ providers: { x: {} as never } })).rejects.toThrow("providers.x is no provider");
    await expect(createRegistry({ providers: { other: acme() } })).rejects.toThrow("under its own id, acme");
  });
});

describe("a change", () => {
  test("is seen by the next call, also through handles made before, and told as disjoint sets", async () => {
    const server = await serve(answers({ content: "hi" }));
    const source = changeable(models({ extra: {} }));
    const registry = await registryOf({ providers: { acme: acme(server.url) }, sources: [source] });
    const big = registry.providers.acme("big") as ChatHandle;
    const first = await big.chat({ messages: "hi", tools: {} });
    expect(first.generation).toBe(registry.generation.id);
    const seen = (async () => {
      for await (const change of registry.changes()) return change;
    })();
    source.set(models({ big: { features: { tools: false } }, fresh: {} }));
    const change = await seen;
    expect(change).toMatchObject({ added: ["acme/fresh"], removed: ["acme/extra"], updated: ["acme/big"] });
    expect(change?.generation).toBe(registry.generation.id);
    const tools = { t: { input: { type: "object" } } };
    const refused = await big.chat({ messages: "hi", tools }).catch((error: unknown) => error);
    expect(refused).toMatchObject({ code: "unsupported", generation: registry.generation.id });
    expect((await (registry.model("acme/fresh") as unknown as ChatHandle).chat({ messages: "hi" })).text).toBe("hi");
    expect(registry.history().map(({ number }) => number)).toEqual([1, 2]);
  });

  test("removes what is removed: handles refuse, lists forget, routes go on", async () => {
    const server = await serve(answers({ content: "hi" }));
    const source = changeable(models({ extra: {} }));
    const registry = await registryOf({ providers: { acme: acme(server.url) }, sources: [source] });
    const extra = registry.model("acme/extra");
    const group = failover([extra, registry.providers.acme("big") as never]);
    source.set(models({ small: null }));
    await until(() => registry.generation.number === 2);
    await expect((extra as unknown as ChatHandle).chat({ messages: "hi" })).rejects.toMatchObject({
      code: "unknown-model",
    });
    expect(() => registry.model("acme/extra")).toThrow("acme/extra was removed from the registry");
    expect(() => registry.model("acme/small")).toThrow("acme/small was removed from the registry");
    expect(() => registry.providers.acme("small")).toThrow();
    expect(registry.list().map(({ id }) => id)).toEqual(["acme/big"]);
    await expect((group as unknown as ChatHandle).chat({ messages: "hi" })).rejects.toMatchObject({
      code: "unknown-model",
    });
    expect(server.received).toHaveLength(0);
  });

  test("that retires a model makes handles of before say so", async () => {
    const source = changeable(models({}));
    const registry = await registryOf({ sources: [source] });
    const big = registry.providers.acme("big") as ChatHandle;
    source.set(models({ big: { status: "retired", successor: "small" } }));
    await until(() => registry.generation.number === 2);
    await expect(big.chat({ messages: "hi" })).rejects.toMatchObject({
      code: "unsupported",
      message: expect.stringContaining("retired"),
    });
    expect(() => big.stream({ messages: "hi" })).toThrow(/retired/);
    expect(registry.list().map(({ id }) => id)).toEqual(["acme/small"]);
  });

  test("leaves a call that runs on the generation it began with", async () => {
    let answer: () => void = () => {};
    const server = await serve(
      (_body, response) =>
        new Promise<void>((resolve) => {
          answer = () => {
            answers({ content: "late" })({ messages: [] }, response, {} as never);
            resolve();
          };
        }),
    );
    const source = changeable(models({}));
    const registry = await registryOf({ providers: { acme: acme(server.url) }, sources: [source] });
    const before = registry.generation.id;
    const running = (registry.providers.acme("big") as ChatHandle).chat({ messages: "hi" });
    await until(() => server.received.length === 1);
    source.set(models({ big: null }));
    await until(() => registry.generation.id !== before);
    answer();
    const reply = await running;
    expect(reply).toMatchObject({ text: "late", generation: before });
    expect(reply.cost).toMatchObject({ currency: "USD" });
  });

  test("makes no generation when the facts stay the same", async () => {
    const source = changeable(models({ big: { name: "Big" } }));
    const registry = await registryOf({ sources: [source] });
    const { id } = registry.generation;
    source.set(`  ${JSON.stringify(models({ big: { name: "Big" } }))}`);
    source.set(models({ big: { name: "Other" } }));
    await until(() => registry.generation.id !== id);
    source.set(models({ big: { name: "Big" } }));
    await until(() => registry.generation.id === id);
    expect(registry.history()).toHaveLength(3);
  });

  test("that comes in a burst is read at its end, however many notices are lost", async () => {
    const source = changeable(models({}));
    const registry = await registryOf({ sources: [source] });
    for (let i = 0; i < 40; i += 1) source.set(models({ [`m${i}`]: {} }));
    await until(() => registry.get("acme/m39") !== undefined);
    expect(registry.list().map(({ id }) => id)).toEqual(["acme/big", "acme/m39", "acme/small"]);
  });

  test("comes to one generation id in every process that reads the same", async () => {
    const one = await registryOf({ sources: [project({ a: {}, b: { name: "B" } })] });
    const two = await registryOf({ sources: [project({ b: { name: "B" } }, "x"), project({ a: {} }, "y")] });
    expect(one.generation.id).toBe(two.generation.id);
    expect((await registryOf()).generation.id).not.toBe(one.generation.id);
  });
});

describe("a source that fails", () => {
  test("leaves the others, and is named", async () => {
    const broken = {
      name: "broken",
      layer: "project" as const,
      load: () => Promise.reject(new Error("postgres://u:secret@h")),
    };
    const registry = await registryOf({ sources: [project({ a: {} }, "one"), broken, project({ b: {} }, "two")] });
    expect(registry.list().map(({ id }) => id)).toEqual(["acme/a", "acme/b", "acme/big", "acme/small"]);
    expect(registry.sources.map(({ name, state }) => [name, state])).toEqual([
      ["one", "loaded"],
      ["broken", "failed"],
      ["two", "loaded"],
    ]);
    expect(registry.problems.map(({ message }) => message)).toEqual(["source broken: loading failed"]);
  });

  test("keeps what it said last, as a whole and entry by entry", async () => {
    const source = changeable(models({ a: { name: "A" }, b: {} }));
    const registry = await registryOf({ sources: [source] });
    source.set('{ "provider": { "id": "acme" }, "models": { "a": ');
    await until(() => registry.problems.length > 0);
    expect(registry.get("acme/a")?.facts.name).toBe("A");
    source.set(models({ a: { limits: { context: "many" } }, b: {}, c: {} }));
    await until(() => registry.get("acme/c") !== undefined);
    expect(registry.get("acme/a")?.facts.name).toBe("A");
    expect(registry.problems[0]?.message).toMatch(/changeable\.json:1:\d+ models\.a\.limits\.context: expected number/);
    source.set(models({ c: {} }));
    await until(() => registry.get("acme/a") === undefined);
    expect(registry.problems).toEqual([]);
  });

  test("does not hold up the start longer than the limit, and comes in when it is there", async () => {
    let arrive: (text: string) => void = () => {};
    const slow = {
      name: "slow",
      layer: "remote" as const,
      load: () => new Promise<string>((resolve) => (arrive = resolve)).then((text) => [{ name: "slow.json", text }]),
      lastGood: async () => [{ name: "slow.json", text: JSON.stringify(models({ saved: {} })) }],
    };
    const registry = await registryOf({ sources: [slow], startLimitMs: 20 });
    expect(registry.get("acme/saved")).toBeDefined();
    expect(registry.sources[0]?.state).toBe("saved");
    arrive(JSON.stringify(models({ arrived: {} })));
    await until(() => registry.get("acme/arrived") !== undefined);
    expect(registry.get("acme/saved")).toBeUndefined();
  });

  test("is added once, and can be taken away with all it said", async () => {
    const registry = await registryOf({ sources: [project({ a: {} }, "one")] });
    await expect(registry.addSource(project({}, "one"))).rejects.toThrow('there is a source "one" already');
    await registry.addSource(project({ b: {} }, "two"));
    expect(registry.get("acme/b")).toBeDefined();
    expect(await registry.removeSource("two")).toBe(true);
    expect(registry.get("acme/b")).toBeUndefined();
    expect(await registry.removeSource("two")).toBe(false);
    await newFolder();
  });
});
