/** The shipped catalog: every file is valid, clean, complete, and formatted as the importer writes it. */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Ajv } from "ajv";
import { describe, expect, test } from "vitest";
import { providerTable } from "../../codegen/emit-table.js";
import { formatFile } from "../../codegen/import/format.js";
import { dialectsSchema } from "../../src/catalog/dialects/schema.js";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { providerJsonSchema } from "../../src/catalog/json-schema.js";
import { lintProvider } from "../../src/catalog/lint.js";
import { loadCatalog, readCatalogFiles } from "../../src/catalog/load.js";
import { connection, providerFile } from "./files.js";

const folder = fileURLToPath(new URL("../../catalog", import.meta.url));
const { providers, problems } = await loadCatalog(folder);
const { files } = await readCatalogFiles(folder);

const models = (provider: ProviderFacts) => Object.entries(provider.models);
const chatModels = (provider: ProviderFacts) => models(provider).filter(([, model]) => model.kind === "chat");

test("no file has a problem", () => {
  expect(problems.map((problem) => problem.message)).toEqual([]);
});

test("the lints find no error", () => {
  const errors = providers.flatMap(lintProvider).filter((finding) => finding.severity === "error");
  expect(errors).toEqual([]);
});

test("the file is named after its provider and points at the schema", () => {
  for (const [name, text] of files) {
    const file = JSON.parse(text) as { $schema: string; provider: { id: string } };
    expect([name, file.$schema]).toEqual([`${file.provider.id}.json`, "./provider.schema.json"]);
  }
});

test("an entry as large as Qwen's, with more than 80 models, takes 150 lines", () => {
  const text = files.get("alibaba.json") ?? "";
  expect(Object.keys((JSON.parse(text) as { models: object }).models).length).toBeGreaterThan(80);
  expect(text.trimEnd().split("\n").length).toBeLessThanOrEqual(150);
});

test.each([...files])("%s is sorted and formatted", (_name, text) => {
  expect(formatFile(JSON.parse(text) as Record<string, unknown>)).toBe(text);
});

test("the catalog carries the providers that people ask for first, and the long tail marked as untested", () => {
  const first =
    "alibaba amazon-bedrock anthropic anthropic-compatible azure-openai baidu-qianfan cohere deepseek fireworks google " +
    "groq huggingface iflytek-spark minimax mistral moonshotai ollama openai openai-compatible openrouter perplexity " +
    "siliconflow tencent-hunyuan togetherai vllm volcengine xai zai zhipuai";
  const second =
    "ai21 baseten byteplus cerebras cloudflare-ai-gateway cloudflare-workers-ai deepinfra github-models google-vertex " +
    "google-vertex-anthropic litellm lmstudio modelscope nvidia stepfun vercel-ai-gateway voyage xiaomi-mimo";
  const named = [...first.split(" "), ...second.split(" ")];
  const byId = new Map(providers.map((provider) => [provider.id, provider]));
  expect(named.filter((id) => byId.get(id)?.untested !== undefined || !byId.has(id))).toEqual([]);
  expect(providers.length).toBeGreaterThanOrEqual(200);
  expect(providers.flatMap(chatModels).length).toBeGreaterThanOrEqual(6000);
});

test("hardly a chat model lacks its context, and none of a lab whose facts were checked does", () => {
  const served = providers.filter(({ role }) => role !== "local");
  const lacking = served.flatMap((provider) =>
    chatModels(provider)
      .filter(([, { limits }]) => limits.context === undefined)
      .map(([id]) => ({ provider, id })),
  );
  expect(lacking.filter(({ provider }) => provider.role === "lab" && !provider.untested)).toEqual([]);
  expect(lacking.length / served.flatMap(chatModels).length).toBeLessThan(0.03);
});

describe.each(
  providers.filter((provider) => chatModels(provider).length > 0).map((provider) => [provider.id, provider] as const),
)("%s", (_id, provider) => {
  test("has a default chat model in service", () => {
    const model = provider.models[provider.defaultModel ?? ""];
    expect(model?.kind).toBe("chat");
    expect(model?.status).not.toBe("retired");
  });

  test("states a price or a plan for each chat model, in a currency and as of a day", () => {
    for (const [id, { pricing }] of chatModels(provider)) {
      expect([id, pricing?.tokens ?? pricing?.units ?? pricing?.plan]).not.toEqual([id, undefined]);
      if (provider.role !== "local")
        expect([id, pricing?.currency, pricing?.asOf]).toEqual([id, "USD", expect.any(String)]);
    }
  });
});

test("at least 95 % of the chat providers are a file and no code: others speak their protocols, too", () => {
  const speakers = new Map<string, Set<string>>();
  for (const provider of providers)
    for (const [, { transport }] of chatModels(provider)) {
      const protocol = transport?.protocol ?? provider.protocol;
      speakers.set(protocol, (speakers.get(protocol) ?? new Set()).add(provider.id));
    }
  const all = new Set([...speakers.values()].flatMap((ids) => [...ids]));
  const alone = [...speakers.values()].filter(({ size }) => size === 1).flatMap((ids) => [...ids]);
  expect(alone.sort()).toEqual(["amazon-bedrock", "cohere", "ollama"]);
  expect(1 - alone.length / all.size).toBeGreaterThanOrEqual(0.95);
});

test("each dialect switch is used by a shipped provider", () => {
  const used = new Set<string>();
  for (const provider of providers) {
    for (const { dialect } of [provider, ...Object.values(provider.models)]) {
      for (const [protocol, switches] of Object.entries(dialect ?? {})) {
        for (const name of Object.keys(switches)) used.add(`${protocol}.${name}`);
      }
    }
  }
  const offered = Object.entries(dialectsSchema.shape).flatMap(([protocol, schema]) =>
    Object.keys(schema.unwrap().shape).map((name) => `${protocol}.${name}`),
  );
  expect([...used].sort()).toEqual(offered.sort());
});

test("docs/providers.md tells these providers (`npm run generate`)", () => {
  const text = readFileSync(new URL("../../docs/providers.md", import.meta.url), "utf8");
  expect(text).toBe(providerTable(providers));
});

describe("the published JSON Schema", () => {
  const text = readFileSync(new URL("../../catalog/provider.schema.json", import.meta.url), "utf8");
  const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(text) as object);

  test("is what the code emits (`node --import tsx codegen/emit-schema.ts`)", () => {
    expect(text).toBe(providerJsonSchema());
  });

  test("accepts every shipped file", () => {
    for (const [name, file] of files) expect([name, validate(JSON.parse(file))]).toEqual([name, true]);
  });

  test.each([
    ["a typo in a model", { a: { kind: "chat", featurs: {} } }],
    ["a typo deep inside", { a: { kind: "chat", params: { temperature: { mni: 0 } } } }],
    ["a wrong enum value", { a: { kind: "chatt" } }],
  ])("refuses %s", (_name, wrong) => {
    expect(validate(providerFile({ a: { kind: "chat" } }))).toBe(true);
    expect(validate(providerFile(wrong))).toBe(false);
    expect(validate({ ...providerFile({}), provider: { ...connection, bseURL: "" } })).toBe(false);
  });
});
