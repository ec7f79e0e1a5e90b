/** Requests as bodies of the Messages API. */
import { describe, expect, it } from "vitest";
import type { AnyMessage } from "../../../src/chat/message.js";
import type { NeutralReasoning, NeutralRequest } from "../../../src/chat/request.js";
import { anthropicMessagesRoom as anthropicMessages } from "../../../src/protocols/anthropic-messages/room.js";
import { type CallParts, callOf, encode } from "./calls.js";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const user: AnyMessage = { role: "user", content: "Hi" };
const weather = {
  name: "weather",
  description: "Weather of a city.",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

/** The body and what was changed on the way. */
function encoded(request: Partial<NeutralRequest>, parts: CallParts = {}) {
  const call = callOf({ ...parts, request: { messages: [user], ...request } });
  const body = encode(call);
  return { body, changes: call.adjustments.map(({ path, action }) => `${action} ${path}`) };
}

describe("a request", () => {
  it("with everything is one golden body", () => {
    const { body, changes } = encoded(
      {
        messages: [
          { role: "system", content: [{ type: "text", text: "Be brief.", cache: "1h" }] },
          {
            role: "user",
            content: [
              { type: "text", text: "Compare these.", cache: "5m" },
              { type: "image", image: png },
              { type: "image", image: "https://img.example/a.png" },
              { type: "pdf", pdf: "JVBERi0xLjQK", filename: "a.pdf" },
              { type: "pdf", pdf: new URL("https://docs.example/b.pdf") },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "text", text: "Checking." },
              { type: "tool-call", id: "toolu_1", name: "weather", input: { city: "Paris" } },
              { type: "tool-call", id: "toolu_2", name: "weather", input: { city: "Rome" } },
            ],
          },
          { role: "tool", toolCallId: "toolu_1", toolName: "weather", content: "18 °C" },
          {
            role: "tool",
            toolCallId: "toolu_2",
            toolName: "weather",
            content: [
              { type: "text", text: "no station" },
              { type: "image", image: png, cache: "5m" },
            ],
            isError: true,
          },
          { role: "user", content: "And now?" },
        ],
        tools: [weather],
        toolChoice: "auto",
        parallelTools: false,
        params: {
          maxOutputTokens: 500,
          temperature: 0.5,
          topP: 0.9,
          topK: 40,
          stop: "END",
          serviceTier: "auto",
          metadata: { user_id: "u-1" },
        },
      },
      { stream: true },
    );
    const image = { type: "base64", media_type: "image/png", data: "iVBORw0KGgo=" };
    expect(body).toEqual({
      model: "claude-sonnet-4-5",
      max_tokens: 500,
      stream: true,
      system: [{ type: "text", text: "Be brief.", cache_control: { type: "ephemeral", ttl: "1h" } }],
      messages: [
        {
          role: "user",
          content: [
            { type: "text", text: "Compare these.", cache_control: { type: "ephemeral" } },
            { type: "image", source: image },
            { type: "image", source: { type: "url", url: "https://img.example/a.png" } },
            {
              type: "document",
              source: { type: "base64", media_type: "application/pdf", data: "JVBERi0xLjQK" },
              title: "a.pdf",
            },
            { type: "document", source: { type: "url", url: "https://docs.example/b.pdf" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Checking." },
            { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Paris" } },
            { type: "tool_use", id: "toolu_2", name: "weather", input: { city: "Rome" } },
          ],
        },
        {
          role: "user",
          content: [
            { type: "tool_result", tool_use_id: "toolu_1", content: "18 °C" },
            {
              type: "tool_result",
              tool_use_id: "toolu_2",
              content: [
                { type: "text", text: "no station" },
                { type: "image", source: image },
              ],
              is_error: true,
              cache_control: { type: "ephemeral" },
            },
            { type: "text", text: "And now?" },
          ],
        },
      ],
      tools: [{ name: "weather", description: "Weather of a city.", input_schema: weather.parameters }],
      tool_choice: { type: "auto", disable_parallel_tool_use: true },
      temperature: 0.5,
      top_p: 0.9,
      top_k: 40,
      stop_sequences: ["END"],
      service_tier: "auto",
      metadata: { user_id: "u-1" },
    });
    expect(changes).toEqual([]);
  });

  it("of one message needs no more than model, limit and message", () => {
    const call = callOf({ request: { messages: [user] }, model: { wireId: "claude-sonnet-4-5-20250929" } });
    expect(anthropicMessages.encodeChat(call)).toEqual({
      method: "POST",
      path: "/messages",
      headers: { "anthropic-version": "2023-06-01" },
      body: {
        model: "claude-sonnet-4-5-20250929",
        max_tokens: 100,
        messages: [{ role: "user", content: [{ type: "text", text: "Hi" }] }],
      },
    });
  });

  it.each([
    [{ output: 64_000 }, 64_000],
    [{}, 4096],
  ])("without an output limit takes the model's: %j", (limits, max) => {
    const { body, changes } = encoded({ params: {} }, { model: { limits } });
    expect([body.max_tokens, changes]).toEqual([max, ["added maxOutputTokens"]]);
  });

  it("carries what the connection, the mode and the caller add", () => {
    const call = callOf({
      request: {
        messages: [user],
        params: { maxOutputTokens: 9, mode: "fast" },
        extraBody: { container: "c-1", output_config: { task_budget: 5 } },
        extraHeaders: { "Anthropic-Beta": "files-api-2025-04-14", "x-trace": "t" },
        output: { name: "answer", schema: { type: "object", additionalProperties: false }, path: "schema" },
      },
      model: {
        transport: { path: "/v2/messages", body: { inference_geo: "eu" } },
        modes: { fast: { body: { speed: "fast" }, headers: { "anthropic-beta": "fast-mode-2026-02-01" } } },
      },
    });
    const { path, headers, body } = anthropicMessages.encodeChat(call);
    expect(path).toBe("/v2/messages");
    expect(headers).toEqual({
      "anthropic-version": "2023-06-01",
      "anthropic-beta": "fast-mode-2026-02-01,files-api-2025-04-14",
      "x-trace": "t",
    });
    expect(body).toMatchObject({
      inference_geo: "eu",
      speed: "fast",
      container: "c-1",
      output_config: { task_budget: 5, format: { type: "json_schema" } },
    });
    expect(body).not.toHaveProperty("mode");
  });

  it("writes parameters to the paths that the catalog states", () => {
    const params = { geo: { wire: "routing.geo", sets: { "routing.strict": true } } };
    const { body } = encoded({ params: { maxOutputTokens: 9, geo: "us" } }, { model: { params } });
    expect(body.routing).toEqual({ geo: "us", strict: true });
  });
});

describe("tools", () => {
  it.each([
    ["none", { type: "none" }],
    ["required", { type: "any" }],
    [{ tool: "weather" }, { type: "tool", name: "weather" }],
    [undefined, undefined],
  ] as const)("with the choice %j", (toolChoice, wire) => {
    expect(encoded({ tools: [weather], toolChoice }).body.tool_choice).toEqual(wire);
  });

  it("without tools have no choice", () => {
    const { body, changes } = encoded({ toolChoice: "required" });
    expect([body.tool_choice, changes]).toEqual([undefined, ["dropped toolChoice"]]);
  });

  it("are strict where the model enforces schemas", () => {
    const tools = [{ ...weather, strict: true }];
    const strict = encoded({ tools }, { model: { features: { tools: true, strictTools: true } } });
    expect(strict.body.tools).toEqual([
      {
        name: "weather",
        description: "Weather of a city.",
        input_schema: { ...weather.parameters, additionalProperties: false },
        strict: true,
      },
    ]);
    expect(strict.changes).toEqual(["rewritten tools[0].parameters"]);
    expect(encoded({ tools }).changes).toEqual(["dropped tools[0].strict"]);
  });
});

describe("a structured answer", () => {
  const schema = { type: "object", properties: { n: { type: "number" } }, additionalProperties: false };
  const output = (path: "schema" | "tool" | "json") => ({ name: "answer", schema, path });

  it("by schema is enforced natively", () => {
    const { body, changes } = encoded({ output: output("schema") });
    expect([body.output_config, changes]).toEqual([{ format: { type: "json_schema", schema } }, []]);
  });

  it("by schema leaves to the description what the API does not enforce", () => {
    const person = {
      type: "object",
      properties: {
        age: { type: "integer", minimum: 0, description: "In years." },
        tags: { type: "array", items: { type: "string", maxLength: 9 }, minItems: 1, maxItems: 3 },
        minimum: { anyOf: [{ type: "object", properties: {} }, { type: "null" }] },
      },
    };
    const { body, changes } = encoded({ output: { name: "person", schema: person, path: "schema" } });
    expect((body.output_config as { format: { schema: unknown } }).format.schema).toEqual({
      type: "object",
      properties: {
        age: { type: "integer", description: "In years. (minimum: 0)" },
        tags: {
          type: "array",
          items: { type: "string", description: "(maxLength: 9)" },
          minItems: 1,
          description: "(maxItems: 3)",
        },
        minimum: { anyOf: [{ type: "object", properties: {}, additionalProperties: false }, { type: "null" }] },
      },
      additionalProperties: false,
    });
    expect(changes).toEqual(["rewritten output.schema"]);
  });

  const answer = { name: "answer", description: "Gives the answer.", input_schema: schema };

  it("by tool forces the one tool", () => {
    const { body } = encoded({ output: output("tool") });
    expect(body.tools).toEqual([answer]);
    expect(body.tool_choice).toEqual({ type: "tool", name: "answer", disable_parallel_tool_use: true });
  });

  it("by tool among tools asks for any of them", () => {
    const { body, changes } = encoded({ output: output("tool"), tools: [weather], toolChoice: "none" });
    expect(body.tools).toEqual([expect.objectContaining({ name: "weather" }), answer]);
    expect([body.tool_choice, changes]).toEqual([{ type: "any" }, ["replaced toolChoice"]]);
  });

  it("by tool while thinking asks in words, since forcing is refused", () => {
    const { body, changes } = encoded({ output: output("tool"), reasoning: { budget: 2000 } });
    expect(body.tool_choice).toEqual({ type: "auto", disable_parallel_tool_use: true });
    expect(body.system).toEqual([{ type: "text", text: 'Give your answer by calling the tool "answer".' }]);
    expect(changes).toEqual(["added output"]);
  });

  it("by prompt shows the schema after the system text", () => {
    const messages: AnyMessage[] = [{ role: "system", content: "Be brief." }, user];
    const { body, changes } = encoded({ messages, output: output("json") });
    expect(body.system).toEqual([
      { type: "text", text: "Be brief." },
      { type: "text", text: expect.stringContaining(JSON.stringify(schema)) },
    ]);
    expect(changes).toEqual(["added output"]);
  });
});

describe("reasoning", () => {
  const budget = { mode: "optional", default: "off", budget: { min: 1024 }, wire: "anthropic-thinking" } as const;
  const adaptive = { mode: "optional", adaptive: true, wire: "anthropic-adaptive" } as const;
  const both = { ...budget, adaptive: true } as const;
  const always = { mode: "always", wire: "anthropic-adaptive" } as const;
  const thinking = (budget_tokens: number) => ({ type: "enabled", budget_tokens });

  it.each<[string, object, NeutralReasoning, unknown, unknown]>([
    ["a budget", budget, { budget: 4000 }, thinking(4000), undefined],
    ["off", budget, { enabled: false }, { type: "disabled" }, undefined],
    ["no effort", adaptive, { effort: "none" }, { type: "disabled" }, undefined],
    ["a budget of 0", budget, { budget: 0 }, { type: "disabled" }, undefined],
    ["on", adaptive, { enabled: true }, { type: "adaptive" }, undefined],
    ["an effort", adaptive, { effort: "high" }, { type: "adaptive" }, { effort: "high" }],
    ["the default effort", adaptive, { effort: "default" }, { type: "adaptive" }, undefined],
    [
      "an effort without thinking",
      adaptive,
      { enabled: false, effort: "low" },
      { type: "disabled" },
      { effort: "low" },
    ],
    ["an automatic budget", both, { budget: "auto" }, { type: "adaptive" }, undefined],
    ["a budget where it may also adapt", both, { budget: 2048, effort: "max" }, thinking(2048), { effort: "max" }],
    ["a summary", adaptive, { enabled: true, summary: "auto" }, { type: "adaptive", display: "summarized" }, undefined],
    ["no summary", budget, { budget: 2000, summary: "none" }, { ...thinking(2000), display: "omitted" }, undefined],
    [
      "a summary of what always thinks",
      always,
      { summary: "auto" },
      { type: "adaptive", display: "summarized" },
      undefined,
    ],
  ])("%s", (_, reasoning, asked, config, outputConfig) => {
    const { body, changes } = encoded({ reasoning: asked }, { model: { reasoning: reasoning as never } });
    expect([body.thinking, body.output_config, changes]).toEqual([config, outputConfig, []]);
  });

  it("switched on by a budget model gets the least budget, and the request says so", () => {
    const { body, changes } = encoded({ reasoning: { enabled: true } }, { model: { reasoning: budget } });
    expect([body.thinking, changes]).toEqual([thinking(1024), ["added reasoning.budget"]]);
  });

  it("has one length of summary, and none where it is off", () => {
    const long = encoded({ reasoning: { budget: 2000, summary: "detailed" } }, { model: { reasoning: budget } });
    expect(long.changes).toEqual(["replaced reasoning.summary"]);
    const off = encoded({ reasoning: { summary: "auto" } }, { model: { reasoning: budget } });
    expect([off.body.thinking, off.changes]).toEqual([undefined, ["dropped reasoning.summary"]]);
  });
});
