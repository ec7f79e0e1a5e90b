/** A real server, llama.cpp's from Debian's packages, through the rooms it speaks and the generic providers. Fails when the server cannot be had. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createAnthropicCompatible } from "../../generated/anthropic-compatible.js";
import { createOpenaiCompatible } from "../../generated/openai-compatible.js";
import { image } from "../../src/chat/build.js";
import { defineProvider, type ProviderLiteral } from "../../src/client/define-provider.js";
import type { ChatHandle, EmbeddingHandle, RerankHandle } from "../../src/client/handle.js";
import { isModelwrightError } from "../../src/errors.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { openaiResponses } from "../../src/protocols/openai-responses/index.js";
import { type LlamaServer, startLlama } from "../servers/llama.js";
import { said } from "../servers/tiny-model.js";

let chat: LlamaServer;
let embedding: LlamaServer;
let rerank: LlamaServer;
beforeAll(async () => {
  [chat, embedding, rerank] = await Promise.all([startLlama("chat"), startLlama("embedding"), startLlama("rerank")]);
}, 600_000);
afterAll(() => Promise.all([chat?.stop(), embedding?.stop(), rerank?.stop()]));

const options = { env: {}, retry: false } as const;

/** A provider of the server's own, with what is known of its model. */
function own(
  protocol: "openai-chat" | "openai-responses",
  models: NonNullable<ProviderLiteral["models"]>,
): ProviderLiteral {
  return { id: "llamacpp", protocol, baseURL: chat.baseURL, assume: "permissive", models };
}

const known = { tiny: { features: { tools: true, structuredOutput: "schema" } } } as const;
const clients: { readonly [name: string]: () => ChatHandle } = {
  "openai-compatible": () =>
    createOpenaiCompatible({ ...options, baseURL: chat.baseURL }).model("tiny") as unknown as ChatHandle,
  "anthropic-compatible": () =>
    createAnthropicCompatible({ ...options, baseURL: chat.baseURL }).model("tiny") as unknown as ChatHandle,
  "openai-chat": () =>
    defineProvider({ protocols: [openaiChat], facts: own("openai-chat", known) }, options).model("tiny") as ChatHandle,
  "openai-responses": () =>
    defineProvider({ protocols: [openaiResponses], facts: own("openai-responses", known) }, options).model(
      "tiny",
    ) as ChatHandle,
};

const city = {
  type: "object",
  properties: { city: { type: "string" } },
  required: ["city"],
  additionalProperties: false,
};
const cold = { temperature: 0, maxOutputTokens: 100 } as const;

describe.each(Object.keys(clients))("llama-server through %s", (name) => {
  const model = (): ChatHandle => clients[name]!();

  it("answers, whole and streamed, and counts", async () => {
    const request = { messages: "Hi", ...cold };
    const whole = await model().chat(request);
    expect(whole).toMatchObject({ text: said.text, finishReason: "stop", usage: { state: "known", outputTokens: 11 } });
    expect(whole.usage.inputTokens).toBe(11);
    const deltas: string[] = [];
    const stream = model().stream(request);
    for await (const text of stream.text) deltas.push(text);
    expect(deltas.length).toBeGreaterThan(3);
    expect(deltas.join("")).toBe(said.text);
    expect(await stream.reply).toMatchObject({ finishReason: "stop", usage: { inputTokens: 11, outputTokens: 11 } });
  });

  it.each([false, true])("runs a tool and goes on with its result, streamed: %s", async (stream) => {
    const asked: unknown[] = [];
    const get_weather = {
      description: "Tells the weather.",
      input: city,
      execute: (input: { city: string }) => {
        asked.push(input);
        return "18 degrees";
      },
    };
    const request = { messages: "Weather?", tools: { get_weather }, maxSteps: 2, ...cold };
    const reply = stream ? await model().stream(request).reply : await model().chat(request);
    expect(asked).toEqual([{ city: "Rome" }]);
    expect(reply).toMatchObject({ text: said.result, finishReason: "stop" });
    expect(reply.steps[0]).toMatchObject({ finishReason: "tool-calls" });
  });

  it("ends at the token limit", async () => {
    expect(await model().chat({ messages: "Hi", temperature: 0, maxOutputTokens: 3 })).toMatchObject({
      text: "Hello from a",
      // Its `/responses` says `completed` of answers that were cut.
      finishReason: name === "openai-responses" ? "stop" : "length",
    });
  });

  it("tells the server's own refusal", async () => {
    const call = model().chat({ messages: "Hi ".repeat(9000), ...cold });
    await expect(call).rejects.toMatchObject({ status: 400, providerMessage: expect.stringContaining("context") });
    await call.catch((error) => expect(isModelwrightError(error)).toBe(true));
  });
});

describe("llama-server", () => {
  it.each([false, true])("keeps its answer to a schema, streamed: %s", async (stream) => {
    const request = { messages: "Where?", output: { schema: city, name: "place" }, ...cold };
    const model = clients["openai-chat"]!();
    const reply = stream ? await model.stream(request).reply : await model.chat(request);
    expect(reply).toMatchObject({ text: said.json, output: JSON.parse(said.json), outputPath: "schema" });
  });

  it("lists its models", async () => {
    const server = createOpenaiCompatible({ ...options, baseURL: chat.baseURL });
    expect(await server.list()).toMatchObject([{ id: "tiny" }]);
  });

  it("embeds", async () => {
    const facts = own("openai-chat", { tiny: { kind: "embedding" } });
    const provider = defineProvider(
      { protocols: [openaiChat], facts: { ...facts, baseURL: embedding.baseURL } },
      options,
    );
    const { embeddings, usage } = await (provider.model("tiny") as EmbeddingHandle).embed({
      input: ["one", "two", "one"],
    });
    expect(embeddings.map((vector) => vector.length)).toEqual([512, 512, 512]);
    expect(embeddings[0]).toEqual(embeddings[2]);
    expect(embeddings[0]).not.toEqual(embeddings[1]);
    expect(usage.inputTokens).toBe(9);
  });

  it("ranks, though the tiny model finds everything alike", async () => {
    const facts = own("openai-chat", { tiny: { kind: "rerank" } });
    const provider = defineProvider({ protocols: [openaiChat], facts: { ...facts, baseURL: rerank.baseURL } }, options);
    const model = provider.model("tiny") as RerankHandle;
    const { results, usage } = await model.rerank({ query: "one", documents: ["one", "two", "three"], topN: 2 });
    expect(results.map(({ index }) => index)).toEqual([0, 1]);
    expect(results.every(({ score }) => Number.isFinite(score))).toBe(true);
    expect(usage).toMatchObject({ state: "known", inputTokens: expect.any(Number) });
    expect(usage.inputTokens).toBeGreaterThan(9);
    const call = model.rerank({ query: "one", documents: [{ text: "two" }] as never });
    await expect(call).rejects.toMatchObject({ code: "invalid-request", path: "documents" });
  });

  it("embeds no pictures", async () => {
    const facts = own("openai-chat", { tiny: { kind: "embedding" } });
    const literal = { ...facts, baseURL: embedding.baseURL };
    const model = defineProvider({ protocols: [openaiChat], facts: literal }, options).model("tiny") as EmbeddingHandle;
    const call = model.embed({ input: [image("https://example.com/a.png")] });
    await expect(call).rejects.toThrow("tiny does not accept image input");
  });

  it("stops generating when the caller leaves", async () => {
    const controller = new AbortController();
    const request = { messages: "Hi", signal: controller.signal, ...cold };
    const read = async (): Promise<void> => {
      for await (const { type } of clients["openai-chat"]!().stream(request))
        if (type === "text-delta") controller.abort();
    };
    await expect(read()).rejects.toMatchObject({ code: "aborted" });
  });
});
