/** Requests reach the wire as the catalog says, and every change on the way is listed. */
import { describe, expect, it } from "vitest";
import type { ParamConstraint, Reasoning } from "../../../src/catalog/facts.js";
import type { AnyMessage, AssistantPart } from "../../../src/chat/message.js";
import type { NeutralReasoning, NeutralRequest } from "../../../src/chat/request.js";
import { openaiChat } from "../../../src/protocols/openai-chat/index.js";
import { bodyOf, type CallOptions, callWith, delta, finishOf, type Members, streamed, thrownBy } from "./support.js";

const user = { role: "user", content: "Hi" } as const;
const schema = { type: "object", properties: { x: { type: "number" } }, required: ["x"] };
const add = { name: "add", description: "Adds.", parameters: schema, strict: true };
const output = { name: "answer", schema, strict: true };

describe("a request", () => {
  it("has a stable order of members, from which nothing is missing", () => {
    const request: Partial<NeutralRequest> = {
      tools: [add],
      toolChoice: { tool: "add" },
      parallelTools: false,
      output: { ...output, path: "schema" },
      reasoning: { effort: "low" },
      params: {
        temperature: 0.5,
        topP: 0.9,
        maxOutputTokens: 100,
        stop: ["."],
        logitBias: { 50256: -100 },
        seed: undefined,
      },
      extraBody: { user: "u1", temperature: 0.7 },
      extraHeaders: { "X-Title": "test" },
    };
    const wire = openaiChat.encodeChat(callWith({ request, stream: true }));
    expect(wire).toMatchObject({ method: "POST", path: "/chat/completions", headers: { "x-title": "test" } });
    expect(JSON.stringify(wire.body)).toBe(
      JSON.stringify({
        model: "rocket-1",
        messages: [user],
        stream: true,
        stream_options: { include_usage: true },
        tools: [
          { type: "function", function: { name: "add", description: "Adds.", parameters: schema, strict: true } },
        ],
        tool_choice: { type: "function", function: { name: "add" } },
        parallel_tool_calls: false,
        response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } },
        reasoning_effort: "low",
        temperature: 0.7,
        top_p: 0.9,
        max_tokens: 100,
        stop: ["."],
        logit_bias: { 50256: -100 },
        user: "u1",
      }),
    );
  });

  it("is the smallest possible when nothing else was asked for", () => {
    expect(bodyOf({})).toEqual({ model: "rocket-1", messages: [user] });
  });

  it("follows the dialect", () => {
    const dialect = {
      maxTokensField: "max_completion_tokens",
      systemRole: "developer",
      streamOptions: false,
      toolChoiceRequired: "any",
    } as const;
    const messages = [{ role: "system", content: "Be brief." }, user] as const;
    const request = { messages, tools: [add], toolChoice: "required", params: { maxOutputTokens: 9 } } as const;
    const body = bodyOf({ request, dialect, stream: true });
    expect(body).toMatchObject({ max_completion_tokens: 9, tool_choice: "any", stream: true });
    expect(body).not.toHaveProperty("stream_options");
    expect((body.messages as Members[])[0]).toEqual({ role: "developer", content: "Be brief." });
  });

  it("takes a model's switches before its provider's, and its name, path and body", () => {
    const model = {
      wireId: "deployment-7",
      dialect: { "openai-chat": { maxTokensField: "max_tokens" } },
      transport: { path: "/v2/chat", body: { safe: true } },
    } as const;
    const options: CallOptions = {
      model,
      dialect: { maxTokensField: "max_completion_tokens" },
      request: { params: { maxOutputTokens: 1 } },
    };
    expect(openaiChat.encodeChat(callWith(options))).toMatchObject({
      path: "/v2/chat",
      body: { model: "deployment-7", max_tokens: 1, safe: true },
    });
  });

  it("puts parameters where the catalog says, with what goes beside them (Qwen's search)", () => {
    const params: { [name: string]: ParamConstraint } = {
      search: { enum: ["standard", "pro"], wire: "search_options.search_strategy", sets: { enable_search: true } },
      seed: { wire: "random_seed" },
      voice: true,
      audioFormat: true,
    };
    const request = {
      params: { search: "standard", seed: 7, voice: "alloy", audioFormat: "wav", presencePenalty: -2 },
    };
    expect(bodyOf({ model: { params }, request })).toMatchObject({
      search_options: { search_strategy: "standard" },
      enable_search: true,
      random_seed: 7,
      audio: { voice: "alloy", format: "wav" },
      presence_penalty: -2,
    });
  });

  it("never changes what it was given", () => {
    const request: Partial<NeutralRequest> = {
      messages: [{ role: "system", content: "S" }, user],
      tools: [add],
      output: { ...output, path: "json" },
      extraBody: { metadata: { a: 1 } },
    };
    const before = JSON.stringify(request);
    bodyOf({ request, model: { transport: { body: { metadata: { b: 2 } } } } });
    expect(JSON.stringify(request)).toBe(before);
  });
});

describe("structured output", () => {
  it("loses the keywords that the provider rejects, each listed, and properties of that name stay", () => {
    const strict = {
      type: "object",
      properties: {
        pattern: { type: "string", pattern: "^a" },
        list: { type: "array", minItems: 1, items: { minimum: 0 } },
      },
      anyOf: [{ minimum: 1 }, true],
      enum: [{ pattern: 1 }],
    };
    const call = callWith({
      request: { output: { ...output, schema: strict, path: "schema" } },
      dialect: { schemaDrop: ["pattern", "minItems", "minimum"] },
    });
    const body = openaiChat.encodeChat(call).body as { response_format: { json_schema: Members } };
    expect(body.response_format.json_schema.schema).toEqual({
      type: "object",
      properties: { pattern: { type: "string" }, list: { type: "array", items: {} } },
      anyOf: [{}, true],
      enum: [{ pattern: 1 }],
    });
    expect(call.adjustments.map(({ path, action, from }) => [path, action, from])).toEqual([
      ["output.schema.properties.pattern.pattern", "dropped", "^a"],
      ["output.schema.properties.list.minItems", "dropped", 1],
      ["output.schema.properties.list.items.minimum", "dropped", 0],
      ["output.schema.anyOf[0].minimum", "dropped", 1],
    ]);
  });

  it("by plain JSON states the schema in the first system message, and says so", () => {
    const call = callWith({
      request: { messages: [{ role: "system", content: "S" }, user], output: { ...output, path: "json" } },
    });
    const body = openaiChat.encodeChat(call).body as { messages: Members[]; response_format: unknown };
    expect(body.response_format).toEqual({ type: "json_object" });
    expect(body.messages).toHaveLength(2);
    expect(body.messages[0]?.content).toMatch(/^S\n\nAnswer with one JSON object.*"required":\["x"\]/s);
    expect(call.adjustments).toMatchObject([{ path: "messages", action: "added" }]);
    expect((bodyOf({ request: { output: { ...output, path: "json" } } }).messages as Members[])[0]?.role).toBe(
      "system",
    );
  });

  it.each<[string, CallOptions, unknown]>([
    ["alone, by name", {}, { type: "function", function: { name: "answer" } }],
    ["beside other tools, by force", { request: { tools: [add] } }, "required"],
    ["where names are not taken, by force", { model: { features: { toolChoice: ["auto", "required"] } } }, "required"],
    ["in Mistral's word", { request: { tools: [add] }, dialect: { toolChoiceRequired: "any" } }, "any"],
  ])("through a tool forces the call: %s", (_how, options, choice) => {
    const body = bodyOf({ ...options, request: { ...options.request, output: { ...output, path: "tool" } } });
    expect(body.tool_choice).toEqual(choice);
    expect((body.tools as { function: Members }[]).at(-1)?.function).toEqual({
      name: "answer",
      parameters: schema,
      strict: true,
    });
    expect(body).not.toHaveProperty("response_format");
  });

  it("through a tool says when the model cannot be forced", () => {
    const call = callWith({
      model: { features: { toolChoice: ["auto"] } },
      request: { output: { ...output, path: "tool" } },
    });
    expect(openaiChat.encodeChat(call).body).toMatchObject({ tool_choice: "auto" });
    expect(call.adjustments).toMatchObject([{ path: "output", action: "rewritten" }]);
  });

  it("lists a strict tool that the model does not enforce", () => {
    const call = callWith({ model: { features: { strictTools: false } }, request: { tools: [add] } });
    expect(JSON.stringify(openaiChat.encodeChat(call).body)).not.toContain("strict");
    expect(call.adjustments).toMatchObject([{ path: "tools[0].strict", action: "dropped" }]);
  });
});

describe("reasoning controls", () => {
  const levels = ["none", "low", "medium", "high"] as const;
  const openai: Reasoning = {
    mode: "optional",
    default: "off",
    wire: "openai-effort",
    effort: { levels, off: "none", default: "none" },
  };
  const router: Reasoning = { mode: "optional", wire: "openrouter", effort: { levels } };
  const qwen: Reasoning = { mode: "optional", toggle: true, wire: "enable-thinking", budget: { min: 1, max: 38912 } };
  const deepseek: Reasoning = {
    mode: "optional",
    toggle: true,
    wire: "thinking-type",
    effort: { levels: ["low", "high", "max"], alias: { minimal: "low", medium: "high" } },
  };
  const vllm: Reasoning = { mode: "optional", toggle: true, wire: "chat-template-kwargs" };

  it.each<[string, Reasoning, NeutralReasoning, Members, readonly string[]]>([
    ["an effort", openai, { effort: "high" }, { reasoning_effort: "high" }, []],
    ["off", openai, { enabled: false }, { reasoning_effort: "none" }, []],
    ["on, where off is the default", openai, { enabled: true }, { reasoning_effort: "low" }, []],
    ["the provider's default", openai, { effort: "default" }, {}, []],
    [
      "Groq's own word",
      { ...openai, effort: { levels: ["none", "default"] } },
      { effort: "default" },
      { reasoning_effort: "default" },
      [],
    ],
    [
      "a budget without a place",
      openai,
      { effort: "low", budget: 99 },
      { reasoning_effort: "low" },
      ["reasoning.budget"],
    ],
    ["summaries without a place", openai, { summary: "detailed" }, {}, ["reasoning.summary"]],
    [
      "off without a way",
      { mode: "always", effort: { levels: ["low"] } },
      { enabled: false },
      {},
      ["reasoning.enabled"],
    ],
    [
      "OpenRouter's effort",
      router,
      { effort: "high", summary: "none" },
      { reasoning: { effort: "high", exclude: true } },
      [],
    ],
    ["OpenRouter's budget", router, { budget: 2000 }, { reasoning: { max_tokens: 2000 } }, []],
    ["OpenRouter's switch", router, { enabled: true }, { reasoning: { enabled: true } }, []],
    ["OpenRouter's off", router, { effort: "none" }, { reasoning: { enabled: false } }, []],
    [
      "OpenRouter's one of two",
      router,
      { effort: "low", budget: 9 },
      { reasoning: { effort: "low" } },
      ["reasoning.budget"],
    ],
    ["Qwen's switch", qwen, { enabled: true }, { enable_thinking: true }, []],
    ["Qwen's off", qwen, { enabled: false, budget: 9 }, { enable_thinking: false }, []],
    ["Qwen's budget", qwen, { budget: 4096 }, { enable_thinking: true, thinking_budget: 4096 }, []],
    ["an effort at Qwen", qwen, { effort: "low" }, { enable_thinking: true }, ["reasoning.effort"]],
    ["nothing that Qwen's thinking-only models take", { ...qwen, mode: "always" }, { enabled: true }, {}, []],
    ["DeepSeek's switch", deepseek, { enabled: true }, { thinking: { type: "enabled" } }, []],
    ["DeepSeek's off", deepseek, { effort: "none" }, { thinking: { type: "disabled" } }, []],
    [
      "DeepSeek's alias",
      deepseek,
      { effort: "medium" },
      { thinking: { type: "enabled" }, reasoning_effort: "high" },
      ["reasoning.effort"],
    ],
    [
      "Moonshot's budget",
      { ...deepseek, budget: {} },
      { budget: 9 },
      { thinking: { type: "enabled", budget_tokens: 9 } },
      [],
    ],
    ["vLLM's switch", vllm, { enabled: false }, { chat_template_kwargs: { enable_thinking: false } }, []],
    [
      "nothing of another protocol",
      { mode: "optional", wire: "gemini-budget" },
      { budget: 9 },
      {},
      ["reasoning.budget"],
    ],
  ])("encode %s", (_what, reasoning, asked, members, adjusted) => {
    const call = callWith({ model: { reasoning }, request: { reasoning: asked } });
    const { model: _model, messages: _messages, ...rest } = openaiChat.encodeChat(call).body as Members;
    expect(rest).toEqual(members);
    expect(call.adjustments.map(({ path }) => path)).toEqual(adjusted);
  });
});

describe("messages", () => {
  const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

  function wire(messages: readonly AnyMessage[], options: CallOptions = {}): Members[] {
    return bodyOf({ ...options, request: { ...options.request, messages } }).messages as Members[];
  }

  it("carry media in the wire's shapes", () => {
    const [message] = wire([
      {
        role: "user",
        content: [
          { type: "text", text: "See" },
          { type: "image", image: new URL("https://a.test/b.png"), detail: "low" },
          { type: "image", image: Buffer.from(png, "base64") },
          { type: "audio", audio: "AAAA", mediaType: "audio/mpeg" },
          { type: "video", video: "https://a.test/v.mp4" },
          { type: "pdf", pdf: new TextEncoder().encode("%PDF-1.4"), filename: "a.pdf" },
        ],
      },
    ]);
    expect(message?.content).toEqual([
      { type: "text", text: "See" },
      { type: "image_url", image_url: { url: "https://a.test/b.png", detail: "low" } },
      { type: "image_url", image_url: { url: `data:image/png;base64,${png}` } },
      { type: "input_audio", input_audio: { data: "AAAA", format: "mp3" } },
      { type: "video_url", video_url: { url: "https://a.test/v.mp4" } },
      { type: "file", file: { filename: "a.pdf", file_data: "data:application/pdf;base64,JVBERi0xLjQ=" } },
    ]);
  });

  it("carry media in a dialect's shapes", () => {
    const content = [
      { type: "pdf", pdf: "https://a.test/a.pdf", filename: "a.pdf" },
      { type: "audio", audio: "https://a.test/a.wav", mediaType: "audio/x-wav" },
    ] as const;
    expect(
      wire([{ role: "user", content }], { dialect: { pdfPart: "document_url", audioData: "data-url" } })[0]?.content,
    ).toEqual([
      { type: "document_url", document_url: "https://a.test/a.pdf", document_name: "a.pdf" },
      { type: "input_audio", input_audio: { data: "https://a.test/a.wav", format: "wav" } },
    ]);
  });

  it("refuse audio by URL where the wire has no place for it", () => {
    const content = [{ type: "audio", audio: "https://a.test/a.wav" }] as const;
    expect(thrownBy(() => wire([{ role: "user", content }]))).toMatchObject({
      code: "unsupported",
      path: "messages[0].content[0]",
      model: "rocket-1",
    });
  });

  it("mark caches only where the dialect has marks", () => {
    const content = [
      { type: "text", text: "Long", cache: "5m" },
      { type: "text", text: "Longer", cache: "1h" },
    ] as const;
    expect(wire([{ role: "system", content }], { dialect: { cacheControl: true } })[0]?.content).toEqual([
      { type: "text", text: "Long", cache_control: { type: "ephemeral" } },
      { type: "text", text: "Longer", cache_control: { type: "ephemeral", ttl: "1h" } },
    ]);
    expect(wire([{ role: "system", content: [content[0]] }])[0]?.content).toBe("Long");
  });

  it("send the pictures of tool results behind all results of the turn, and say so", () => {
    const image = { type: "image", image: `data:image/png;base64,${png}` } as const;
    const result = (id: string) =>
      ({ role: "tool", toolCallId: id, toolName: "look", content: [{ type: "text", text: id }, image] }) as const;
    const call = callWith({ request: { messages: [user, result("c1"), result("c2"), user] } });
    const messages = (openaiChat.encodeChat(call).body as { messages: Members[] }).messages;
    expect(messages.map(({ role }) => role)).toEqual(["user", "tool", "tool", "user", "user"]);
    expect(messages[1]).toEqual({ role: "tool", tool_call_id: "c1", content: "c1" });
    expect(messages[3]?.content).toHaveLength(2);
    expect(call.adjustments.map(({ path }) => path)).toEqual(["messages[1].content", "messages[2].content"]);
  });

  it("ask for the continuation of a last answer where the provider wants to be asked", () => {
    const messages = [user, { role: "assistant", content: "{" }] as const;
    expect(wire(messages, { dialect: { prefillField: "prefix" } })[1]).toEqual({
      role: "assistant",
      content: "{",
      prefix: true,
    });
    expect(wire([...messages, user], { dialect: { prefillField: "prefix" } })[1]).toEqual({
      role: "assistant",
      content: "{",
    });
    expect(wire(messages)[1]).toEqual({ role: "assistant", content: "{" });
  });

  it("fit foreign ids of tool calls to the provider, the same for call and result", () => {
    const id = "toolu_01A9B8C7D6E5F4G3H2I1J0K9|fc_094c8f2f0f1f4b7c8a1d2e3f4a5b6c7d";
    const messages = [
      user,
      { role: "assistant", content: [{ type: "tool-call", id, name: "add", input: { x: 1 } }] },
      { role: "tool", toolCallId: id, toolName: "add", content: "1" },
    ] as const;
    for (const toolCallId of [{ maxLength: 9, exact: true, alphanumeric: true }, { maxLength: 40 }]) {
      const call = callWith({ request: { messages }, dialect: { toolCallId } });
      const [, said, result] = (openaiChat.encodeChat(call).body as { messages: Members[] }).messages;
      const fitted = ((said?.tool_calls ?? []) as Members[])[0]?.id as string;
      expect(fitted).toMatch(toolCallId.exact ? /^[0-9A-Za-z]{9}$/ : /^.{1,40}$/);
      expect(result?.tool_call_id).toBe(fitted);
      expect(call.adjustments).toMatchObject([
        { path: "messages[1].content[0].id", action: "rewritten", from: id, to: fitted },
      ]);
    }
    expect(wire(messages)[2]?.tool_call_id).toBe(id);
  });
});

describe("the model's own words", () => {
  const replay = { protocol: "openai-chat", provider: "acme", model: "rocket-1" };
  const details = [{ type: "reasoning.encrypted", data: "AAAA", index: 0 }];
  const call: AssistantPart = { type: "tool-call", id: "c1", name: "add", input: { x: 1 } };

  function said(content: readonly AssistantPart[], options: CallOptions) {
    const sent = callWith({ ...options, request: { messages: [user, { role: "assistant", content }] } });
    const body = openaiChat.encodeChat(sent).body as { messages: Members[] };
    return { message: body.messages[1], adjusted: sent.adjustments.map(({ path, action }) => `${action} ${path}`) };
  }

  it("go back unchanged to the model that signed them", () => {
    const part: AssistantPart = {
      type: "reasoning",
      text: "Hm",
      replay: { ...replay, data: { reasoning_details: details } },
    };
    expect(said([part, { type: "text", text: "Yes" }], { dialect: { reasoningEcho: "reasoning_details" } })).toEqual({
      message: { role: "assistant", content: "Yes", reasoning_details: details },
      adjusted: [],
    });
  });

  it("go back as text where there is no signature", () => {
    const reasoning: AssistantPart = { type: "reasoning", text: "Hm", replay: { ...replay, data: {} } };
    expect(said([reasoning, call], { dialect: { reasoningEcho: "reasoning_content" } }).message).toMatchObject({
      content: null,
      reasoning_content: "Hm",
    });
    expect(
      said([reasoning, { type: "text", text: "Yes" }], { dialect: { reasoningEcho: "thinking" } }).message?.content,
    ).toEqual([
      { type: "thinking", thinking: [{ type: "text", text: "Hm" }] },
      { type: "text", text: "Yes" },
    ]);
  });

  it.each<[string, CallOptions, { provider?: string; model?: string; protocol?: string }]>([
    ["another model", { dialect: { reasoningEcho: "reasoning_content" } }, { model: "rocket-2" }],
    ["another provider", { dialect: { reasoningEcho: "reasoning_content" } }, { provider: "other" }],
    ["another protocol", { dialect: { reasoningEcho: "reasoning_content" } }, { protocol: "anthropic-messages" }],
    ["a dialect without an echo", {}, {}],
    [
      "a model that forbids it",
      {
        dialect: { reasoningEcho: "reasoning_content" },
        model: { reasoning: { mode: "always", replay: "forbidden" } },
      },
      {},
    ],
  ])("do not reach %s, and that is listed", (_who, options, foreign) => {
    const part: AssistantPart = { type: "reasoning", text: "Hm", replay: { ...replay, ...foreign, data: {} } };
    expect(said([part, { type: "text", text: "Yes" }], options)).toEqual({
      message: { role: "assistant", content: "Yes" },
      adjusted: ["dropped messages[1].content[0]"],
    });
  });

  it("are filled in where the provider demands reasoning beside calls (a hand-over to DeepSeek)", () => {
    const options: CallOptions = {
      dialect: { reasoningEcho: "reasoning_content" },
      model: { reasoning: { mode: "optional", replay: "required" } },
    };
    const foreign: AssistantPart = { type: "opaque", replay: { ...replay, protocol: "anthropic-messages", data: {} } };
    expect(said([foreign, call], options)).toEqual({
      message: expect.objectContaining({ content: null, reasoning_content: "" }),
      adjusted: ["dropped messages[1].content[0]", "added messages[1]"],
    });
  });

  it("survive the round trip of an answer", () => {
    const options: CallOptions = { dialect: { reasoningEcho: "reasoning_details" }, stream: true };
    const extra_content = { google: { thought_signature: "sig" } };
    const events = streamed(
      [
        delta({ reasoning: "Hm", reasoning_details: details }),
        delta(
          { tool_calls: [{ index: 0, id: "c1", function: { name: "add", arguments: '{"x":1}' }, extra_content }] },
          "tool_calls",
        ),
      ],
      { call: callWith(options) },
    );
    const { content } = finishOf(events).message;
    if (typeof content === "string") throw new Error("parts expected");
    expect(said(JSON.parse(JSON.stringify(content)), options)).toEqual({
      message: {
        role: "assistant",
        content: null,
        reasoning_details: details,
        tool_calls: [{ id: "c1", type: "function", function: { name: "add", arguments: '{"x":1}' }, extra_content }],
      },
      adjusted: [],
    });
  });
});
