/** Providers: handles by id, unknown ids, defaults, live lists; and embeddings. */
import { describe, expect, it } from "vitest";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { type chatModel, embeddingModel, fails, key, provider, serve } from "./support.js";

const nowhere = "http://127.0.0.1:1";
const models = {
  "gpt-4o": {
    aliases: ["gpt-4o-latest"],
    limits: { context: 128_000 },
    features: { tools: true, toolChoice: ["auto", "required"] },
  },
  "claude-*": { idPattern: "claude-*" },
  vectors: { kind: "embedding" },
  painter: { kind: "image" },
} as const;

describe("a provider", () => {
  it("gives the same handle for the same id, with facts and exactly its methods", () => {
    const p = provider(nowhere, models);
    expect(p("gpt-4o")).toBe(p("gpt-4o"));
    expect(p("gpt-4o")).toBe(p.models["gpt-4o"]);
    expect(p("gpt-4o")).toMatchObject({
      id: "gpt-4o",
      provider: "p",
      kind: "chat",
      facts: { limits: { context: 128_000 } },
    });
    const methods = (id: string): string[] =>
      Object.entries(p(id)).flatMap(([name, value]) => (typeof value === "function" ? [name] : []));
    expect(methods("gpt-4o")).toEqual(["supports", "chat", "stream"]);
    expect(methods("vectors")).toEqual(["supports", "embed"]);
    expect(methods("painter")).toEqual(["supports", "image", "imageStream", "submit", "resume"]);
  });

  it("tells an untyped caller which methods a model has not", () => {
    const p = provider(nowhere, models) as unknown as (id: string) => { embed(): void; chat(): void };
    expect(() => p("gpt-4o").embed()).toThrow("gpt-4o is a model of kind chat and has no method embed");
    expect(() => p("vectors").chat()).toThrow(expect.objectContaining({ code: "unsupported", model: "vectors" }));
  });

  it("finds models by alias and pattern", () => {
    const p = provider(nowhere, models);
    expect(p("gpt-4o-latest").id).toBe("gpt-4o");
    expect(p("claude-9").id).toBe("claude-9");
  });

  it.each(["gpt-4oo", "__proto__", "constructor", ""])("refuses the unknown id %j", (id) => {
    const p = provider(nowhere, models);
    expect(() => p(id)).toThrow(expect.objectContaining({ code: "unknown-model", provider: "p" }));
    expect(p.models[id]).toBeUndefined();
    if (id === "gpt-4oo") expect(() => p(id)).toThrow('p has no model "gpt-4oo"; did you mean "gpt-4o"?');
  });

  it("passes everything on for ids outside the catalog, where that is asked for", async () => {
    const server = await serve(
      fails(200, { choices: [{ index: 0, message: { content: "ok" }, finish_reason: "stop" }] }),
    );
    const open = provider(server.url, models, { facts: { unknownModels: "permissive" } });
    for (const handle of [open("new"), provider(server.url, models).model("new")]) {
      const model = handle as ReturnType<typeof chatModel>;
      await model.chat({ messages: "Hi", topK: 3, reasoning: { effort: "max" } });
    }
    expect(server.bodies()).toMatchObject([
      { model: "new", top_k: 3 },
      { model: "new", top_k: 3 },
    ]);
  });

  it("tells programs, too, what was probably meant and where the models are documented", async () => {
    const docs = "https://p.test/models";
    const answer = { error: { message: "The model does not exist", code: "model_not_found" } };
    const p = provider(nowhere, models, {
      facts: { docs },
      options: { fetch: async () => Response.json(answer, { status: 404 }) },
    });
    const unknown = { code: "unknown-model", suggestions: ["gpt-4o"], docs };
    expect(() => p("gpt-4oo")).toThrow(expect.objectContaining(unknown));
    expect(() => p("nothing like it")).toThrow(expect.objectContaining({ ...unknown, suggestions: [] }));
    const gone = { code: "not-found", suggestions: [], docs };
    await expect((p("gpt-4o") as ChatHandle).chat({ messages: "Hi" })).rejects.toMatchObject(gone);
  });

  it("has a default model, which the environment may name", () => {
    const options = (env: object) => ({ facts: { defaultModel: "gpt-4o" }, options: { env: { ...env } } });
    expect(provider(nowhere, models, options({}))().id).toBe("gpt-4o");
    expect(provider(nowhere, models, options({ AI_MODEL: "vectors" }))().id).toBe("vectors");
    const both = options({ AI_MODEL: "vectors", P_MODEL: "gpt-4o" });
    expect(provider(nowhere, models, both)().id).toBe("gpt-4o");
    expect(() => provider(nowhere, models, options({ P_MODEL: "gpt-4" }))()).toThrow(
      'p has no model "gpt-4", which P_MODEL names',
    );
    expect(() => provider(nowhere, models)()).toThrow("p has no default model: name one, or set P_MODEL or AI_MODEL");
  });

  it("takes words for the default where a program leaves the choice, unless a model is called so", () => {
    const facts = { defaultModel: "gpt-4o" };
    const p = provider(nowhere, models, { facts });
    for (const word of [undefined, "", "auto", "default", "provider_default"]) expect(p.model(word).id).toBe("gpt-4o");
    const named = provider(nowhere, { ...models, auto: {} }, { facts });
    expect(named.model("auto").id).toBe("auto");
    // Nothing to resolve to: the server may know it.
    expect(provider(nowhere, models).model("auto").id).toBe("auto");
    expect(() => provider(nowhere, models).model("")).toThrow("p has no default model");
    expect(() => p("auto")).toThrow('p has no model "auto"');
  });

  it("says in each reply who named the model", async () => {
    const answer = { choices: [{ message: { content: "Hi" }, finish_reason: "stop" }] };
    const fetch = async () => Response.json(answer);
    const facts = { defaultModel: "gpt-4o" };
    const named = (env: object) =>
      provider(nowhere, models, { facts, options: { env: { P_KEY: key, ...env }, fetch } });
    const chosenBy = async (handle: unknown) => (await (handle as ChatHandle).chat({ messages: "Hi" })).chosenBy;
    expect(await chosenBy(named({})())).toBe("catalog");
    expect(await chosenBy(named({ AI_MODEL: "gpt-4o" })())).toBe("environment");
    expect(await chosenBy(named({ P_MODEL: "gpt-4o" }).model("auto"))).toBe("environment");
    expect(await chosenBy(named({ P_MODEL: "gpt-4o" })("gpt-4o"))).toBe("program");
  });

  it("reads its facts at the first use only, and shows its models as an object", () => {
    let reads = 0;
    const facts = () => {
      reads += 1;
      return { id: "p", baseURL: nowhere, models };
    };
    const p = defineProvider({ protocols: [openaiChat], facts });
    expect(reads).toBe(0);
    expect(Object.keys(p.models)).toEqual(Object.keys(models));
    expect("gpt-4o" in p.models && !("x" in p.models)).toBe(true);
    p("gpt-4o");
    expect(reads).toBe(1);
  });

  it("answers supports from the facts", () => {
    const p = provider(nowhere, models);
    expect(p("gpt-4o").supports("tools", "output")).toBe(true);
    expect(p("gpt-4o").supports("tools", "image")).toBe(false);
    expect(p.model("new").supports("image", "tools", "reasoning", "temperature")).toBe(true);
  });

  it("names a protocol it has no room for", () => {
    const p = provider(nowhere, { m: { transport: { protocol: "anthropic-messages" } } });
    expect(() => p("m")).toThrow("no room for the protocol anthropic-messages");
  });

  it("lists the live models", async () => {
    const server = await serve(
      fails(200, { data: [{ id: "a", context_length: 5 }, { id: "b" }] }),
      fails(200, [{ id: "c" }]),
    );
    const p = provider(server.url);
    expect(await p.list()).toMatchObject([{ id: "a", contextTokens: 5 }, { id: "b" }]);
    expect(await p.list()).toMatchObject([{ id: "c" }]);
    expect(server.received[0]).toMatchObject({
      method: "GET",
      url: "/models",
      headers: { authorization: `Bearer ${key}` },
    });
  });
});

describe("embed", () => {
  const vectors = {
    params: { dimensions: { type: "integer", min: 1, max: 8, default: 2 } },
    limits: { batchItems: 2, inputChars: 20 },
  } as const;
  /** One vector per input, out of order, each with the input's number. */
  const embeds =
    (length = 2) =>
    (body: unknown, response: { end(text: string): unknown }) => {
      const { input } = body as { input: string[] };
      const data = input.map((text, index) => ({ index, embedding: Array(length).fill(Number(text)) })).reverse();
      response.end(JSON.stringify({ data, usage: { prompt_tokens: input.length } }));
    };

  it("splits to what the provider takes and keeps the order", async () => {
    const server = await serve(embeds() as never);
    const pricing = { currency: "USD", tokens: { input: 2 } };
    const reply = await embeddingModel(server.url, { ...vectors, pricing }).embed({ input: ["1", "2", "3"] });
    expect(server.bodies().map((body) => body.input)).toEqual([["1", "2"], ["3"]]);
    expect(reply.embeddings).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
    ]);
    expect(reply).toMatchObject({ usage: { inputTokens: 3 }, cost: { amount: 0.000006 }, provider: "p", model: "e" });
    expect((await embeddingModel(server.url, vectors).embed({ input: "7" })).embeddings).toEqual([[7, 7]]);
  });

  it("passes dimensions, extra body and headers", async () => {
    const server = await serve(embeds(4) as never);
    const model = embeddingModel(server.url, vectors);
    await model.embed({ input: "1", dimensions: 4, extraBody: { user: "u" }, extraHeaders: { "X-A": "b" } });
    expect(server.bodies()[0]).toMatchObject({ dimensions: 4, user: "u" });
    expect(server.received[0]?.headers["x-a"]).toBe("b");
  });

  it.each<[string, object, string]>([
    ["dimensions out of range", { dimensions: 9 }, "dimensions must be between 1 and 8 for e"],
    ["an unknown option", { dimension: 4 }, 'unknown option "dimension"; did you mean "dimensions"?'],
    ["an unknown parameter", { options: { topK: 4 } }, "e does not accept topK"],
    ["no input", { input: [] }, "input must hold at least one value"],
    ["a long input", { input: ["1", "x".repeat(21)] }, "input must have at most 20 characters for e"],
  ])("refuses %s before anything is sent", async (_name, options, message) => {
    await expect(embeddingModel(nowhere, vectors).embed({ input: "1", ...options })).rejects.toMatchObject({
      name: "CapabilityError",
      message,
    });
  });

  it.each([
    ["another length than asked for", 3, { dimensions: 4 }, "a vector of 3 dimensions, not 4"],
    ["another length than the catalog says", 3, {}, "a vector of 3 dimensions, not 2"],
  ])("does not hand on vectors of %s", async (_name, length, options, message) => {
    const server = await serve(embeds(length) as never);
    await expect(embeddingModel(server.url, vectors).embed({ input: "1", ...options })).rejects.toMatchObject({
      code: "invalid-response",
      message: `p/e: invalid-response: ${message}`,
    });
  });

  it("fails as chat does", async () => {
    const server = await serve(fails(401, { error: { message: `bad ${key}` } }));
    const error = await embeddingModel(server.url, vectors)
      .embed({ input: "1" })
      .catch((e) => e);
    expect(error).toMatchObject({ code: "authentication", model: "e" });
    expect(error.message).not.toContain(key);
  });
});
