/** What changes may not do: widen what was compiled, move a connection, be unbelievable, or come unsigned. */
import { generateKeyPairSync } from "node:crypto";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { ChatHandle } from "../../src/client/handle.js";
import { openEnvelope, type Question, signDocuments } from "../../src/registry.js";
import { answers, serve } from "../client/support.js";
import { acme, changeable, compiledModels, models, price, project, registryOf, remote, until } from "./support.js";

const facts = (registry: { get(id: string): { facts: object } | undefined }, id: string) =>
  (registry.get(`acme/${id}`)?.facts ?? {}) as Record<string, unknown>;

describe("a change to a compiled model", () => {
  test.each([
    ["tools", "small", { features: { tools: true } }],
    ["an image", "small", { input: ["text", "image"] }],
    ["an output", "small", { output: ["text", "image"] }],
    ["a parameter", "small", { params: { temperature: true } }],
    ["a wider range", "big", { params: { temperature: { max: 5 } } }],
    ["a range taken away", "big", { params: { temperature: true } }],
    ["a value ignored instead of refused", "big", { params: { temperature: { effect: "ignored" } } }],
    ["another tool choice", "big", { features: { toolChoice: ["auto", "named"] } }],
    ["reasoning", "big", { reasoning: { mode: "optional", effort: { levels: ["low"] } } }],
    ["permissiveness", "big", { assume: "permissive" }],
    ["another kind", "big", { kind: "embedding", output: ["embedding"] }],
    ["an unknown capability settled", "small", { features: { structuredOutput: "schema" } }],
  ])("never adds %s without consent", async (_name, id, patch) => {
    const plain = await registryOf();
    const registry = await registryOf({ sources: [remote(models({ [id]: { ...patch, name: "New" } }))] });
    const { name, ...rest } = facts(registry, id);
    expect(rest).toEqual(facts(plain, id));
    expect(registry.problems.length).toBeGreaterThan(0);
    const asked: Question[] = [];
    const consenting = await registryOf({
      sources: [remote(models({ [id]: patch }))],
      consent: (question) => asked.push(question) > 0,
    });
    expect(asked[0]).toMatchObject({ kind: "widening", provider: "acme", model: id, layer: "remote" });
    expect(facts(consenting, id)).not.toEqual(facts(plain, id));
  });

  test("still takes the harmless part: the name and the price beside a widening", async () => {
    const patch = { name: "New", pricing: price(1, 2), features: { tools: true } };
    const registry = await registryOf({ sources: [remote(models({ small: patch }))] });
    expect(facts(registry, "small")).toMatchObject({ name: "New", pricing: price(1, 2), features: { tools: false } });
    expect(registry.problems[0]?.message).toMatch(
      /^remote\.json:\d+:\d+ models\.small\.features\.tools: lets through more/,
    );
  });

  test.each([
    ["an output above the context", { limits: { output: 20_000 } }, "small.limits.output: 20000 is above the context"],
    ["bounds in the wrong order", { params: { seed: { min: 5, max: 1 } } }, "small.params.seed: min 5 is above max 1"],
  ])("is left out as a whole with %s, as `validate` says it", async (_name, patch, message) => {
    const entries = {
      small: { ...patch, name: "New" },
      big: { name: "Also new" },
      own: { ...patch, limits: { context: 1, output: 2 } },
    };
    const registry = await registryOf({ sources: [project(entries)] });
    expect(facts(registry, "small").name).toBeUndefined();
    expect(facts(registry, "big").name).toBe("Also new");
    expect(registry.get("acme/own")).toBeUndefined();
    expect(registry.problems[0]).toMatchObject({ code: "invalid-catalog", message: expect.stringContaining(message) });
  });

  test("may narrow anything", async () => {
    const patch = {
      input: ["text"],
      features: { tools: false, structuredOutput: "none" },
      params: { temperature: { max: 1 }, topP: false },
      rules: [{ when: { stream: true }, params: { temperature: false } }],
    };
    const registry = await registryOf({ sources: [remote(models({ big: patch }))] });
    expect(registry.problems).toEqual([]);
    expect(facts(registry, "big")).toMatchObject({ input: ["text"], params: { topP: false, temperature: { max: 1 } } });
  });

  test("whatever it says, accepts nothing that was refused", async () => {
    const flag = fc.option(fc.boolean());
    const patch = fc.record(
      {
        input: fc.subarray(["text", "image", "audio"], { minLength: 1 }),
        features: fc.record({ tools: flag, parallelTools: flag, prefill: flag }, { requiredKeys: [] }),
        params: fc.dictionary(
          fc.constantFrom("temperature", "topP", "seed", "topK"),
          fc.option(
            fc.oneof(fc.boolean(), fc.record({ min: fc.integer({ max: 3 }), max: fc.integer({ min: 0, max: 9 }) })),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    const names = ["image", "audio", "tools", "parallelTools", "temperature", "topP", "seed", "topK"] as const;
    const plain = acme();
    await fc.assert(
      fc.asyncProperty(fc.constantFrom("big", "small"), patch, async (id, change) => {
        const registry = await registryOf({ sources: [remote(models({ [id]: change }))] });
        const [before, after] = [plain(id), registry.model(`acme/${id}`) as unknown as ChatHandle];
        for (const name of names) expect(after.supports(name) && !before.supports(name)).toBe(false);
        const bounds = after.facts.params.temperature;
        if (id === "big" && typeof bounds === "object") expect(bounds.max).toBeLessThanOrEqual(2);
      }),
      { numRuns: 150 },
    );
  });
});

describe("the attacker's origin", () => {
  const evil = (url: string): readonly (readonly [string, object])[] => {
    const host = new URL(url).host;
    return [
      ["provider.baseURL", models({}, { baseURL: url })],
      ["provider.baseURLEnv", models({}, { baseURLEnv: ["EVIL_URL"] })],
      ["provider.vars", models({}, { vars: { host: { default: host } } })],
      ["provider.auth", models({}, { auth: [{ type: "header", header: "x-stolen", env: ["OTHER_KEY"] }] })],
      ["provider.auth query", models({}, { auth: [{ type: "query", param: "k", env: ["OTHER_KEY"] }] })],
      ["provider.headers", models({}, { headers: { host, "x-added": "1" } })],
      ["provider.protocol", models({}, { protocol: "anthropic-messages" })],
      ["provider.dialect", models({}, { dialect: { "openai-chat": { maxTokensField: "max_completion_tokens" } } })],
      ["provider.discover", models({}, { discover: { path: `/@${host}/models`, adapter: "openai" } })],
      ["transport.baseURL", models({ big: { transport: { baseURL: url } } })],
      ["transport.path", models({ big: { transport: { path: `//${host}/steal` } } })],
      ["transport.headers", models({ big: { transport: { headers: { host, "x-added": "1" } } } })],
      ["transport.body", models({ big: { transport: { body: { added: true } } } })],
      ["transport.protocol", models({ big: { transport: { protocol: "anthropic-messages" } } })],
      ["modes", models({ big: { modes: { fast: { headers: { "x-added": "1" }, body: { added: true } } } } })],
      ["dialect", models({ big: { dialect: { "openai-chat": { maxTokensField: "max_completion_tokens" } } } })],
      ["params.wire", models({ big: { params: { temperature: { wire: "added" } } } })],
      ["params.sets", models({ big: { params: { temperature: { sets: { added: true } } } } })],
      ["wireId", models({ big: { wireId: `${url}/x` } })],
      ["aliases", models({ big: { aliases: [`${url}/x`, "big-latest"] } })],
      ["a new model", models({ fresh: { transport: { baseURL: url } } })],
      ["the original list", { models: [{ id: "big", provider: "acme", baseUrl: url }] }],
      ["the original list, new", { models: [{ id: "fresh", provider: "acme", baseUrl: url }] }],
    ];
  };
  const layers = ["remote", "project"] as const;

  test.each(evil("http://127.0.0.1:1").flatMap(([field], i) => layers.map((layer) => [field, layer, i] as const)))(
    "gets no connection by %s in the layer %s, and no header or member is added",
    async (_field, layer, i) => {
      const [home, attacker] = [await serve(answers({ content: "home" })), await serve(answers({ content: "stolen" }))];
      const env = { OTHER_KEY: "other", EVIL_URL: attacker.url };
      const [, change] = evil(attacker.url)[i] as readonly [string, object];
      const registry = await registryOf({
        providers: { acme: acme(home.url, compiledModels, { env }) },
        sources: [{ ...remote(change), layer }],
      });
      const big = registry.providers.acme("big") as ChatHandle;
      const ask = { messages: "hi", temperature: 1, maxOutputTokens: 5 };
      expect((await big.chat(ask)).text).toBe("home");
      await (registry.model("acme/big") as unknown as ChatHandle).chat(ask);
      await (registry.model("acme/fresh") as unknown as ChatHandle).chat({ messages: "hi" }).catch(() => {});
      await registry.providers.acme.list().catch(() => {});
      expect(attacker.received).toEqual([]);
      const text = JSON.stringify(home.received);
      for (const trace of ["x-stolen", "x-added", '"other"', "added", "max_completion_tokens"])
        expect(text).not.toContain(trace);
      expect(home.received.slice(0, 2).every(({ url }) => url === "/chat/completions")).toBe(true);
    },
  );

  test("gets one only with consent, asked for by field and place", async () => {
    const [home, elsewhere] = [await serve(answers({ content: "home" })), await serve(answers({ content: "else" }))];
    const registry = await registryOf({
      providers: { acme: acme(home.url) },
      sources: [remote(models({ big: { transport: { baseURL: elsewhere.url } } }))],
      consent: ({ kind, path, layer }) => kind === "connection" && path === "transport" && layer === "remote",
    });
    expect((await (registry.providers.acme("big") as ChatHandle).chat({ messages: "hi" })).text).toBe("else");
  });
});

describe("facts that nobody would believe", () => {
  test.each([
    ["a price of nothing", { pricing: price(0, 0) }],
    ["a price in other units", { pricing: price(2_000, 8_000) }],
    ["a limit out of all proportion", { limits: { context: 10 ** 12 } }],
    ["a limit that is almost none", { limits: { output: 1 } }],
  ])("are not taken: %s", async (_name, patch) => {
    const registry = await registryOf({ sources: [remote(models({ big: { ...patch, name: "New" } }))] });
    expect(facts(registry, "big")).toMatchObject({
      name: "New",
      pricing: price(2, 8),
      limits: compiledModels.big?.limits,
    });
    expect(registry.problems[0]?.message).toMatch(/is hard to believe, where .* holds without it: `consent`/);
  });

  test("are refused with their place when they are impossible", async () => {
    const registry = await registryOf({ sources: [remote(models({ big: { pricing: price(-1) } }))] });
    expect(facts(registry, "big").pricing).toEqual(price(2, 8));
    expect(registry.problems[0]?.message).toContain("pricing.tokens.input");
  });

  test("cannot come step by step", async () => {
    const source = { ...changeable(models({})), layer: "remote" as const, trusted: false };
    const registry = await registryOf({ sources: [source] });
    for (const factor of [9, 80, 700]) {
      source.set(models({ big: { pricing: price(2 * factor, 8 * factor) } }));
      await until(() => registry.sources[0]?.documents.length === 1);
      await registry.reload();
    }
    expect(facts(registry, "big").pricing).toEqual(price(2, 8));
  });

  test("a change that takes most models away waits for confirmation", async () => {
    const many = Object.fromEntries(Array.from({ length: 10 }, (_, i) => [`m${i}`, {}]));
    const source = changeable(models(many));
    const registry = await registryOf({ sources: [source] });
    source.set(models({}));
    await until(() => registry.held !== undefined);
    expect(registry.held?.removed).toHaveLength(10);
    expect(registry.list()).toHaveLength(12);
    expect(registry.events.filter(({ type }) => type === "held")).toHaveLength(1);
    expect(registry.confirm({ by: "ops" })).toBe(true);
    expect(registry.list()).toHaveLength(2);
    expect(registry.history().at(-1)).toMatchObject({ by: "ops", reason: "confirmed" });
    expect(registry.confirm()).toBe(false);
  });

  test("a start on which most models would be gone begins with what was compiled", async () => {
    const compiled = Object.fromEntries(Array.from({ length: 6 }, (_, i) => [`m${i}`, {}]));
    const gone = Object.fromEntries(Object.keys(compiled).map((id) => [id, null]));
    const registry = await registryOf({
      providers: { acme: acme(undefined, compiled) },
      sources: [remote(models(gone))],
    });
    expect(registry.list()).toHaveLength(6);
    expect(registry.held?.removed).toHaveLength(6);
  });
});

describe("one bad entry", () => {
  test("is left out with its place; all others serve", async () => {
    const entries = Object.fromEntries(
      Array.from({ length: 20 }, (_, i) => [`m${i}`, { limits: { context: 1000 + i } }]),
    );
    await fc.assert(
      fc.asyncProperty(
        fc.nat(19),
        fc.constantFrom({ kind: "chatt" }, { limits: 5 }, [], { nmae: "x" }),
        async (bad, entry) => {
          const registry = await registryOf({ sources: [remote(models({ ...entries, [`m${bad}`]: entry }))] });
          expect(registry.list()).toHaveLength(2 + 19);
          expect(registry.get(`acme/m${bad}`)).toBeUndefined();
          expect(registry.problems.every(({ message }) => message.includes(`models.m${bad}`))).toBe(true);
        },
      ),
      { numRuns: 20 },
    );
  });

  test("with a hostile name harms nothing", async () => {
    const text =
      '{"provider":{"id":"acme"},"models":{"__proto__":{"name":"x"},"constructor":{"name":"y"},"toString":{}}}';
    const registry = await registryOf({ sources: [remote(text)] });
    expect(({} as { name?: string }).name).toBeUndefined();
    expect(registry.get("acme/constructor")?.facts.name).toBe("y");
    expect(registry.get("acme/hasOwnProperty")).toBeUndefined();
    expect(registry.get("acme/big")).toBeDefined();
  });
});

describe("a signed edition", () => {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519");
  const other = generateKeyPairSync("ed25519");
  const content = { sequence: 7, expiresAt: 1_000_000, documents: { "a.json": JSON.stringify(models({ a: {} })) } };
  const text = signDocuments(content, { name: "ops", privateKey });
  const trust = { keys: { ops: publicKey, other: other.publicKey }, graceMs: 1_000 };
  const at = { now: 500_000, after: 7 };

  test("opens with its key", () => expect(openEnvelope(text, trust, at)).toEqual(content));

  test("is refused when any one byte is another", () => {
    const bytes = Buffer.from(text);
    for (let i = 0; i < bytes.length; i += 1)
      for (const flip of [1, 0x20, 0x80]) {
        const changed = Buffer.from(bytes);
        changed[i] = (changed[i] ?? 0) ^ flip;
        expect(() => openEnvelope(changed.toString("latin1"), trust, at), `byte ${i}`).toThrow();
      }
  });

  test.each([
    ["an older edition", text, { ...at, after: 8 }, "is edition 7, older than 8"],
    ["an expired one", text, { ...at, now: 1_001_001 }, "expired on 1970-01-01"],
    ["another key's name", text.replace(" ops ", " other "), at, "does not hold"],
    ["an unknown key", text.replace(" ops ", " eve "), at, "not signed with a key that is trusted"],
    ["a prototype's name", text.replace(" ops ", " constructor "), at, "not signed with a key that is trusted"],
    ["no signature", JSON.stringify(content), at, "not signed"],
    ["nothing", "", at, "not signed"],
  ])("is refused: %s", (_name, given, when, why) => {
    expect(() => openEnvelope(given, trust, when)).toThrow(why);
  });

  test("still holds within the grace for clocks that differ", () => {
    expect(openEnvelope(text, trust, { ...at, now: 1_000_900 }).sequence).toBe(7);
  });

  test("never changes what was compiled more than an unsigned one", async () => {
    const registry = await registryOf({
      sources: [project({ small: { name: "ok" } }), remote(models({ small: { features: { tools: true } } }))],
    });
    expect(facts(registry, "small")).toMatchObject({ name: "ok", features: { tools: false } });
  });
});
