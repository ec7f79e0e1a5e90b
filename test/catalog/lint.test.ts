/** Each lint finds its contradiction, and only there. */
import { describe, expect, test } from "vitest";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { lintProvider } from "../../src/catalog/lint.js";
import { connection, type Json, providerFile, resolve } from "./files.js";

const priced = { kind: "chat", pricing: { tokens: { input: 1 } } };

function findings(stated: Json, change: Json = {}) {
  const models = { ...stated, usual: priced };
  const { providers, problems } = resolve({
    "acme.json": providerFile(models, { provider: { ...connection, defaultModel: "usual", ...change } }),
  });
  expect(problems).toEqual([]);
  return lintProvider(providers[0] as ProviderFacts).map(({ check, severity, path }) => `${severity} ${check} ${path}`);
}

test("a clean provider has no findings", () => {
  const clean = {
    ...priced,
    limits: { context: 10, output: 5 },
    reasoning: {
      mode: "optional",
      effort: { levels: ["none", "low"], default: "low", off: "none", alias: { minimal: "low" } },
      wire: "openai-effort",
    },
    pricing: {
      tokens: { input: 1, cacheRead: 0.1 },
      tiers: [
        { above: 1, tokens: { input: 2 } },
        { above: 2, tokens: { input: 3 } },
      ],
    },
    dates: { released: "2025-01", retires: "2026-01-01" },
    successor: "next",
  };
  expect(findings({ a: clean, next: priced }, { defaultModel: "a" })).toEqual([]);
});

describe("models", () => {
  test.each([
    ["error output-above-context models.a.limits.output", { limits: { context: 5, output: 6 } }],
    ["error output-above-context models.a.limits.input", { limits: { context: 5, input: 6 } }],
    ["warning output-equals-context models.a.limits.output", { limits: { context: 5, output: 5 } }],
    ["error chat-speaks-text models.a.output", { output: ["image"] }],
    ["error chat-speaks-text models.a.output", { kind: "embedding", output: ["text"] }],
    ["error zero-price models.a.pricing.tokens.output", { pricing: { tokens: { input: 1, output: 0 } } }],
    ["error price-missing models.a.pricing", { pricing: { tokens: {} } }],
    [
      "warning cache-price-without-caching models.a.pricing.tokens.cacheRead",
      { features: { promptCaching: "none" }, pricing: { tokens: { cacheRead: 1 } } },
    ],
    [
      "error tiers-increase models.a.pricing.tiers[1].above",
      {
        pricing: {
          tokens: { input: 1 },
          tiers: [
            { above: 2, tokens: {} },
            { above: 2, tokens: {} },
          ],
        },
      },
    ],
    [
      "error controls-without-reasoning models.a.reasoning.toggle",
      { reasoning: { mode: "none", toggle: true, wire: "thinking-type" } },
    ],
    ["error controls-without-wire models.a.reasoning.wire", { reasoning: { mode: "optional", toggle: true } }],
    [
      "error wire-of-protocol models.a.reasoning.wire",
      { reasoning: { mode: "optional", adaptive: true, wire: "anthropic-adaptive" } },
    ],
    [
      "error effort-levels models.a.reasoning.effort.default",
      { reasoning: { mode: "always", effort: { levels: ["low"], default: "high" }, wire: "openrouter" } },
    ],
    [
      "error effort-levels models.a.reasoning.effort.alias",
      { reasoning: { mode: "always", effort: { levels: ["low"], alias: { low: "low" } }, wire: "openrouter" } },
    ],
    [
      "error bounds-in-order models.a.reasoning.budget",
      { reasoning: { mode: "optional", budget: { min: 2, max: 1 }, wire: "openrouter" } },
    ],
    ["error bounds-in-order models.a.params.seed", { params: { seed: { min: 2, max: 1 } } }],
    ["error dates-in-order models.a.dates.retires", { dates: { released: "2025-05-01", retires: "2025-04" } }],
    ["error successor models.a.successor", { successor: "nobody" }],
    ["error successor models.a.successor", { successor: "gone" }],
    ["error alias-taken models.a.aliases[0]", { aliases: ["gone"] }],
    ["warning id-differs-in-case models.A", {}],
  ])("%s", (expected, change) => {
    const extra = expected.includes("models.A") ? { A: priced } : {};
    expect(findings({ a: { ...priced, ...change }, gone: { ...priced, status: "retired" }, ...extra })).toEqual([
      expected,
    ]);
  });
});

describe("connections", () => {
  test.each([
    ["error default-model defaultModel", { defaultModel: "b" }],
    ["error default-model defaultModel", { defaultModel: "gone" }],
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the catalog, not of the language
    ["error base-url-variable baseURL", { baseURL: "https://${region}.acme.test" }],
    ["warning no-default-model defaultModel", { defaultModel: undefined }],
    ["error insecure-base-url baseURL", { baseURL: "http://api.acme.test" }],
  ])("%s", (expected, change) => {
    expect(findings({ a: priced, gone: { ...priced, status: "retired" } }, change)).toEqual([expected]);
  });
});
