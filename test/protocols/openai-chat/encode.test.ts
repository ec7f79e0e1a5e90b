/** Requests reach the wire as the catalog says, and every change on the way is listed. */
import { describe, expect, it } from "vitest";
import type { ParamConstraint, Reasoning } from "../../../src/catalog/facts.js";
import type { NeutralReasoning, NeutralRequest } from "../../../src/chat/request.js";
import { openaiChatRoom as openaiChat } from "../../../src/protocols/openai-chat/room.js";
import { bodyOf, type CallOptions, callWith, type Members } from "./support.js";

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

  it("spells built-in tools as the provider does, with the caller's own words above (Zhipu's search)", () => {
    const dialect = { builtinTools: { web_search: { web_search: { enable: true } } } };
    const asked = (tool: object) => bodyOf({ dialect, request: { params: { builtinTools: [tool] } } }).tools;
    expect(asked({ type: "web_search" })).toEqual([{ type: "web_search", web_search: { enable: true } }]);
    const own = { type: "web_search", web_search: { enable: true, search_engine: "search_pro" } };
    expect(asked(own)).toEqual([own]);
    expect(asked({ type: "toString" })).toEqual([{ type: "toString" }]);
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
