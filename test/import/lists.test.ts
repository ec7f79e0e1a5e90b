/** Published lists of models: each format is told from the others, and says in the catalog what it says itself. */
import { describe, expect, it } from "vitest";
import { formatFile } from "../../codegen/import/format.js";
import { readList } from "../../codegen/import/lists/index.js";
import { mergeList } from "../../codegen/import/merge-list.js";
import { resolveCatalog } from "../../src/catalog/resolve.js";
import { providerFile } from "../cli/workspace.js";

const date = { today: "2026-11-23" };

/** What a list makes of an empty provider file: valid facts by id. */
function imported(list: unknown, provider: string, options = {}) {
  const { rows, source } = readList(list, options);
  const { file } = mergeList({
    file: { ...providerFile(provider), models: {} },
    facts: undefined,
    rows: rows.filter((row) => row.provider === provider),
    source,
    ...date,
    add: true,
    pricesOnly: false,
    baseURLs: false,
    retire: false,
  });
  const { providers, problems } = resolveCatalog(new Map([[`${provider}.json`, formatFile(file)]]));
  expect(problems).toEqual([]);
  return { source, models: providers[0]?.models ?? {} };
}

describe("a list", () => {
  it("of models.dev", () => {
    const { source, models } = imported(
      {
        acme: {
          id: "acme",
          name: "Acme",
          npm: "@ai-sdk/openai-compatible",
          api: "https://llm.acme.example/v1/",
          env: ["ACME_KEY"],
          models: {
            "acme-1": {
              id: "acme-1",
              name: "Acme 1",
              release_date: "2026-01-02",
              knowledge: "2025-06",
              reasoning: true,
              reasoning_options: [{ type: "effort", values: ["none", null, "low", "high"] }, { type: "toggle" }],
              tool_call: true,
              structured_output: true,
              temperature: false,
              open_weights: true,
              modalities: { input: ["text", "image", "smell"], output: ["text"] },
              limit: { context: 200_000, output: 32_000 },
              cost: {
                input: 1.25,
                output: 10,
                cache_read: 0.125,
                tiers: [{ tier: { type: "context", size: 128_000 }, input: 2.5, output: 15 }],
              },
            },
            "acme-0": { id: "acme-0", limit: { context: 0 }, cost: { input: 0, output: 0 }, reasoning: false },
          },
        },
      },
      "acme",
    );
    expect(source).toBe("models.dev");
    expect(models["acme-1"]).toMatchObject({
      name: "Acme 1",
      dates: { released: "2026-01-02", knowledge: "2025-06" },
      input: ["text", "image"],
      features: { tools: true, structuredOutput: "schema" },
      reasoning: { mode: "optional", effort: { levels: ["none", "low", "high"], off: "none" } },
      params: { temperature: false },
      limits: { context: 200_000, output: 32_000 },
      openWeights: true,
      pricing: {
        tokens: { input: 1.25, output: 10, cacheRead: 0.125 },
        tiers: [{ above: 128_000, tokens: { input: 2.5, output: 15 } }],
        asOf: "2026-11-23",
      },
      verified: { at: "2026-11-23", by: "import", source: "models.dev" },
    });
    // Zeros are no limits and no prices.
    expect(models["acme-0"]).toMatchObject({ limits: {}, pricing: { plan: "free" }, reasoning: { mode: "none" } });
  });

  it("of litellm", () => {
    const { source, models } = imported(
      {
        sample_spec: { litellm_provider: "one of these", mode: "chat" },
        "gemini/gem-1": {
          litellm_provider: "gemini",
          mode: "chat",
          max_input_tokens: 100_000,
          max_output_tokens: 8_000,
          input_cost_per_token: 3e-7,
          output_cost_per_token: 2.5e-6,
          input_cost_per_token_above_200k_tokens: 6e-7,
          output_cost_per_token_above_200k_tokens: 5e-6,
          cache_read_input_token_cost: 3e-8,
          supports_function_calling: true,
          supports_vision: true,
          supports_response_schema: false,
          deprecation_date: "2027-02-03",
        },
        "gemini/embed-1": {
          litellm_provider: "gemini",
          mode: "embedding",
          max_input_tokens: 2048,
          input_cost_per_token: 1e-7,
        },
        "bedrock/other": { litellm_provider: "bedrock", mode: "chat" },
      },
      "google",
    );
    expect(source).toBe("litellm");
    expect(Object.keys(models).sort()).toEqual(["embed-1", "gem-1"]);
    expect(models["gem-1"]).toMatchObject({
      status: "deprecated",
      dates: { retires: "2027-02-03" },
      input: ["text", "image"],
      features: { tools: true },
      pricing: {
        tokens: { input: 0.3, output: 2.5, cacheRead: 0.03 },
        tiers: [{ above: 200_000, tokens: { input: 0.6, output: 5 } }],
      },
    });
    // An absent or false flag is no statement.
    expect(models["gem-1"]?.features.structuredOutput).toBeUndefined();
    expect(models["embed-1"]).toMatchObject({ kind: "embedding", limits: { input: 2048 } });
  });

  it("of OpenRouter", () => {
    const { source, models } = imported(
      {
        data: [
          {
            id: "acme/one",
            name: "Acme: One",
            created: 1_747_930_371,
            context_length: 1_000_000,
            architecture: { input_modalities: ["image", "text", "file"], output_modalities: ["text"] },
            pricing: {
              prompt: "0.000003",
              completion: "0.000015",
              input_cache_write_1h: "0.000006",
              overrides: [{ min_prompt_tokens: 200_000, prompt: "0.000006", completion: "0.0000225" }],
            },
            top_provider: { max_completion_tokens: 64_000 },
            supported_parameters: ["reasoning", "max_tokens", "tools", "temperature", "top_k"],
            reasoning: { mandatory: false, supported_efforts: ["low", "high"], default_enabled: false },
            expiration_date: null,
          },
          {
            id: "acme/free:free",
            architecture: {},
            supported_parameters: [],
            pricing: { prompt: "0", completion: "0" },
          },
        ],
      },
      "openrouter",
    );
    expect(source).toBe("openrouter");
    expect(models["acme/one"]).toMatchObject({
      dates: { released: "2025-05-22" },
      features: { tools: true, structuredOutput: "none" },
      params: { temperature: true, topK: true },
      reasoning: { mode: "optional", default: "off", effort: { levels: ["low", "high"] } },
      limits: { context: 1_000_000, output: 64_000 },
      pricing: {
        tokens: { input: 3, output: 15, cacheWrite1h: 6 },
        tiers: [{ above: 200_000, tokens: { input: 6, output: 22.5 } }],
      },
    });
    expect(models["acme/free:free"]).toMatchObject({ pricing: { plan: "free" }, features: { tools: false } });
  });

  it("of Vercel", () => {
    const { source, models } = imported(
      {
        object: "list",
        data: [
          {
            id: "acme/one",
            object: "model",
            type: "language",
            context_window: 400_000,
            max_tokens: 128_000,
            tags: ["tool-use", "vision", "reasoning"],
            pricing: {
              input: "0.0000013",
              output: "0.0000078",
              input_tiers: [
                { cost: "0.0000013", min: 0 },
                { cost: "0.000002", min: 128_000 },
              ],
            },
          },
          { id: "acme/draw", type: "image", context_window: 0, max_tokens: 0, pricing: { image: "0.04" } },
        ],
      },
      "vercel",
    );
    expect(source).toBe("vercel");
    expect(models["acme/one"]).toMatchObject({
      input: ["text", "image"],
      features: { tools: true },
      reasoning: { mode: "unknown" },
      pricing: { tokens: { input: 1.3, output: 7.8 }, tiers: [{ above: 128_000, tokens: { input: 2 } }] },
    });
    expect(models["acme/draw"]).toMatchObject({ kind: "image", pricing: { units: [{ meter: "image", price: 0.04 }] } });
  });

  it("of Anthropic, Google and Ollama, as their servers answer", () => {
    const yes = { supported: true };
    const claude = imported(
      {
        data: [
          {
            type: "model",
            id: "claude-x",
            display_name: "Claude X",
            created_at: "2026-07-24T00:00:00Z",
            max_input_tokens: 1_000_000,
            max_tokens: 128_000,
            capabilities: {
              effort: { supported: true, low: yes, high: yes, xhigh: { supported: false } },
              image_input: yes,
              pdf_input: yes,
              structured_outputs: yes,
              thinking: { supported: true, types: { enabled: { supported: false }, adaptive: yes } },
            },
          },
          { type: "model", id: "claude-old", display_name: "Claude Old", created_at: "1970-01-01T00:00:00Z" },
        ],
        has_more: false,
      },
      "anthropic",
    ).models;
    expect(claude["claude-x"]).toMatchObject({
      dates: { released: "2026-07-24" },
      input: ["text", "image", "pdf"],
      features: { structuredOutput: "schema" },
      reasoning: { mode: "optional", adaptive: true, effort: { levels: ["low", "high"] } },
      limits: { context: 1_000_000, output: 128_000 },
    });
    expect(claude["claude-old"]).toMatchObject({ name: "Claude Old", inputUnstated: true });
    expect(claude["claude-old"]?.dates).toBeUndefined();
    const gemini = imported(
      {
        models: [
          {
            name: "models/gem-1",
            displayName: "Gem",
            inputTokenLimit: 1_048_576,
            outputTokenLimit: 65_536,
            supportedGenerationMethods: ["generateContent"],
            maxTemperature: 2,
            thinking: true,
          },
          {
            name: "models/embed",
            inputTokenLimit: 2048,
            outputTokenLimit: 1,
            supportedGenerationMethods: ["embedContent"],
          },
          { name: "models/aqa", supportedGenerationMethods: ["generateAnswer"] },
        ],
      },
      "google",
    ).models;
    expect(Object.keys(gemini).sort()).toEqual(["embed", "gem-1"]);
    expect(gemini["gem-1"]).toMatchObject({
      params: { temperature: { min: 0, max: 2 } },
      reasoning: { mode: "unknown" },
    });
    const local = imported(
      {
        models: [
          {
            name: "llama:8b",
            model: "llama:8b",
            digest: "1",
            capabilities: ["completion", "tools", "vision"],
            model_info: { "llama.context_length": 131_072 },
          },
          { name: "plain", digest: "2" },
        ],
      },
      "ollama",
    ).models;
    expect(local["llama:8b"]).toMatchObject({
      input: ["text", "image"],
      features: { tools: true },
      limits: { context: 131_072 },
    });
    expect(local.plain?.features).toEqual({});
  });

  it("of both shapes of models.json, whose prices need a unit", () => {
    const second = {
      models: [
        {
          id: "gpt-x",
          provider: "acme",
          displayName: "GPT X",
          contextWindowTokens: 128_000,
          costPer1kInputTokens: 0.06,
          baseUrl: "https://eu.acme.example/v1",
          abilities: { functionCall: true, vision: true, reasoning: false },
        },
      ],
    };
    expect(imported(second, "acme").models["gpt-x"]).toMatchObject({
      name: "GPT X",
      input: ["text", "image"],
      features: { tools: true },
      reasoning: { mode: "none" },
      pricing: { tokens: { input: 60 } },
    });
    const first = [
      { id: "gpt-x", provider: "acme", name: "GPT X", contextWindow: 1000, pricing: { input: 0.06, output: 0.12 } },
    ];
    expect(() => readList(first)).toThrow("gpt-x: pricing states no unit");
    expect(imported(first, "acme", { priceUnit: 1000 }).models["gpt-x"]?.pricing?.tokens).toEqual({
      input: 60,
      output: 120,
    });
  });

  it("that is none says so, whatever it is", () => {
    for (const value of [null, 1, "x", [], {}, { data: [] }, { models: {} }, { a: { b: 1 } }])
      expect(() => readList(value)).toThrow(/no list of models that is known|the list is empty/);
    expect(() => readList({ data: [{ id: "a" }] })).toThrow("name the provider");
    expect(() => readList({}, { format: "litelm" })).toThrow('did you mean "litellm"?');
  });
});
