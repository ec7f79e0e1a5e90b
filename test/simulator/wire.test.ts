/** The shapes of answers and streams, per protocol, as the official clients expect them. */
import { describe, expect, it } from "vitest";
import { chat, dataOf, gemini, messages, post, simulate, weatherSchema } from "./post.js";

const simulator = simulate();
const hi = [{ role: "user", content: "Hi" }];
const weather = "What is the weather in Rome?";
const text = (model: string) => `[simulated] ${model} received 1 messages. You said: "Hi"`;

describe("openai-chat", () => {
  const tools = [{ type: "function", function: { name: "get_weather", parameters: weatherSchema } }];
  const asked = { model: "gpt-plain", messages: [{ role: "user", content: weather }], tools };

  it("answers with a chat completion", async () => {
    const { json } = await post(simulator, chat, { model: "gpt-plain", messages: hi });
    expect(json).toEqual({
      id: expect.stringMatching(/^chatcmpl-\w{24}$/),
      object: "chat.completion",
      created: 1_750_000_000,
      model: "gpt-plain",
      choices: [
        {
          index: 0,
          message: { role: "assistant", content: text("gpt-plain"), refusal: null },
          logprobs: null,
          finish_reason: "stop",
        },
      ],
      usage: {
        prompt_tokens: 2,
        completion_tokens: 15,
        total_tokens: 17,
        prompt_tokens_details: { cached_tokens: 0, audio_tokens: 0 },
        completion_tokens_details: {
          reasoning_tokens: 0,
          audio_tokens: 0,
          accepted_prediction_tokens: 0,
          rejected_prediction_tokens: 0,
        },
      },
    });
  });

  it("streams chunks with one id, a role first, a finish last and the end marker", async () => {
    const { text: stream, headers } = await post(simulator, chat, { model: "gpt-plain", messages: hi, stream: true });
    const chunks = dataOf(stream);
    expect(headers.get("content-type")).toBe("text/event-stream");
    expect(stream.endsWith("data: [DONE]\n\n")).toBe(true);
    expect(new Set(chunks.map((chunk) => chunk.id)).size).toBe(1);
    expect(chunks[0].choices[0].delta).toEqual({ role: "assistant", content: "", refusal: null });
    expect(chunks.map((chunk) => chunk.choices[0].delta.content ?? "").join("")).toBe(text("gpt-plain"));
    expect(chunks.at(-1).choices).toEqual([{ index: 0, delta: {}, logprobs: null, finish_reason: "stop" }]);
    expect(chunks.some((chunk) => "usage" in chunk)).toBe(false);
  });

  it("states usage in an extra chunk when it is asked for, and null before", async () => {
    const body = { model: "gpt-plain", messages: hi, stream: true, stream_options: { include_usage: true } };
    const chunks = dataOf((await post(simulator, chat, body)).text);
    const last = chunks.pop();
    expect(last).toMatchObject({
      choices: [],
      usage: { total_tokens: last.usage.prompt_tokens + last.usage.completion_tokens },
    });
    expect(chunks.every((chunk) => chunk.usage === null)).toBe(true);
  });

  it("calls tools, whole and in pieces, with the same valid arguments", async () => {
    const { json } = await post(simulator, chat, asked);
    const [call] = json.choices[0].message.tool_calls;
    expect(json.choices[0]).toMatchObject({ finish_reason: "tool_calls", message: { content: null } });
    expect(call).toMatchObject({
      id: expect.stringMatching(/^call_/),
      type: "function",
      function: { name: "get_weather" },
    });
    expect(JSON.parse(call.function.arguments)).toMatchObject({ city: expect.any(String) });
    const deltas = dataOf((await post(simulator, chat, { ...asked, stream: true })).text).flatMap(
      (chunk) => chunk.choices[0].delta.tool_calls ?? [],
    );
    expect(deltas[0]).toMatchObject({
      index: 0,
      id: expect.any(String),
      function: { name: "get_weather", arguments: "" },
    });
    expect(() => JSON.parse(deltas.map((delta) => delta.function.arguments).join(""))).not.toThrow();
  });

  it("puts reasoning where the catalog says", async () => {
    const ask = { messages: hi };
    const deepseek = await post(simulator, "deepseek /chat/completions", { model: "thinker", ...ask });
    expect(deepseek.json.choices[0].message.reasoning_content).toContain("The user wrote");
    const routed = await post(simulator, "openrouter /chat/completions", {
      model: "anthropic/claude",
      reasoning: { effort: "low" },
      ...ask,
    });
    expect(routed.json.choices[0].message).toMatchObject({
      reasoning: expect.any(String),
      reasoning_details: [{ signature: expect.any(String) }],
    });
    const hidden = await post(simulator, chat, { model: "gpt-reasoner", ...ask });
    expect(Object.keys(hidden.json.choices[0].message)).toEqual(["role", "content", "refusal"]);
    expect(hidden.json.usage.completion_tokens_details.reasoning_tokens).toBeGreaterThan(0);
  });

  it("embeds as floats and as base64 of the same numbers", async () => {
    const ask = { model: "embed-small", input: ["a", "b"], dimensions: 8 };
    const floats = await post(simulator, "openai /embeddings", ask);
    const packed = await post(simulator, "openai /embeddings", { ...ask, encoding_format: "base64" });
    const [first] = floats.json.data;
    const bytes = Buffer.from(packed.json.data[0].embedding, "base64");
    expect(first.embedding).toHaveLength(8);
    expect(Math.hypot(...first.embedding)).toBeCloseTo(1);
    expect(Array.from({ length: 8 }, (_, i) => bytes.readFloatLE(i * 4))).toEqual(first.embedding.map(Math.fround));
    expect(floats.json.usage).toEqual({ prompt_tokens: 2, total_tokens: 2 });
  });
});

describe("anthropic-messages", () => {
  const tools = [{ name: "get_weather", input_schema: weatherSchema }];
  const ask = { model: "claude-budget", max_tokens: 2000, messages: hi };

  it("answers with a message", async () => {
    const { json } = await post(simulator, messages, ask);
    expect(json).toEqual({
      id: expect.stringMatching(/^msg_/),
      type: "message",
      role: "assistant",
      model: "claude-budget",
      content: [{ type: "text", text: text("claude-budget") }],
      stop_reason: "end_turn",
      stop_sequence: null,
      usage: {
        input_tokens: 2,
        cache_creation_input_tokens: 0,
        cache_read_input_tokens: 0,
        cache_creation: { ephemeral_5m_input_tokens: 0, ephemeral_1h_input_tokens: 0 },
        output_tokens: 16,
        service_tier: "standard",
      },
    });
  });

  it("streams thinking, its signature and a call as blocks that follow each other", async () => {
    const body = {
      ...ask,
      stream: true,
      tools,
      thinking: { type: "enabled", budget_tokens: 1024 },
      messages: [{ role: "user", content: weather }],
    };
    const { text: stream } = await post(simulator, messages, body);
    const events = dataOf(stream);
    const story = events.map((event) =>
      [event.type, event.index, event.content_block?.type ?? event.delta?.type]
        .filter((part) => part !== undefined)
        .join(" "),
    );
    expect(story.filter((line, i) => line !== story[i - 1])).toEqual([
      "message_start",
      "ping",
      "content_block_start 0 thinking",
      "content_block_delta 0 thinking_delta",
      "content_block_delta 0 signature_delta",
      "content_block_stop 0",
      "content_block_start 1 tool_use",
      "content_block_delta 1 input_json_delta",
      "content_block_stop 1",
      "message_delta",
      "message_stop",
    ]);
    expect(stream.match(/^event: .+$/gm)?.map((line) => line.slice(7))).toEqual(events.map((event) => event.type));
    const start = events[0].message;
    expect(start).toMatchObject({
      role: "assistant",
      content: [],
      stop_reason: null,
      usage: { input_tokens: expect.any(Number) },
    });
    expect(events.at(-2)).toMatchObject({
      delta: { stop_reason: "tool_use", stop_sequence: null },
      usage: { output_tokens: expect.any(Number) },
    });
  });

  it("counts tokens", async () => {
    const { json } = await post(simulator, "anthropic /messages/count_tokens", {
      model: "claude-budget",
      messages: hi,
    });
    expect(json).toEqual({ input_tokens: 2 });
  });
});

describe("google-generative-ai", () => {
  const declared = [
    {
      functionDeclarations: [
        {
          name: "get_weather",
          parameters: { type: "OBJECT", properties: { city: { type: "STRING" } }, required: ["city"] },
        },
      ],
    },
  ];
  const contents = [{ role: "user", parts: [{ text: "Hi" }] }];

  it("answers with a candidate", async () => {
    const { json } = await post(simulator, gemini("gemini-budget"), {
      contents,
      generationConfig: { thinkingConfig: { thinkingBudget: 0 } },
    });
    expect(json).toEqual({
      candidates: [
        { content: { parts: [{ text: text("gemini-budget") }], role: "model" }, finishReason: "STOP", index: 0 },
      ],
      usageMetadata: {
        promptTokenCount: 2,
        candidatesTokenCount: 16,
        totalTokenCount: 18,
        promptTokensDetails: [{ modality: "TEXT", tokenCount: 2 }],
      },
      modelVersion: "gemini-budget",
      responseId: expect.stringMatching(/^\w{24}$/),
    });
  });

  it("streams chunks with CRLF, calls whole and signed, and the finish last", async () => {
    const body = {
      contents: [{ role: "user", parts: [{ text: weather }] }],
      tools: declared,
      generationConfig: { thinkingConfig: { includeThoughts: true } },
    };
    const { text: stream } = await post(simulator, gemini("gemini-level", "streamGenerateContent"), body);
    const chunks = dataOf(stream);
    expect(stream).not.toMatch(/[^\r]\n/);
    expect(chunks.slice(0, -1).every((chunk) => chunk.candidates[0].finishReason === undefined)).toBe(true);
    expect(chunks[0].candidates[0].content.parts[0]).toMatchObject({ thought: true });
    const calls = chunks
      .flatMap((chunk) => chunk.candidates[0].content.parts)
      .filter((part) => part.functionCall !== undefined);
    expect(calls).toEqual([
      {
        functionCall: { id: expect.any(String), name: "get_weather", args: { city: expect.any(String) } },
        thoughtSignature: expect.any(String),
      },
    ]);
    expect(chunks.at(-1)).toMatchObject({
      candidates: [{ finishReason: "STOP" }],
      usageMetadata: { thoughtsTokenCount: expect.any(Number) },
    });
  });

  it("embeds one text and several, counts tokens and lists models", async () => {
    const content = { parts: [{ text: "a" }] };
    const one = await post(simulator, gemini("gemini-embedding", "embedContent"), { content, outputDimensionality: 4 });
    const two = await post(simulator, gemini("gemini-embedding", "batchEmbedContents"), {
      requests: [{ content }, { content }],
    });
    expect(one.json.embedding.values).toHaveLength(4);
    expect(two.json.embeddings.map((embedding: { values: number[] }) => embedding.values.length)).toEqual([32, 32]);
    const counted = await post(simulator, gemini("gemini-budget", "countTokens"), { contents });
    expect(counted.json).toEqual({ totalTokens: 2 });
    const listed = await simulator.fetch(`${simulator.baseURL("google")}/models?pageSize=10`);
    expect(await listed.json()).toMatchObject({
      models: [{ name: "models/gemini-budget", inputTokenLimit: 8000, outputTokenLimit: 1000 }, {}, {}],
    });
  });
});

describe("a structured answer", () => {
  it.each([
    [
      "openai",
      chat,
      {
        model: "gpt-plain",
        messages: hi,
        response_format: { type: "json_schema", json_schema: { name: "o", schema: weatherSchema } },
      },
    ],
    [
      "anthropic",
      messages,
      {
        model: "claude-budget",
        max_tokens: 99,
        messages: hi,
        output_config: { format: { type: "json_schema", schema: weatherSchema } },
      },
    ],
    [
      "google",
      gemini("gemini-budget"),
      {
        contents: [{ parts: [{ text: "Hi" }] }],
        generationConfig: {
          responseMimeType: "application/json",
          responseSchema: { type: "OBJECT", properties: { city: { type: "STRING" } }, required: ["city"] },
        },
      },
    ],
    [
      "a schema in the prompt",
      chat,
      {
        model: "gpt-plain",
        messages: [{ role: "system", content: `Follow this JSON Schema:\n${JSON.stringify(weatherSchema)}` }, ...hi],
        response_format: { type: "json_object" },
      },
    ],
  ])("of %s is valid JSON", async (_, place, body) => {
    const { json } = await post(simulator, place, body);
    const answer =
      json.choices?.[0].message.content ?? json.content?.[0].text ?? json.candidates[0].content.parts.at(-1).text;
    expect(JSON.parse(answer)).toMatchObject({ city: expect.any(String) });
  });
});
