/** Changes whose class a person wrote down beside each, by what a program notices of it. With those of `changes.test.ts` over a hundred. */
import { describe, expect, it } from "vitest";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import { diffCatalogs } from "../../src/diff/catalog-changes.js";
import type { ChangeClass } from "../../src/diff/change.js";
import { describeChanges } from "../../src/diff/describe.js";

const plain: ModelFacts = { kind: "chat", input: ["text"], output: ["text"], features: {}, params: {}, limits: {} };

const provider = (models: ProviderFacts["models"], rest: Partial<ProviderFacts> = {}): ProviderFacts => ({
  id: "acme",
  name: "Acme",
  role: "lab",
  protocol: "openai-chat",
  baseURL: "https://api.acme.example/v1",
  auth: [{ type: "bearer", env: ["ACME_API_KEY"] }],
  assume: "strict",
  unknownModels: "reject",
  models,
  ...rest,
});

type Facts = Partial<ModelFacts>;
type Features = ModelFacts["features"];
type Constraint = ModelFacts["params"][string];
type Labelled<T> = readonly [what: string, before: T, after: T, expected: ChangeClass];

const features = (what: string, before: Features, after: Features, expected: ChangeClass): Labelled<Facts> => [
  what,
  { features: before },
  { features: after },
  expected,
];
const param = (what: string, before: Constraint, after: Constraint, expected: ChangeClass): Labelled<Facts> => [
  what,
  { params: { p: before } },
  { params: { p: after } },
  expected,
];
const tokens = (what: string, before: number, after: number, expected: ChangeClass): Labelled<Facts> => [
  what,
  { pricing: { currency: "USD", tokens: { output: before } } },
  { pricing: { currency: "USD", tokens: { output: after } } },
  expected,
];

const ofModels: readonly Labelled<Facts>[] = [
  features(
    "parallel calls are off",
    { tools: true, parallelTools: true },
    { tools: true, parallelTools: false },
    "breaking",
  ),
  features(
    "parallel calls are on",
    { tools: true, parallelTools: false },
    { tools: true, parallelTools: true },
    "widening",
  ),
  features("no way to structured output", { structuredOutput: "schema" }, { structuredOutput: "none" }, "breaking"),
  features("a way to structured output", { structuredOutput: "none" }, { structuredOutput: "json" }, "widening"),
  features("a strict schema", { structuredOutput: "schema" }, { structuredOutput: "strict" }, "data"),
  features("no system message", { systemRole: true }, { systemRole: false }, "breaking"),
  features("a system message", { systemRole: false }, { systemRole: true }, "widening"),
  features("no prefill", { prefill: true }, { prefill: false }, "breaking"),
  features("a prefill", { prefill: false }, { prefill: true }, "widening"),
  features("only streams", { streaming: true }, { streaming: "required" }, "breaking"),
  features("streams no more", { streaming: true }, { streaming: false }, "breaking"),
  features("streams now", { streaming: false }, { streaming: true }, "widening"),
  features("a built-in tool more", { builtinTools: ["a"] }, { builtinTools: ["a", "b"] }, "widening"),
  features("a built-in tool instead", { builtinTools: ["a"] }, { builtinTools: ["b"] }, "breaking"),
  features("caching", {}, { promptCaching: "implicit" }, "data"),
  features("citations", {}, { citations: true }, "data"),
  features("strict tools", { strictTools: true }, { strictTools: false }, "data"),
  features(
    "no output beside tools",
    { structuredOutputWithTools: true },
    { structuredOutputWithTools: false },
    "breaking",
  ),
  ["reasons no more", { reasoning: { mode: "always" } }, { reasoning: { mode: "none" } }, "breaking"],
  [
    "effort is gone",
    { reasoning: { mode: "always", effort: { levels: ["low"] } } },
    { reasoning: { mode: "always" } },
    "breaking",
  ],
  [
    "effort is new",
    { reasoning: { mode: "always" } },
    { reasoning: { mode: "always", effort: { levels: ["low"] } } },
    "widening",
  ],
  [
    "a budget is new",
    { reasoning: { mode: "always" } },
    { reasoning: { mode: "always", budget: { min: 1 } } },
    "widening",
  ],
  [
    "a budget is gone",
    { reasoning: { mode: "always", budget: { min: 1 } } },
    { reasoning: { mode: "always" } },
    "breaking",
  ],
  [
    "a smaller budget",
    { reasoning: { mode: "always", budget: { min: 1, max: 20 } } },
    { reasoning: { mode: "always", budget: { min: 1, max: 10 } } },
    "breaking",
  ],
  [
    "a larger budget",
    { reasoning: { mode: "always", budget: { min: 1, max: 20 } } },
    { reasoning: { mode: "always", budget: { min: 1, max: 30 } } },
    "widening",
  ],
  [
    "a larger least budget",
    { reasoning: { mode: "always", budget: { min: 1 } } },
    { reasoning: { mode: "always", budget: { min: 1024 } } },
    "breaking",
  ],
  [
    "another wire",
    { reasoning: { mode: "always", wire: "openai-effort" } },
    { reasoning: { mode: "always", wire: "openrouter" } },
    "notice",
  ],
  [
    "replay is required",
    { reasoning: { mode: "always", replay: "allowed" } },
    { reasoning: { mode: "always", replay: "required" } },
    "notice",
  ],
  ["a parameter nobody states any more", { params: { seed: true } }, { params: {} }, "breaking"],
  ["a parameter that is stated now", { params: {} }, { params: { seed: true } }, "widening"],
  ["a parameter that is refused in words now", { params: {} }, { params: { seed: false } }, "data"],
  param("a list that opens", { enum: ["a"] }, { enum: ["a"], open: true }, "widening"),
  param("a list that closes", { enum: ["a"], open: true }, { enum: ["a"] }, "breaking"),
  param("a value renamed", { enum: ["a", "b"] }, { enum: ["a", "c"] }, "breaking"),
  param("values in another order", { enum: ["a", "b"] }, { enum: ["b", "a"] }, "data"),
  param("one value only", { enum: ["a", "b"] }, { const: "a" }, "breaking"),
  param("fewer items", { maxItems: 4 }, { maxItems: 2 }, "breaking"),
  param("more items", { maxItems: 4 }, { maxItems: 8 }, "widening"),
  param("a shorter text", { maxLength: 100 }, { maxLength: 10 }, "breaking"),
  param("a bound at all", true, { max: 1 }, "breaking"),
  param("no bound any more", { max: 1 }, true, "widening"),
  param("the bound itself is refused", { min: 0 }, { exclusiveMin: 0 }, "breaking"),
  param("the bound itself is accepted", { exclusiveMax: 1 }, { max: 1 }, "widening"),
  param("whole numbers only", { min: 0 }, { min: 0, type: "integer" }, "breaking"),
  param("fractions, too", { type: "integer" }, { type: "number" }, "widening"),
  param("no longer required", { enum: ["a"], required: true }, { enum: ["a"] }, "widening"),
  param("in steps", { min: 0 }, { min: 0, step: 2 }, "breaking"),
  param("without steps", { min: 0, step: 2 }, { min: 0 }, "widening"),
  param("ignored from now on", true, { effect: "ignored" }, "notice"),
  [
    "fewer picture types",
    { media: { image: { mime: ["image/png", "image/gif"] } } },
    { media: { image: { mime: ["image/png"] } } },
    "breaking",
  ],
  ["more pictures", { media: { image: { maxCount: 1 } } }, { media: { image: { maxCount: 9 } } }, "widening"],
  ["smaller pictures", { media: { image: { maxBytes: 9 } } }, { media: { image: { maxBytes: 1 } } }, "breaking"],
  ["a longer answer", { limits: { output: 10 } }, { limits: { output: 20 } }, "data"],
  ["a limit that nobody states any more", { limits: { input: 10 } }, { limits: {} }, "data"],
  tokens("a price up by a twentieth", 1, 1.05, "data"),
  tokens("a price up by a tenth", 10, 11, "data"),
  tokens("a price doubled", 1, 2, "notice"),
  [
    "a plan instead of a price",
    { pricing: { currency: "USD", plan: "payg" } },
    { pricing: { currency: "USD", plan: "subscription" } },
    "notice",
  ],
  [
    "a later price list",
    { pricing: { currency: "USD", asOf: "2026-01-01" } },
    { pricing: { currency: "USD", asOf: "2026-02-01" } },
    "source",
  ],
  [
    "another source of prices",
    { pricing: { currency: "USD", source: "a" } },
    { pricing: { currency: "USD", source: "b" } },
    "source",
  ],
  ["a retirement put off", { dates: { retires: "2027-01-01" } }, { dates: { retires: "2028-01-01" } }, "notice"],
  ["a retirement called off", { dates: { retires: "2027-01-01" } }, {}, "notice"],
  ["knowledge of later", { dates: { knowledge: "2025-01" } }, { dates: { knowledge: "2026-01" } }, "data"],
  ["out of preview", { status: "preview" }, { status: "stable" }, "data"],
  ["back in service", { status: "retired" }, { status: "stable" }, "widening"],
  ["a successor", {}, { successor: "two" }, "notice"],
  ["an alias less", { aliases: ["a", "b"] }, { aliases: ["a"] }, "breaking"],
  ["an alias more", { aliases: ["a"] }, { aliases: ["a", "b"] }, "widening"],
  ["no ids of a pattern", { idPattern: "one-*" }, {}, "breaking"],
  ["ids of a pattern", {}, { idPattern: "one-*" }, "widening"],
  ["an alias that points elsewhere", { aliasOf: "a" }, { aliasOf: "b" }, "notice"],
  ["another address", {}, { transport: { baseURL: "https://eu.acme.example" } }, "notice"],
  ["rate limits", {}, { rateLimits: { free: { rpm: 3 } } }, "data"],
  ["open weights", { openWeights: false }, { openWeights: true }, "data"],
  ["no check any more", { verified: { at: "2026-01-01", by: "live" } }, {}, "source"],
];

const ofProviders: readonly Labelled<Partial<ProviderFacts>>[] = [
  ["what nobody states is refused", { assume: "permissive" }, { assume: "strict" }, "breaking"],
  ["what nobody states is passed on", { assume: "strict" }, { assume: "permissive" }, "widening"],
  ["unlisted ids are refused", { unknownModels: "permissive" }, { unknownModels: "reject" }, "breaking"],
  ["unlisted ids are passed on", { unknownModels: "reject" }, { unknownModels: "permissive" }, "widening"],
  ["another protocol", {}, { protocol: "openai-responses" }, "notice"],
  ["another key", {}, { auth: [{ type: "bearer", env: ["OTHER_KEY"] }] }, "notice"],
  ["another header", {}, { headers: { "x-a": "1" } }, "notice"],
  ["another usual model", {}, { defaultModel: "one" }, "notice"],
  ["another name", {}, { name: "ACME" }, "data"],
  ["another role", {}, { role: "host" }, "data"],
  ["another page", {}, { docs: "https://acme.example" }, "data"],
];

describe("the class that a person would give", () => {
  it.each(ofModels)("a model: %s", (_what, before, after, expected) => {
    const changes = diffCatalogs(
      [provider({ one: { ...plain, ...before } })],
      [provider({ one: { ...plain, ...after } })],
    );
    expect(changes.map((change) => change.class)).toEqual([expected]);
  });

  it.each(ofProviders)("a provider: %s", (_what, before, after, expected) => {
    const changes = diffCatalogs([provider({}, before)], [provider({}, after)]);
    expect(changes.map((change) => change.class)).toEqual([expected]);
  });

  it("one line for a family that changes alike, one for each that does not", () => {
    const family = (price: number, odd: number): ProviderFacts[] => [
      provider(
        Object.fromEntries(
          Array.from({ length: 60 }, (_, i) => [
            `m-${i}`,
            { ...plain, pricing: { currency: "USD", tokens: { input: i === 7 ? odd : price } } },
          ]),
        ),
      ),
    ];
    const lines = [...describeChanges(diffCatalogs(family(1, 1), family(2, 3)))];
    expect(lines).toEqual([
      ["notice", ["acme/m-0 and 58 more models pricing.tokens.input: 1 -> 2", "acme/m-7 pricing.tokens.input: 1 -> 3"]],
    ]);
  });
});
