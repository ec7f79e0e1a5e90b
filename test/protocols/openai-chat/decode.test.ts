/** Whole answers, usage in all its forms, failures, embeddings and model lists. */
import { describe, expect, it } from "vitest";
import { openaiChatRoom as openaiChat } from "../../../src/protocols/openai-chat/room.js";
import { callsOf, callWith, finishOf, type Members, textOf, thrownBy, whole } from "./support.js";

describe("a whole answer", () => {
  it("gives the events of a stream", () => {
    const call = { id: "c1", type: "function", function: { name: "add", arguments: '{"x": 1}' } };
    const events = whole({ content: "Let me see.", reasoning_content: "Hm", tool_calls: [call] });
    expect(events.map((event) => event.type)).toEqual([
      "start",
      "reasoning-delta",
      "text-delta",
      "tool-call-start",
      "tool-call-delta",
      "tool-call",
      "finish",
    ]);
    expect(finishOf(events)).toMatchObject({ finishReason: "tool-calls", rawFinishReason: "stop" });
  });

  it.each([
    ["", {}],
    ["null", {}],
    [undefined, {}],
    [null, {}],
    ["{}", {}],
    [{ x: 1 }, { x: 1 }],
  ])("reads the arguments %j of a call as %j", (text, input) => {
    const call = { id: "c1", function: { name: "now", ...(text === undefined ? {} : { arguments: text }) } };
    expect(callsOf(whole({ content: null, tool_calls: [call] }))).toEqual([{ id: "c1", name: "now", input }]);
  });

  it("reads choice 0, wherever it stands", () => {
    const choices = [1, 0].map((index) => ({ index, message: { content: `choice ${index}` }, finish_reason: "stop" }));
    expect(textOf(whole({}, { choices }))).toBe("choice 0");
  });

  it("keeps an absent finish reason absent", () => {
    const choices = [{ index: 0, message: { content: "Yes" } }];
    expect(finishOf(whole({}, { choices }))).toMatchObject({ finishReason: "other", rawFinishReason: undefined });
  });

  it("keeps a signature of a call for the way back", () => {
    const extra_content = { google: { thought_signature: "sig" } };
    const call = { id: "c1", function: { name: "now", arguments: "{}" }, extra_content };
    expect(finishOf(whole({ tool_calls: [call] })).message.content).toEqual([
      {
        type: "tool-call",
        id: "c1",
        name: "now",
        input: {},
        replay: { protocol: "openai-chat", provider: "acme", model: "rocket-1", data: { extra_content } },
      },
    ]);
  });

  it.each([
    ["no object", "text", "invalid-response"],
    ["no choices", { id: "x", choices: [] }, "invalid-response"],
    ["an error", { error: { code: 524, message: "Provider returned error" } }, "timeout"],
    ["an error as text", { error: "model is loading" }, "provider-error"],
    ["an error of the whole body", { object: "error", message: "bad", code: 400 }, "provider-rejected"],
  ])("that holds %s is an error", (_what, body, code) => {
    expect(thrownBy(() => openaiChat.decodeChat(body, callWith()))).toMatchObject({ code });
  });
});

describe("usage", () => {
  function usage(raw: Members, options: Parameters<typeof callWith>[0] = {}) {
    return finishOf(whole({ content: "Yes" }, { usage: raw }, callWith(options))).usage;
  }

  it.each<[string, Members, Members]>([
    [
      "OpenAI",
      {
        prompt_tokens: 100,
        completion_tokens: 50,
        total_tokens: 150,
        prompt_tokens_details: { cached_tokens: 60, audio_tokens: 10 },
        completion_tokens_details: { reasoning_tokens: 30, audio_tokens: 5, rejected_prediction_tokens: 3 },
      },
      { input: 30, cacheRead: 60, audioInput: 10, output: 15, reasoning: 30, audioOutput: 5 },
    ],
    [
      "DeepSeek",
      { prompt_tokens: 771, completion_tokens: 38, prompt_cache_hit_tokens: 768, prompt_cache_miss_tokens: 3 },
      { input: 3, cacheRead: 768, output: 38 },
    ],
    [
      "OpenRouter to Claude",
      {
        prompt_tokens: 100,
        completion_tokens: 5,
        prompt_tokens_details: { cached_tokens: 40, cache_write_tokens: 50 },
      },
      { input: 10, cacheRead: 40, cacheWrite: 50, output: 5 },
    ],
    [
      "Doubleword",
      {
        prompt_tokens: 100,
        completion_tokens: 5,
        cache_creation_input_tokens: 50,
        cache_creation: { ephemeral_1h_input_tokens: 20, ephemeral_5m_input_tokens: 30 },
      },
      { input: 50, cacheWrite: 30, cacheWrite1h: 20, output: 5 },
    ],
    ["Moonshot", { prompt_tokens: 10, completion_tokens: 5, cached_tokens: 4 }, { input: 6, cacheRead: 4, output: 5 }],
    [
      "Copilot",
      { prompt_tokens: 10, completion_tokens: 5, reasoning_tokens: 4 },
      { input: 10, output: 1, reasoning: 4 },
    ],
    [
      "a gateway whose parts exceed the whole",
      {
        prompt_tokens: 198,
        completion_tokens: 9,
        prompt_tokens_details: { cached_tokens: 314 },
        completion_tokens_details: { reasoning_tokens: 75 },
      },
      { cacheRead: 198, reasoning: 9 },
    ],
    [
      "a hostile server",
      { prompt_tokens: -5, completion_tokens: Number.MAX_VALUE, total_tokens: "x" },
      { output: Number.MAX_VALUE },
    ],
  ])("of %s falls into disjoint buckets", (_who, raw, buckets) => {
    expect(usage(raw)).toMatchObject({ state: "known", raw });
    expect(usage(raw).buckets).toEqual(buckets);
  });

  it("adds what the dialect counts beside the totals", () => {
    const raw = {
      prompt_tokens: 9,
      completion_tokens: 27,
      prompt_tokens_details: { audio_tokens: 375 },
      completion_tokens_details: { reasoning_tokens: 350 },
    };
    const dialect = { usageExcludes: ["reasoning", "audio"] } as const;
    expect(usage(raw, { dialect })).toMatchObject({
      inputTokens: 384,
      outputTokens: 377,
      buckets: { input: 9, audioInput: 375, output: 27, reasoning: 350 },
    });
  });

  it.each<[string, Members, number | undefined]>([
    ["OpenRouter", { cost: 0.002 }, 0.002],
    [
      "OpenRouter with an own key",
      { cost: 0.0001, is_byok: true, cost_details: { upstream_inference_cost: 0.002 } },
      0.0021,
    ],
    ["Perplexity", { cost: { input_tokens_cost: 0.001, total_cost: 0.006 } }, 0.006],
    ["xAI", { cost_in_usd_ticks: 2733250 }, 0.000273325],
    ["a provider that states none", {}, undefined],
    ["a hostile server", { cost: -1, cost_in_usd_ticks: "7" }, undefined],
  ])("takes the cost that %s reports", (_who, cost, usd) => {
    const { reportedCostUsd } = usage({ prompt_tokens: 1, completion_tokens: 1, ...cost });
    if (usd === undefined) expect(reportedCostUsd).toBeUndefined();
    else expect(reportedCostUsd).toBeCloseTo(usd, 12);
  });

  it("is Groq's own member where there is no other", () => {
    const rest = { usage: null, x_groq: { id: "r", usage: { prompt_tokens: 3, completion_tokens: 2 } } };
    expect(finishOf(whole({ content: "Yes" }, rest)).usage).toMatchObject({ inputTokens: 3, outputTokens: 2 });
  });

  it("is absent, not zero, when nobody stated it", () => {
    expect(finishOf(whole({ content: "Yes" }, { usage: { prompt_tokens: null } })).usage.state).toBe("absent");
  });
});

describe("a failure", () => {
  const none = () => undefined;

  it.each<[string, unknown, Members]>([
    [
      "OpenAI",
      { error: { message: "No such model", type: "invalid_request_error", param: null, code: "model_not_found" } },
      { message: "No such model", code: "model_not_found", type: "invalid_request_error" },
    ],
    [
      "DeepSeek",
      { error: { message: "Bad key", type: "authentication_error", code: "invalid_request_error" } },
      { message: "Bad key", code: "invalid_request_error", type: "authentication_error" },
    ],
    ["Azure", { error: { code: "401", message: "Denied" } }, { message: "Denied", code: "401", status: 401 }],
    [
      "OpenRouter",
      { error: { message: "No credits", code: 402 } },
      { message: "No credits", code: "402", status: 402 },
    ],
    [
      "OpenRouter about its upstream",
      {
        error: {
          message: "Provider returned error",
          code: 429,
          metadata: { raw: '{"error":{"message":"Slow down"}}' },
        },
      },
      { message: "Provider returned error: Slow down", code: "429", status: 429 },
    ],
    [
      "Mistral",
      {
        object: "error",
        message: "Invalid model",
        type: "invalid_model",
        param: null,
        code: "1500",
        raw_status_code: 400,
      },
      { message: "Invalid model", code: "1500", type: "invalid_model", status: 400 },
    ],
    [
      "Mistral about a member",
      { object: "error", message: { detail: [{ loc: ["body", "seed"], msg: "Extra inputs", type: "x" }] }, code: null },
      { message: "body.seed: Extra inputs" },
    ],
    [
      "FastAPI",
      { detail: [{ loc: ["body", "model"], msg: "field required" }] },
      { message: "body.model: field required" },
    ],
    ["a detail", { detail: "Invalid API Key" }, { message: "Invalid API Key" }],
    [
      "xAI",
      { code: "resource-exhausted", error: "Too many requests" },
      { message: "Too many requests", code: "resource-exhausted" },
    ],
    ["Ollama", { error: "model 'x' not found" }, { message: "model 'x' not found" }],
    [
      "Hugging Face",
      { error: "Model is loading", estimated_time: 20.5 },
      { message: "Model is loading", retryAfterMs: 20500 },
    ],
    [
      "Doubleword",
      { code: 400, message: "Validation: too hot", type: "Bad Request" },
      { message: "Validation: too hot", code: "400", type: "Bad Request", status: 400 },
    ],
    [
      "Google's compatible surface",
      [{ error: { code: 404, message: "Gone", status: "NOT_FOUND" } }],
      { message: "Gone", code: "404", type: "NOT_FOUND", status: 404 },
    ],
    ["an edge", "<html>\r\n<head><title>429 Too Many Requests</title></head>", { message: "429 Too Many Requests" }],
    ["plain text", "upstream connect error", { message: "upstream connect error" }],
    ["nothing", "", { message: "the provider gave no message" }],
    ["null", null, { message: "the provider gave no message" }],
    [
      "Groq about time",
      { error: { message: "Please try again in 7.215s. Need more?" } },
      { message: "Please try again in 7.215s. Need more?", retryAfterMs: 7215 },
    ],
  ])("of %s is read", (_who, body, failure) => {
    expect(openaiChat.decodeFailure(body, none)).toEqual(failure);
  });

  it.each<[string, { [name: string]: string }, number | undefined]>([
    ["seconds", { "retry-after": "2" }, 2000],
    ["milliseconds", { "retry-after": "2", "retry-after-ms": "1500" }, 1500],
    ["Azure's zero beside seconds", { "retry-after": "1", "retry-after-ms": "0" }, 1000],
    ["a date", { "retry-after": "Wed, 01 Jul 2026 00:00:30 GMT", date: "Wed, 01 Jul 2026 00:00:00 GMT" }, 30000],
    ["an exhausted limit", { "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "1m2.5s" }, 62500],
    [
      "a limit that is not exhausted",
      { "x-ratelimit-remaining-tokens": "7", "x-ratelimit-reset-tokens": "1m" },
      undefined,
    ],
    ["rubbish", { "retry-after": "soon" }, undefined],
  ])("says when to try again by %s", (_how, headers, ms) => {
    expect(openaiChat.decodeFailure({ error: "no" }, (name) => headers[name]).retryAfterMs).toBe(ms);
  });
});

describe("embeddings", () => {
  const input = ["a", "b"];
  const { provider, model } = callWith({ dialect: { embeddingBase64: true } });
  const call = { provider, model, modelId: "embed-1", input, params: { dimensions: 2 } };
  const usage = { prompt_tokens: 4, total_tokens: 4 };

  it("are asked for as base64 where the provider can", () => {
    expect(openaiChat.embeddings?.encode(call)).toEqual({
      method: "POST",
      path: "/embeddings",
      headers: {},
      body: { model: "embed-1", input, encoding_format: "base64", dimensions: 2 },
    });
  });

  it("come in input order, as numbers or base64", () => {
    const floats = Buffer.from(new Float32Array([0.5, -2]).buffer).toString("base64");
    const data = [
      { index: 1, embedding: [1, 2] },
      { index: 0, embedding: floats },
    ];
    expect(openaiChat.embeddings?.decode({ data, usage, model: "embed-1" }, call)).toMatchObject({
      embeddings: [
        [0.5, -2],
        [1, 2],
      ],
      usage: { inputTokens: 4, outputTokens: 0 },
      model: "embed-1",
    });
  });

  it("without an index stand in order, and a bare total is the input", () => {
    const data = [{ embedding: [1] }, { embedding: [2] }];
    expect(openaiChat.embeddings?.decode({ data, usage: { total_tokens: 8 } }, call)).toMatchObject({
      embeddings: [[1], [2]],
      usage: { inputTokens: 8, outputTokens: 0 },
    });
  });

  it.each([
    ["too few", { data: [{ index: 0, embedding: [1] }] }],
    ["no numbers", { data: [{ embedding: [1] }, { embedding: [null] }] }],
    [
      "a twice stated index",
      {
        data: [
          { index: 0, embedding: [1] },
          { index: 0, embedding: [2] },
        ],
      },
    ],
    ["no object", []],
  ])("with %s are refused", (_what, body) => {
    expect(thrownBy(() => openaiChat.embeddings?.decode(body, call))).toMatchObject({ code: "invalid-response" });
  });
});

describe("the model list", () => {
  const entry = { id: "m1", object: "model", created: 1766000000, context_window: 8192, max_completion_tokens: 1024 };

  it.each([
    ["an object", { object: "list", data: [entry, { object: "model" }, null] }],
    ["a bare array", [entry]],
  ])("may be %s", (_what, body) => {
    expect(openaiChat.models?.decode(body)).toEqual({
      models: [
        { id: "m1", name: undefined, contextTokens: 8192, outputTokens: 1024, created: "2025-12-17", raw: entry },
      ],
    });
  });

  it("takes the facts of OpenRouter", () => {
    const raw = { id: "a/m", name: "M", context_length: 1000, top_provider: { max_completion_tokens: 100 } };
    expect(openaiChat.models?.decode({ data: [raw] }).models[0]).toMatchObject({
      name: "M",
      contextTokens: 1000,
      outputTokens: 100,
    });
  });

  it("is asked for where the catalog says", () => {
    const { provider } = callWith({ provider: { discover: { path: "/list", adapter: "openai" } } });
    expect(openaiChat.models?.encode(provider, undefined).path).toBe("/list");
    expect(openaiChat.models?.encode(callWith().provider, undefined).path).toBe("/models");
  });
});
