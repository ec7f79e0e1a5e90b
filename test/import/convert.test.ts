/** Rows of model facts become catalog models: wire names, rules, prices and dates. */
import { describe, expect, test } from "vitest";
import { buildFile } from "../../codegen/import/build-file.js";
import { convertModel } from "../../codegen/import/convert-model.js";
import { convertPricing } from "../../codegen/import/convert-pricing.js";
import { formatFile } from "../../codegen/import/format.js";
import { genericSettings } from "../../codegen/import/generic-settings.js";
import { leftOut } from "../../codegen/import/left-out.js";
import { type Row, readRows } from "../../codegen/import/row.js";
import { checkSettings } from "../../codegen/import/settings.js";
import { resolve } from "../catalog/files.js";

const settings = (rest: object = {}) =>
  checkSettings("acme.json", { provider: { protocol: "openai-chat" }, base: {}, convert: {}, profiles: {}, ...rest });
const convert = (row: Partial<Row>, rest: object = {}) =>
  convertModel(
    { provider: "acme", id: "m", kind: "chat", ...row },
    { settings: settings(rest), local: false, today: "2026-11-23" },
  );
const pricing = (prices: object, row: Partial<Row> = {}) =>
  convertPricing({ provider: "acme", id: "m", pricing: { ...prices }, ...row }, false);

describe("parameters", () => {
  test("wire names become canonical, refusals false, ranges bounds", () => {
    const { params } = convert({
      params: {
        supported: ["top_k", "max_tokens", "tools"],
        unsupported: ["logit_bias"],
        ranges: { temperature: [0, 1] },
      },
    });
    expect(params).toEqual({ topK: true, logitBias: false, temperature: { min: 0, max: 1 } });
  });

  test("a plain no to temperature yields to a rule that says when", () => {
    const rule = {
      params: { unsupportedWhenReasoning: ["temperature", "top_p"] },
      caps: { temperature: false },
      reasoning: { mode: "optional" },
    };
    expect(convert(rule)).toMatchObject({
      rules: [{ when: { reasoning: "on" }, params: { temperature: false, topP: false } }],
    });
    expect(convert(rule).params).toBeUndefined();
    expect(convert({ caps: { temperature: false } }).params).toEqual({ temperature: false });
  });

  test("a model that always reasons has no conditions", () => {
    const row = {
      reasoning: { mode: "always" },
      params: { ignoredWhenReasoning: ["top_p"], unsupportedWhenReasoning: ["logprobs"] },
    };
    expect(convert(row)).toMatchObject({ params: { topP: { effect: "ignored" }, logprobs: false } });
    expect(convert(row).rules).toBeUndefined();
  });

  test("exclusive parameters become a rule on the first", () => {
    expect(convert({ params: { mutuallyExclusive: [["temperature", "top_p"]] } }).rules).toEqual([
      { when: { present: ["temperature"] }, params: { topP: false } },
    ]);
  });
});

describe("reasoning", () => {
  test("what silence means decides the default level, not the level used when reasoning is on", () => {
    const efforts = { mode: "optional", efforts: ["high", "none", "low"], defaultEffort: "high" };
    expect(convert({ reasoning: { ...efforts, defaultOn: false } }).reasoning).toMatchObject({
      default: "off",
      effort: { levels: ["none", "low", "high"], default: "none", off: "none" },
    });
    expect(convert({ reasoning: { ...efforts, defaultOn: true } }).reasoning).toMatchObject({
      default: "on",
      effort: { default: "high" },
    });
  });

  test("a budget's off and automatic values stand beside its range", () => {
    const rest = {
      convert: { budget: { off: 0, auto: -1 }, wires: { budget: "gemini-budget", level: "gemini-level" } },
    };
    expect(convert({ reasoning: { mode: "optional", budget: { min: 0, max: 9 } } }, rest).reasoning).toEqual({
      mode: "optional",
      budget: { min: 1, max: 9, off: 0, auto: -1 },
      wire: "gemini-budget",
    });
    expect(convert({ reasoning: { mode: "always", budget: { min: 128 } } }, rest).reasoning).toMatchObject({
      budget: { min: 128, auto: -1 },
    });
  });

  test("a model that does not reason has no controls", () => {
    expect(convert({ caps: { reasoning: false }, reasoning: { efforts: ["low"], mode: "none" } }).reasoning).toEqual({
      mode: "none",
    });
  });
});

describe("prices", () => {
  test("a zero is never a price", () => {
    expect(pricing({ input: 0, output: 0 })).toEqual({ plan: "free" });
    expect(pricing({ input: 0, output: 0 }, { id: "m:free" })).toEqual({ plan: "free" });
    expect(convertPricing({ provider: "acme", id: "m", pricing: { input: 0 } }, true)).toEqual({ plan: "self-hosted" });
    expect(pricing({})).toEqual({ plan: "unknown" });
    expect(pricing({ input: 1, cacheWrite: 0 })).toEqual({ tokens: { input: 1 } });
    expect(pricing({ input: -1 })).toEqual({ plan: "unknown" });
  });

  test("characters are priced per million, without binary noise", () => {
    expect(pricing({ perCharIn: 0.000015 })).toEqual({
      units: [{ meter: "character.input", per: 1_000_000, price: 15 }],
    });
  });

  test("tiers rise, service tiers and regions keep their names, variants their condition", () => {
    expect(
      pricing({
        input: 1,
        tiers: [
          { above: 9, input: 3 },
          { above: 5, input: 2 },
        ],
        batch: { input: 0.5 },
        serviceTiers: { flex: { input: 0.6 } },
        regionalMultiplier: { eu: 1.1 },
        variants: [{ when: { size: "1x1" }, perImageOut: 0.2 }],
        webSearch: { low: 0.01, high: 0.01 },
      }),
    ).toEqual({
      tokens: { input: 1 },
      tiers: [
        { above: 5, tokens: { input: 2 } },
        { above: 9, tokens: { input: 3 } },
      ],
      serviceTiers: { batch: { tokens: { input: 0.5 } }, flex: { tokens: { input: 0.6 } } },
      regions: { eu: { multiply: 1.1 } },
      units: [
        { meter: "image", price: 0.2, when: { size: "1x1" } },
        { meter: "webSearch", price: 0.01 },
      ],
    });
  });
});

test("a passed retirement retires, a coming one deprecates", () => {
  expect(convert({ dates: { retirement: "2026-11-23" } }).status).toBe("retired");
  expect(convert({ dates: { deprecation: "2026-11-24" } }).status).toBe("deprecated");
});

test("an output limit above the context is left out", () => {
  expect(convert({ limits: { context: 10, output: 11 } }).limits).toEqual({ context: 10 });
});

test("a file: snapshots build upon their model, fine-tunes are a pattern, a gone successor points on, corrections win", () => {
  const rows = [
    {
      id: "m",
      name: "M",
      caps: { tools: true },
      limits: { context: 5 },
      pricing: { input: 1, output: 2 },
      successor: "gone",
    },
    { id: "m-2026-01-02", pricing: { input: 1, output: 2 } },
    { id: "ft:m", pricing: { input: 3, output: 4 } },
    { id: "gone", dates: { retirement: "2026-01-01" }, successor: "next", pricing: {} },
    { id: "next", pricing: {} },
    { id: "~latest", aliasOf: "next" },
    { id: "junk", pricing: {} },
  ].map((row) => JSON.stringify({ provider: "acme", kind: "chat", ...row }));
  const file = buildFile({
    provider: {
      id: "acme",
      name: "Acme",
      category: "lab",
      baseUrl: "https://a.test/",
      auth: { scheme: "bearer", envs: ["A"] },
      defaultModels: { large: "m" },
    },
    rows: readRows([...rows, JSON.stringify({ provider: "other", id: "x" }), ""].join("\n")).get("acme") ?? [],
    settings: settings({ skip: ["junk"], models: { "n*": { name: "Next" } } }),
    today: "2026-11-23",
  });
  const models = file.models as { [id: string]: object };
  expect(models["m-2026-01-02"]).toEqual({ base: "#m", successor: null });
  expect(models["ft:m"]).toMatchObject({ base: "#m", idPattern: "ft:m:*" });
  const { providers, problems } = resolve({ "acme.json": formatFile(file) });
  expect(problems).toEqual([]);
  expect(providers[0]).toMatchObject({ baseURL: "https://a.test", defaultModel: "m" });
  expect(providers[0]?.models).toMatchObject({
    m: { successor: "next" },
    "m-2026-01-02": { name: "M", features: { tools: true } },
    "~latest": { aliasOf: "next", name: "Next", wireId: "~latest" },
  });
  expect(Object.keys(providers[0]?.models ?? {})).not.toContain("junk");
});

test("overrides with an unknown member are refused by name", () => {
  expect(() => settings({ profile: {} })).toThrow(/acme\.json.*profile/s);
});

test("a provider for any server of a protocol has no models, and that is no problem", () => {
  const provider = {
    id: "acme-compatible",
    name: "Any Acme-compatible server",
    category: "generic",
    baseUrl: null,
    protocols: ["openai-chat"],
    auth: { scheme: "bearer", envs: [], optional: true },
  };
  const settings = checkSettings("acme.json", genericSettings(provider, [], "2026-11-23"));
  const file = buildFile({ provider, rows: [], settings, today: "2026-11-23" });
  const { problems, providers } = resolve({ "acme.json": formatFile(file) });
  expect(problems).toEqual([]);
  expect(providers[0]).toMatchObject({ role: "host", baseURL: `\${baseURL}`, models: {} });
});

describe("what is left out", () => {
  test("is counted, with its reason", () => {
    const rows = [
      { provider: "acme", id: "a" },
      { provider: "acme", id: "router" },
      { provider: "acme", id: "b", kind: "rerank" },
      { provider: "acme", id: "c", kind: "rerank" },
    ];
    expect(leftOut(rows, { kinds: ["chat"], skip: ["rout*"] })).toEqual([
      "1 rows left out: no model of this provider, by the pattern rout* (router)",
      "2 rows left out: no protocol of the provider serves the kind rerank (b, c)",
    ]);
    expect(leftOut(rows, {})).toEqual([]);
  });

  test("is never a tool's price: models that offer it have it, once, and requests that always search keep theirs", () => {
    const toolPrices = {
      web_search: { meter: "webSearch", price: 0.01 },
      preview: { meter: "p", price: 0.025, whenReasons: 0.01 },
    };
    const row = { provider: "acme", id: "m", builtinTools: ["web_search", "preview"], pricing: { input: 1 } };
    const units = (more: object, settings: object = {}) =>
      convertPricing({ ...row, ...more }, false, { toolPrices, ...settings }).units;
    expect(units({})).toEqual([
      { meter: "webSearch", price: 0.01 },
      { meter: "p", price: 0.025 },
    ]);
    expect(units({ caps: { reasoning: true }, builtinTools: ["preview"] })).toEqual([{ meter: "p", price: 0.01 }]);
    const search = { pricing: { input: 1, webSearch: { low: 0.03, high: 0.05 } } };
    expect(units(search, { searches: { always: ["m"], unstated: "low" } })).toEqual([
      { meter: "webSearch", price: 0.03, counted: "always" },
      { meter: "webSearch", price: 0.05, when: { searchContextSize: "high" }, counted: "always" },
      { meter: "p", price: 0.025 },
    ]);
  });
});
