/** How a model comes to its facts: defaults, base, omit, profiles, own members; and what happens when one is wrong. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { connection, type Json, providerFile, resolve, resolveModels } from "./files.js";

const paths = (files: { readonly [name: string]: unknown }) =>
  resolve(files).problems.map((problem) => problem.message);

describe("order", () => {
  test("defaults, then base, then omit, then profiles in order, then own members", () => {
    const models = resolveModels(
      {
        base: {
          kind: "chat",
          family: "from base",
          limits: { context: 10, output: 5 },
          params: { seed: true, topK: true },
        },
        child: {
          base: "#base",
          omit: ["params.topK", "limits.output"],
          use: ["first", "second"],
          name: "own",
        },
      },
      {
        provider: { ...connection, defaults: { openWeights: true, family: "from defaults" } },
        profiles: {
          first: { name: "from first", params: { seed: false, n: true } },
          second: { params: { n: { min: 1 } } },
        },
      },
    );
    expect(models.child).toMatchObject({
      openWeights: true,
      family: "from base",
      name: "own",
      limits: { context: 10 },
    });
    expect(models.child?.limits).toEqual({ context: 10 });
    expect(models.child?.params).toEqual({ seed: false, n: { min: 1 } });
  });

  test("omit acts on what was inherited, never on own members", () => {
    const { child } = resolveModels({
      base: { kind: "chat", pricing: { tokens: { input: 1 } } },
      child: { base: "#base", omit: ["pricing"], pricing: { tokens: { input: 2 } } },
    });
    expect(child?.pricing).toEqual({ currency: "USD", tokens: { input: 2 } });
  });

  test("null deletes, arrays replace, objects merge", () => {
    const { child } = resolveModels({
      base: {
        kind: "chat",
        input: ["text", "image"],
        reasoning: { mode: "optional", effort: { levels: ["low", "high"], off: "none" } },
      },
      child: { base: "#base", input: ["text"], reasoning: { mode: "always", effort: { off: null } } },
    });
    expect(child?.input).toEqual(["text"]);
    expect(child?.reasoning).toEqual({ mode: "always", effort: { levels: ["low", "high"] } });
  });

  test("another provider's base passes capabilities on, never prices, transport, status or names on the wire", () => {
    const other = { ...connection, id: "lab", inherits: undefined };
    const base = {
      kind: "chat",
      features: { tools: true },
      pricing: { tokens: { input: 1 } },
      transport: { path: "/x" },
      status: "preview",
      wireId: "w",
      aliases: ["b"],
    };
    const gateway = (inherits?: readonly string[]) => ({
      catalogVersion: 1,
      provider: { ...connection, ...(inherits && { inherits }) },
      models: { copy: { base: "lab/model", kind: "chat" } },
    });
    const lab = { catalogVersion: 1, provider: other, models: { model: base } };
    const copy = (inherits?: readonly string[]) =>
      resolve({ "lab.json": lab, "acme.json": gateway(inherits) }).providers.find((p) => p.id === "acme")?.models.copy;
    expect(copy()).toEqual({
      kind: "chat",
      features: { tools: true },
      input: ["text"],
      inputUnstated: true,
      output: ["text"],
      params: {},
      limits: {},
    });
    expect(copy(["name", "limits"])?.features).toEqual({});
  });

  test("an alias has its target's facts and sends its target's name, unless it states its own", () => {
    const models = resolveModels({
      target: { kind: "chat", wireId: "target-2025", aliases: ["t"], limits: { context: 7 } },
      plain: { kind: "chat" },
      a: { aliasOf: "#target" },
      b: { aliasOf: "acme/plain" },
      c: { aliasOf: "#plain", wireId: "c", name: "C" },
    });
    expect(models.a).toMatchObject({ aliasOf: "target", wireId: "target-2025", limits: { context: 7 } });
    expect(models.a?.aliases).toBeUndefined();
    expect(models.b).toMatchObject({ aliasOf: "plain", wireId: "plain" });
    expect(models.c).toMatchObject({ wireId: "c", name: "C" });
  });

  test("unit, currency, tier scope and modalities are filled in; an unstated input is marked", () => {
    const { chat, embed } = resolveModels({
      chat: {
        kind: "chat",
        pricing: { tiers: [{ above: 5, tokens: { input: 1 } }], units: [{ meter: "image", price: 2 }] },
      },
      embed: { kind: "embedding", input: ["text"] },
    });
    expect(chat?.pricing).toEqual({
      currency: "USD",
      tiers: [{ above: 5, by: "input", scope: "request", tokens: { input: 1 } }],
      units: [{ meter: "image", per: 1, price: 2 }],
    });
    expect(chat).toMatchObject({ input: ["text"], inputUnstated: true, output: ["text"] });
    expect(embed).toMatchObject({ output: ["embedding"] });
    expect(embed?.inputUnstated).toBeUndefined();
  });

  test("assume and unknownModels follow the role", () => {
    const of = (role: string) =>
      resolve({ "a.json": providerFile({}, { provider: { ...connection, role } }) }).providers[0];
    expect(of("lab")).toMatchObject({ assume: "strict", unknownModels: "reject" });
    expect(of("local")).toMatchObject({ assume: "permissive", unknownModels: "permissive" });
  });
});

describe("errors are told at their place", () => {
  test.each([
    [
      "unknown base",
      { a: { base: "#b-model" }, "b-modle": { kind: "chat" } },
      'models.a.base: unknown model "b-model"; did you mean "b-modle"?',
    ],
    ["unknown provider", { a: { base: "acmee/x" } }, 'models.a.base: unknown provider "acmee"; did you mean "acme"?'],
    ["malformed base", { a: { base: "plain" } }, 'expected "provider/model" or "#model"'],
    ["cycle", { a: { base: "#b" }, b: { base: "#a" } }, "inherits from this model: a cycle"],
    ["cycle of one", { a: { base: "#a" } }, "#a inherits from this model: a cycle"],
    [
      "unknown profile",
      { a: { kind: "chat", use: ["chatt"] } },
      'models.a.use[0]: profile "chatt" is not in this file; did you mean "chat"?',
    ],
    [
      "omit that matches nothing",
      { a: { kind: "chat", omit: ["limits.context"] } },
      'models.a.omit[0]: "limits.context" matches nothing inherited',
    ],
    ["no kind", { a: { name: "A" } }, 'models.a.kind: expected "chat"'],
    ["incomplete whole", { a: { kind: "chat", reasoning: { toggle: true } } }, "models.a.reasoning.mode: expected"],
    ["alias of another provider", { a: { aliasOf: "other/x" } }, "an alias stays at its own provider"],
  ])("%s", (_name, models, expected) => {
    expect(paths({ "acme.json": providerFile(models, { profiles: { chat: {} } }) }).join("\n")).toContain(expected);
  });

  test("a bad model is left out, and what builds upon it; the others are served", () => {
    const { providers, problems } = resolve({
      "acme.json": providerFile({
        good: { kind: "chat" },
        bad: { kind: "chat", nonsense: 1 },
        child: { base: "#bad" },
      }),
    });
    expect(Object.keys(providers[0]?.models ?? {})).toEqual(["good"]);
    expect(problems.map((problem) => problem.path)).toEqual(["models.bad.nonsense", "models.child.base"]);
  });

  test("a bad profile takes only its users along", () => {
    const file = providerFile(
      { a: { kind: "chat", use: ["bad"] }, b: { kind: "chat" } },
      { profiles: { bad: { x: 1 } } },
    );
    const { providers, problems } = resolve({ "acme.json": file });
    expect(Object.keys(providers[0]?.models ?? {})).toEqual(["b"]);
    expect(problems[1]?.message).toContain('profile "bad" has problems of its own');
  });

  test("a bad file does not stop the others, and two files cannot describe one provider", () => {
    const good = providerFile({ a: { kind: "chat" } });
    const { providers, problems } = resolve({ "acme.json": good, "again.json": good, "broken.json": "{" });
    expect(providers.map((provider) => provider.id)).toEqual(["acme"]);
    expect(problems.map((problem) => problem.file)).toEqual(["again.json", "broken.json"]);
  });
});

describe("properties", () => {
  const entry = fc.record(
    {
      name: fc.string({ minLength: 1, maxLength: 5 }),
      input: fc.subarray(["text", "image", "audio"], { minLength: 1 }),
      features: fc.record({ tools: fc.boolean(), prefill: fc.boolean() }, { requiredKeys: [] }),
      limits: fc.record({ context: fc.integer({ min: 1 }), output: fc.integer({ min: 1 }) }, { requiredKeys: [] }),
      params: fc.dictionary(fc.constantFrom("temperature", "seed", "constructor"), fc.boolean()),
      use: fc.subarray(["p", "q"]),
    },
    { requiredKeys: [] },
  );
  const files = fc.dictionary(fc.constantFrom("a", "b", "c", "d"), entry, { minKeys: 1 }).map((models): Json => {
    const ids = Object.keys(models);
    const chained = ids.map((id, i) => [
      id,
      { kind: "chat", ...models[id], ...(i > 0 ? { base: `#${ids[i - 1]}` } : {}) },
    ]);
    const profiles = { p: { limits: { tools: 3 }, name: "p" }, q: { params: { seed: { min: 0 } } } };
    return providerFile(Object.fromEntries(chained), { profiles });
  });

  test("resolving what was resolved changes nothing", () => {
    fc.assert(
      fc.property(files, (file) => {
        const { providers } = resolve({ "a.json": file });
        const models = Object.entries(providers[0]?.models ?? {}).map(([id, { inputUnstated, input, ...model }]) => [
          id,
          { ...model, ...(inputUnstated ? {} : { input }) },
        ]);
        expect(resolve({ "a.json": providerFile(Object.fromEntries(models)) }).providers[0]?.models).toEqual(
          providers[0]?.models,
        );
      }),
    );
  });

  test("the order of keys does not matter", () => {
    const reversed = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(reversed);
      if (typeof value !== "object" || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .reverse()
          .map(([key, member]) => [key, reversed(member)]),
      );
    };
    fc.assert(
      fc.property(files, (file) => {
        const ids = (result: ReturnType<typeof resolve>) => Object.keys(result.providers[0]?.models ?? {});
        const straight = resolve({ "a.json": file });
        const backward = resolve({ "a.json": reversed(file) });
        expect(backward.providers).toEqual(straight.providers);
        expect(ids(backward)).toEqual(ids(straight));
      }),
    );
  });
});
