/** Changes between two states of a catalog: each in its class, told once, and none where nothing means anything else. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import { diffCatalogs } from "../../src/diff/catalog-changes.js";
import { sameFacts } from "../../src/diff/change.js";
import { changesAsMarkdown, describeChanges } from "../../src/diff/describe.js";

const model: ModelFacts = {
  kind: "chat",
  name: "One",
  status: "stable",
  input: ["text", "image"],
  output: ["text"],
  features: { tools: true, toolChoice: ["auto", "required"], structuredOutput: "schema", builtinTools: ["web_search"] },
  reasoning: { mode: "optional", effort: { levels: ["low", "medium", "high"] }, output: "summary" },
  params: { temperature: { min: 0, max: 2 }, topK: false, verbosity: { enum: ["low", "high"] } },
  rules: [{ when: { reasoning: "on" }, params: { temperature: false }, note: "see docs" }],
  limits: { context: 1000, output: 100 },
  pricing: { currency: "USD", tokens: { input: 1, output: 2 } },
  verified: { at: "2026-01-01", by: "docs" },
};

const provider = (models: { readonly [id: string]: ModelFacts }, rest: Partial<ProviderFacts> = {}): ProviderFacts => ({
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

const changed = (change: Partial<ModelFacts>) =>
  diffCatalogs([provider({ one: model })], [provider({ one: { ...model, ...change } })]);

describe("the class of a change", () => {
  it.each<[string, Partial<ModelFacts>, string]>([
    ["a modality less", { input: ["text"] }, "breaking"],
    ["a modality more", { input: ["text", "image", "audio"] }, "widening"],
    ["no tools any more", { features: { ...model.features, tools: false } }, "breaking"],
    ["a tool choice less", { features: { ...model.features, toolChoice: ["auto"] } }, "breaking"],
    ["a tool choice more", { features: { ...model.features, toolChoice: ["auto", "required", "named"] } }, "widening"],
    ["structured output through a tool instead", { features: { ...model.features, structuredOutput: "none" } }, "data"],
    ["a built-in tool less", { features: { ...model.features, builtinTools: [] } }, "breaking"],
    ["batch", { features: { ...model.features, batch: true } }, "data"],
    [
      "an effort less",
      { reasoning: { mode: "optional", effort: { levels: ["low", "high"] }, output: "summary" } },
      "breaking",
    ],
    [
      "an effort more",
      { reasoning: { mode: "optional", effort: { levels: ["low", "medium", "high", "max"] }, output: "summary" } },
      "widening",
    ],
    [
      "reasoning shown otherwise",
      { reasoning: { mode: "optional", effort: { levels: ["low", "medium", "high"] }, output: "full" } },
      "notice",
    ],
    ["a parameter refused", { params: { ...model.params, temperature: false } }, "breaking"],
    ["a parameter accepted", { params: { ...model.params, topK: true } }, "widening"],
    ["a narrower range", { params: { ...model.params, temperature: { min: 0, max: 1 } } }, "breaking"],
    ["a wider range", { params: { ...model.params, temperature: { min: 0, max: 3 } } }, "widening"],
    ["a range that moved", { params: { ...model.params, temperature: { min: 1, max: 3 } } }, "breaking"],
    [
      "a required parameter",
      { params: { ...model.params, verbosity: { enum: ["low", "high"], required: true } } },
      "breaking",
    ],
    ["a value more", { params: { ...model.params, verbosity: { enum: ["low", "medium", "high"] } } }, "widening"],
    ["only a default", { params: { ...model.params, temperature: { min: 0, max: 2, default: 1 } } }, "data"],
    ["a rule less", { rules: [] }, "widening"],
    ["a rule more", { rules: [...(model.rules ?? []), { when: { stream: true }, params: { n: false } }] }, "breaking"],
    [
      "a rule's note",
      { rules: [{ when: { reasoning: "on" }, params: { temperature: false }, note: "other" }] },
      "data",
    ],
    ["a higher limit", { limits: { context: 2000, output: 100 } }, "data"],
    ["a lower limit", { limits: { context: 500, output: 100 } }, "notice"],
    ["a price up by half", { pricing: { currency: "USD", tokens: { input: 1.5, output: 2 } } }, "notice"],
    ["a price down", { pricing: { currency: "USD", tokens: { input: 0.5, output: 2 } } }, "data"],
    ["another currency", { pricing: { currency: "CNY", tokens: { input: 1, output: 2 } } }, "notice"],
    ["a retirement date", { dates: { retires: "2027-01-01" } }, "notice"],
    ["a release date", { dates: { released: "2025-01-01" } }, "data"],
    ["retirement", { status: "retired" }, "breaking"],
    ["deprecation", { status: "deprecated" }, "notice"],
    ["another wire id", { wireId: "one-2026" }, "notice"],
    ["a name", { name: "Uno" }, "data"],
    ["a later check", { verified: { at: "2026-02-01", by: "live" } }, "source"],
    ["another kind", { kind: "embedding" }, "breaking"],
  ])("%s", (_what, change, expected) => {
    const changes = changed(change);
    expect(changes.map((found) => found.class)).toEqual([expected]);
    expect(changes[0]).toMatchObject({ provider: "acme", model: "one" });
  });

  it("of an unknown capability follows what the catalog assumes", () => {
    const unknown = { ...model, features: {} };
    const settled = { ...model, features: { tools: false } };
    const classes = (assume: ProviderFacts["assume"]) =>
      diffCatalogs([provider({ one: unknown }, { assume })], [provider({ one: settled }, { assume })]).map(
        (change) => change.class,
      );
    expect(classes("strict")).toEqual(["data"]);
    expect(classes("permissive")).toEqual(["breaking"]);
  });

  it("of models and providers that come and go", () => {
    const one = [provider({ one: model })];
    expect(diffCatalogs([], one)).toMatchObject([{ class: "widening", provider: "acme", path: "", after: "Acme" }]);
    expect(diffCatalogs(one, [])).toMatchObject([{ class: "breaking", provider: "acme", path: "", before: "Acme" }]);
    expect(diffCatalogs(one, [provider({ one: model, two: model })])).toMatchObject([
      { class: "widening", model: "two", after: "chat" },
    ]);
    const tombstone = [provider({ one: model, two: { ...model, status: "retired" } })];
    expect(diffCatalogs(tombstone, one)).toMatchObject([{ class: "data", model: "two", before: "chat" }]);
  });

  it("of where requests go is a notice", () => {
    const moved = provider({ one: model }, { baseURL: "https://eu.acme.example/v1" });
    expect(diffCatalogs([provider({ one: model })], [moved])).toEqual([
      {
        class: "notice",
        provider: "acme",
        path: "baseURL",
        before: "https://api.acme.example/v1",
        after: "https://eu.acme.example/v1",
      },
    ]);
  });
});

describe("what is no change", () => {
  it("is the order of members", () => {
    const shuffled = Object.fromEntries(Object.entries(model).reverse()) as unknown as ModelFacts;
    expect(diffCatalogs([provider({ one: model })], [provider({ one: shuffled })])).toEqual([]);
  });

  it("is JSON that says the same", () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => sameFacts(value, JSON.parse(JSON.stringify(value)))));
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (a, b) => {
        expect(sameFacts(a, b)).toBe(sameFacts(b, a));
      }),
    );
  });
});

describe("words", () => {
  it("tell a change of many models once, and obey nothing in catalog text", () => {
    const ids = ["a", "b", "c", "d", "e", "f", "g", "h`<!--"];
    const models = (name: string) => Object.fromEntries(ids.map((id) => [id, { ...model, name }]));
    const changes = diffCatalogs([provider(models("old"))], [provider(models("new"))]);
    expect(changes).toHaveLength(ids.length);
    expect([...describeChanges(changes)]).toEqual([["data", ['acme/a and 7 more models name: "old" -> "new"']]]);
    const renamed = diffCatalogs([provider(models("old"))], [provider({ ...models("old"), "i`<b>": model })]);
    expect(changesAsMarkdown(renamed)).toBe(
      "### Widening: requests that were refused may be accepted\n\n- `acme/i'<b> added`\n",
    );
  });
});
