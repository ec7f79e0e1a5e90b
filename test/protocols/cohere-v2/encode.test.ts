/** Requests as bodies of Cohere's chat and embeddings. */
import { describe, expect, it } from "vitest";
import type { AnyMessage } from "../../../src/chat/message.js";
import type { NeutralReasoning, NeutralTool } from "../../../src/chat/request.js";
import { cohereV2Room as cohereV2 } from "../../../src/protocols/cohere-v2/room.js";
import { callOf, encoded, replayOf } from "./support.js";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const weather: NeutralTool = {
  name: "weather",
  description: "Weather of a city.",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const clock: NeutralTool = { name: "clock", parameters: { type: "object" } };
const user: AnyMessage = { role: "user", content: "Hi" };
const output = { name: "answer", schema: { type: "object" } } as const;

describe("a request", () => {
  it("with everything is one golden body", () => {
    const { body, path, changes } = encoded(
      {
        messages: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "Look:" },
              { type: "image", image: png, detail: "low" },
              { type: "image", image: "https://img.example/a.png" },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "Hm.", replay: replayOf("thinking") },
              { type: "text", text: "Checking." },
              { type: "reasoning", text: "I will ask.", replay: replayOf("tool_plan") },
              { type: "tool-call", id: "w_1", name: "weather", input: { city: "Oslo" } },
            ],
          },
          { role: "tool", toolCallId: "w_1", toolName: "weather", content: "18 °C" },
        ],
        tools: [weather],
        toolChoice: "required",
        reasoning: { budget: 500 },
        params: {
          temperature: 0.5,
          topP: 0.9,
          topK: 40,
          maxOutputTokens: 100,
          stop: "END",
          seed: 7,
          frequencyPenalty: 0.1,
          presencePenalty: 0.2,
          documents: [{ id: "d", data: { text: "Dock 7" } }],
        },
        extraBody: { safety_mode: "STRICT" },
      },
      { stream: true },
    );
    expect([path, changes]).toEqual(["/v2/chat", []]);
    expect(body).toEqual({
      model: "command-a",
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "Look:" },
            { type: "image_url", image_url: { url: "data:image/png;base64,iVBORw0KGgo=", detail: "low" } },
            { type: "image_url", image_url: { url: "https://img.example/a.png" } },
          ],
        },
        {
          role: "assistant",
          content: [
            { type: "thinking", thinking: "Hm." },
            { type: "text", text: "Checking." },
          ],
          tool_plan: "I will ask.",
          tool_calls: [{ id: "w_1", type: "function", function: { name: "weather", arguments: '{"city":"Oslo"}' } }],
        },
        { role: "tool", tool_call_id: "w_1", content: "18 °C" },
      ],
      stream: true,
      tools: [{ type: "function", function: weather }],
      tool_choice: "REQUIRED",
      thinking: { type: "enabled", token_budget: 500 },
      temperature: 0.5,
      p: 0.9,
      k: 40,
      max_tokens: 100,
      stop_sequences: ["END"],
      seed: 7,
      frequency_penalty: 0.1,
      presence_penalty: 0.2,
      documents: [{ id: "d", data: { text: "Dock 7" } }],
      safety_mode: "STRICT",
    });
  });

  it("with nothing but a message holds nothing else", () => {
    expect(encoded({}).body).toEqual({ model: "command-a", messages: [{ role: "user", content: "Hi" }] });
  });

  it("names the model by its wire id", () => {
    expect(encoded({}, { model: { wireId: "my-finetune-ft" } }).body.model).toBe("my-finetune-ft");
  });
});

describe("tools", () => {
  it.each([
    ["auto", undefined],
    ["none", "NONE"],
    ["required", "REQUIRED"],
  ] as const)("are chosen from by %s as %s", (toolChoice, wire) => {
    expect(encoded({ tools: [weather], toolChoice }).body.tool_choice).toBe(wire);
  });

  it("cannot be forced by name", () => {
    expect(() => encoded({ tools: [weather], toolChoice: { tool: "weather" } })).toThrow(
      expect.objectContaining({ code: "unsupported", path: "toolChoice" }),
    );
  });

  it.each([
    [[true, true], true, []],
    [[false, false], false, []],
    [[undefined, undefined], undefined, []],
    [[true, undefined], undefined, ["dropped tools[0].strict"]],
    [[false, true], undefined, ["dropped tools[1].strict"]],
  ] as const)("of strictness %j are enforced together: %s", ([first, second], strict, expected) => {
    const tools = [
      { ...weather, strict: first },
      { ...clock, strict: second },
    ];
    const { body, changes } = encoded({ tools });
    expect([body.strict_tools, changes]).toEqual([strict, expected]);
  });

  it("have no switch for one call at a time", () => {
    expect(encoded({ tools: [weather], parallelTools: false }).changes).toEqual(["dropped parallelTools"]);
    expect(encoded({ tools: [weather], parallelTools: true }).changes).toEqual([]);
  });

  it("that are missing take the choice with them", () => {
    const { body, changes } = encoded({ toolChoice: "required" });
    expect([body.tool_choice, changes]).toEqual([undefined, ["dropped toolChoice"]]);
  });
});

describe("a structured answer", () => {
  it("by schema is a response format", () => {
    const { body } = encoded({ output: { ...output, path: "schema" } });
    expect(body.response_format).toEqual({ type: "json_object", json_schema: output.schema });
  });

  it("by tool is a tool that must be called", () => {
    const { body } = encoded({ tools: [weather], output: { ...output, path: "tool" } });
    expect(body).toMatchObject({ tool_choice: "REQUIRED" });
    expect(body.tools).toHaveLength(2);
    expect(body.response_format).toBeUndefined();
  });

  it("by JSON mode states the schema as an instruction", () => {
    const { body, changes } = encoded({ output: { ...output, path: "json" } });
    expect(body.response_format).toEqual({ type: "json_object" });
    expect((body.messages as { role: string; content: string }[])[0]).toMatchObject({
      role: "system",
      content: expect.stringContaining('{"type":"object"}'),
    });
    expect(changes).toEqual(["added messages"]);
  });
});

describe("reasoning", () => {
  it.each<[NeutralReasoning, unknown, readonly string[]]>([
    [{ enabled: true }, { type: "enabled" }, []],
    [{ enabled: false }, { type: "disabled" }, []],
    [{ budget: 0 }, { type: "disabled" }, []],
    [{ effort: "none" }, { type: "disabled" }, []],
    [{ budget: "auto" }, { type: "enabled" }, []],
    [{ effort: "default" }, undefined, ["dropped reasoning.effort"]],
    [{ effort: "high" }, { type: "enabled" }, ["dropped reasoning.effort"]],
    [{ enabled: true, summary: "auto" }, { type: "enabled" }, ["dropped reasoning.summary"]],
  ])("%j is %j", (reasoning, thinking, expected) => {
    const { body, changes } = encoded({ reasoning });
    expect([body.thinking, changes]).toEqual([thinking, expected]);
  });

  it.each([
    ["of another provider", { reasoning: replayOf("thinking", "other") }, {}],
    ["of another protocol", { reasoning: { ...replayOf("thinking"), protocol: "x" } }, {}],
    ["without a replay", { reasoning: undefined }, {}],
    ["that the model does not take", { reasoning: replayOf("thinking") }, { replay: "forbidden" as const }],
  ])("%s does not go back", (_name, { reasoning }, facts) => {
    const part = { type: "reasoning", text: "Hm.", replay: reasoning } as const;
    const messages: AnyMessage[] = [user, { role: "assistant", content: [part, { type: "text", text: "Yes." }] }, user];
    const { body, changes } = encoded({ messages }, { model: { reasoning: { mode: "optional", ...facts } } });
    expect((body.messages as unknown[])[1]).toEqual({ role: "assistant", content: "Yes." });
    expect(changes).toEqual(["dropped messages[1].content[0]"]);
  });

  it("that came through a gateway goes back", () => {
    const part = { type: "reasoning", text: "Hm.", replay: replayOf("tool_plan", "") } as const;
    const messages: AnyMessage[] = [user, { role: "assistant", content: [part, { type: "text", text: "Yes." }] }];
    expect((encoded({ messages }).body.messages as unknown[])[1]).toMatchObject({ tool_plan: "Hm." });
  });
});

describe("what the wire has no place for", () => {
  it.each<[string, AnyMessage]>([
    ["pdf", { role: "user", content: [{ type: "pdf", pdf: "JVBERi0xLjQK" }] }],
    ["audio", { role: "user", content: [{ type: "audio", audio: png }] }],
    [
      "image in tool results",
      { role: "tool", toolCallId: "a", toolName: "t", content: [{ type: "image", image: png }] },
    ],
  ])("is refused: %s", (what, message) => {
    expect(() => encoded({ messages: [message] })).toThrow(
      expect.objectContaining({
        code: "unsupported",
        message: expect.stringContaining(what),
        path: expect.any(String),
      }),
    );
  });

  it("is dropped and listed, where the meaning stays", () => {
    const messages: AnyMessage[] = [
      { role: "user", content: [{ type: "text", text: "Hi", cache: "5m" }] },
      {
        role: "assistant",
        content: [
          { type: "text", text: "" },
          { type: "tool-call", id: "a", name: "t", input: undefined },
          { type: "image", image: png },
        ],
      },
      { role: "tool", toolCallId: "a", toolName: "t", content: [{ type: "text", text: "no" }], isError: true },
    ];
    const { body, changes } = encoded({ messages });
    expect(changes).toEqual([
      "dropped messages[0].content[0].cache",
      "dropped messages[1].content[0]",
      "dropped messages[1].content[2]",
      "dropped messages[2].isError",
    ]);
    expect((body.messages as unknown[]).slice(1)).toEqual([
      { role: "assistant", tool_calls: [{ id: "a", type: "function", function: { name: "t", arguments: "{}" } }] },
      { role: "tool", tool_call_id: "a", content: [{ type: "text", text: "no" }] },
    ]);
  });
});

describe("embeddings", () => {
  const { provider, modelId, model } = callOf();
  const call = { provider, modelId, model, input: ["a", "b"], params: {} };

  it("are asked for as floats, with Cohere's names", () => {
    const params = { inputType: "search_query", dimensions: 256, truncate: "END" };
    expect(cohereV2.embeddings?.encode({ ...call, params })).toMatchObject({
      method: "POST",
      path: "/v2/embed",
      body: {
        model: "command-a",
        texts: ["a", "b"],
        embedding_types: ["float"],
        input_type: "search_query",
        output_dimension: 256,
        truncate: "END",
      },
    });
  });

  const meta = { billed_units: { input_tokens: 7 } };
  it.each([
    ["floats", { float: [[1, 2]] }, [[1, 2]]],
    ["floats of version 1", [[0.5]], [[0.5]]],
    ["bytes", { int8: [[-3, 4]] }, [[-3, 4]]],
    ["base64", { base64: ["AACAPwAAAMA="] }, [[1, -2]]],
    ["several forms, the most exact", { int8: [[1]], float: [[0.25]] }, [[0.25]]],
  ])("are read as %s", (_name, embeddings, expected) => {
    const answer = cohereV2.embeddings?.decode({ embeddings, meta }, call);
    expect(answer).toMatchObject({ embeddings: expected, usage: { state: "known", inputTokens: 7 } });
  });

  it.each([[{}], [{ embeddings: { float: [["x"]] } }], [{ embeddings: null }], ["text"], [null]])(
    "that cannot be read are an error: %j",
    (body) => {
      expect(() => cohereV2.embeddings?.decode(body, call)).toThrow(
        expect.objectContaining({ code: "invalid-response" }),
      );
    },
  );
});

describe("the model list", () => {
  const { provider } = callOf();

  it("is asked for page by page", () => {
    expect(cohereV2.models?.encode(provider, undefined).path).toBe("/v1/models?page_size=1000");
    expect(cohereV2.models?.encode(provider, "a&b").path).toBe("/v1/models?page_size=1000&page_token=a%26b");
  });

  it("gives names and contexts, and the next page", () => {
    const models = [{ name: "command-a", context_length: 256000 }, { name: "x", context_length: 0 }, { name: null }, 7];
    expect(cohereV2.models?.decode({ models, next_page_token: "p2" })).toMatchObject({
      models: [
        { id: "command-a", contextTokens: 256000 },
        { id: "x", contextTokens: undefined },
      ],
      next: "p2",
    });
    expect(cohereV2.models?.decode(null)).toEqual({ models: [], next: undefined });
  });
});
