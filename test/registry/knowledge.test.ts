/** What a registry finds out by itself: guesses by name, answers of the model, live lists, refusals that were learned from. */
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { loadCatalog } from "../../src/catalog/load.js";
import type { ChatHandle } from "../../src/client/handle.js";
import {
  createInference,
  inferredFlags,
  learnFromRefusals,
  liveModels,
  overlay,
  statedFlags,
  validateModel,
} from "../../src/registry.js";
import { createSimulator } from "../../src/testing.js";
import { answers, fails, plainModel, provider, serve } from "../client/support.js";
import { acme, compiledModels, registryOf } from "./support.js";

describe("guessing by name", () => {
  const host = (id: string, models: object) => ({ id, models }) as unknown as ProviderFacts;
  const chat = (facts: object = {}) => ({
    kind: "chat",
    input: ["text"],
    output: ["text"],
    features: {},
    params: {},
    limits: {},
    ...facts,
  });
  const sees = chat({ input: ["text", "image"], features: { tools: true } });
  const infer = createInference([
    host("a", { "lab/vista-2": sees, "lab/vista-2-mini": sees, "plain-1": chat({ features: { tools: false } }) }),
    host("b", {
      "vista-2": sees,
      "plain-1:free": chat({ features: { tools: true } }),
      "embed-big": chat({ kind: "embedding" }),
    }),
  ]);

  test("takes what models of the same name agree about, whoever serves them", () => {
    expect(infer("other/Vista-2-20260101")).toMatchObject({
      by: "name",
      kind: "chat",
      flags: { vision: true, tools: true },
    });
    expect(infer("plain-1")?.flags.tools).toBeUndefined();
    expect(infer("plain-1", "b")).toMatchObject({ flags: { tools: false }, basis: ["a/plain-1"] });
  });

  test("falls back to the family, and says nothing of a name like no other", () => {
    expect(infer("vista-2-ultra")).toMatchObject({ by: "family", flags: { vision: true } });
    expect(infer("vista-2-mini-x")?.flags).toEqual({});
    expect(infer("embed-big-2")?.kind).toBe("embedding");
    expect(infer("vision-turbo")).toBeUndefined();
  });

  test("is right in at least 95 of 100 flags of each kind, for models that no gateway stands before", async () => {
    const { providers } = await loadCatalog(fileURLToPath(new URL("../../catalog", import.meta.url)));
    const guess = createInference(providers);
    const score = new Map<string, { right: number; of: number }>();
    const guessed = new Set<string>();
    for (const provider of providers.filter(({ role }) => role !== "gateway"))
      for (const [id, facts] of Object.entries(provider.models)) {
        const found = guess(id, provider.id);
        if (found?.by !== "name") continue;
        guessed.add(id);
        const stated = statedFlags(facts);
        for (const flag of inferredFlags) {
          if (found.flags[flag] === undefined || stated[flag] === undefined) continue;
          const { right, of } = score.get(flag) ?? { right: 0, of: 0 };
          score.set(flag, { right: right + (found.flags[flag] === stated[flag] ? 1 : 0), of: of + 1 });
        }
      }
    expect(guessed.size).toBeGreaterThan(1_000);
    expect([...score.keys()].sort()).toEqual([...inferredFlags].sort());
    for (const [flag, { right, of }] of score)
      expect(right / of, `${flag}: ${right} of ${of}`).toBeGreaterThanOrEqual(0.95);
  });
});

describe("asking the model", () => {
  const simulated = (models: object) => {
    const facts = { ...acme(undefined, models as never).facts, role: "lab", protocol: "openai-chat" } as ProviderFacts;
    const simulator = createSimulator({ providers: [facts] });
    const client = acme(simulator.baseURL("acme"), models as never, { fetch: simulator.fetch as never });
    return { simulator, client };
  };

  test("finds out what works, with three requests", async () => {
    const big = { kind: "chat", output: ["text"], limits: {}, ...compiledModels.big };
    const { simulator, client } = simulated({ big });
    expect(await validateModel(client("big"))).toMatchObject({
      works: true,
      abilities: { text: "yes", tools: "yes", output: "yes" },
      requests: 3,
    });
    expect(simulator.requests).toHaveLength(3);
  });

  test("finds out that the catalog says no rightly", async () => {
    const small = { kind: "chat", output: ["text"], limits: {}, ...compiledModels.small };
    const report = await validateModel(simulated({ small }).client("small"));
    expect(report.abilities).toEqual({ text: "yes", tools: "no", output: "no" });
  });

  test.each([
    [401, "authentication"],
    [404, "not-found"],
    [429, "rate-limited"],
  ])("stops at %i after one request and says %s", async (status, code) => {
    const server = await serve(fails(status, { error: { message: "no" } }));
    const report = await validateModel(acme(server.url)("big"));
    expect(report).toMatchObject({ works: false, code, requests: 1, abilities: { tools: "untested" } });
    expect(server.received).toHaveLength(1);
  });

  test("keeps within its budget", async () => {
    const server = await serve(answers({ content: "hi" }));
    expect(await validateModel(acme(server.url)("big"), { maxRequests: 1 })).toMatchObject({
      requests: 1,
      works: true,
    });
    expect(await validateModel(acme(server.url)("big"), { maxCost: 0 })).toMatchObject({ requests: 0, works: false });
    expect(server.received).toHaveLength(1);
    await expect(validateModel({ kind: "embedding" })).rejects.toMatchObject({ code: "invalid-configuration" });
  });
});

test("a live list adds what the program did not know, and nothing else", async () => {
  const data = [{ id: "brand-new", context_length: 32_000 }, { id: "big" }, { id: "__proto__" }];
  const server = await serve((_body, response) => void response.end(JSON.stringify({ data })));
  const client = provider(server.url, compiledModels, {
    facts: { id: "acme", discover: { path: "/models", adapter: "openai" } },
  });
  const registry = await registryOf({ providers: { acme: client }, sources: [liveModels(client, { pollMs: false })] });
  expect(registry.list().map(({ model }) => model)).toEqual(["big", "brand-new", "small"]);
  expect(registry.explain("acme/brand-new", "kind")).toMatchObject({ layer: "remote", source: "live acme" });
  expect(registry.get("acme/big")?.facts).toEqual((await registryOf()).get("acme/big")?.facts);
});

describe("a refused parameter", () => {
  const refuses = (message: string, code = "unsupported_parameter") => fails(400, { error: { message, code } });

  test("becomes a proposal with its evidence, applied only on request", async () => {
    const server = await serve(refuses("Unsupported parameter: 'top_p' is not supported with this model."));
    const learner = learnFromRefusals();
    const params = { ...plainModel.params, topP: true };
    const client = acme(server.url, { big: { ...plainModel, params } }, { hooks: learner.hooks });
    const registry = await registryOf({ providers: { acme: client } });
    const ask = () =>
      (registry.providers.acme("big") as ChatHandle).chat({ messages: "hi", topP: 0.5, temperature: 1 });
    for (let i = 0; i < 2; i += 1) await expect(ask()).rejects.toMatchObject({ status: 400 });
    expect(learner.proposals).toMatchObject([
      {
        provider: "acme",
        model: "big",
        param: "topP",
        evidence: { count: 2, status: 400, providerCode: "unsupported_parameter" },
      },
    ]);
    expect(server.received).toHaveLength(2);
    await registry.addSource(overlay(learner.proposals[0]?.change));
    await expect(ask()).rejects.toMatchObject({ code: "unsupported", path: "topP" });
    expect(server.received).toHaveLength(2);
  });

  test.each([
    ["another failure", refuses("the prompt is too long", "context_length_exceeded")],
    ["two parameters together", refuses("temperature and top_p cannot both be specified: unsupported")],
    ["a parameter that was not sent", refuses("Unsupported parameter: 'seed'")],
    ["a word inside another", refuses("Unsupported parameter: 'temperatures'")],
    ["another status", fails(500, { error: { message: "Unsupported parameter: 'temperature'" } })],
  ])("is not seen in %s", async (_name, answer) => {
    const learner = learnFromRefusals();
    const server = await serve(answer);
    const params = { ...plainModel.params, topP: true };
    const client = acme(server.url, { big: { ...plainModel, params } }, { hooks: learner.hooks });
    await (client("big") as ChatHandle).chat({ messages: "hi", temperature: 1, topP: 0.5 }).catch(() => {});
    expect(learner.proposals).toEqual([]);
  });
});
