/** Requests as bodies of the Converse API. */
import { describe, expect, it } from "vitest";
import type { ReasoningWire } from "../../../src/catalog/facts.js";
import type { NeutralReasoning, NeutralTool } from "../../../src/chat/request.js";
import { type CallParts, encoded, replayOf } from "./support.js";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const bytes = "iVBORw0KGgo=";
const pdf = "JVBERi0xLjQK";
const weather: NeutralTool = {
  name: "weather",
  description: "Weather of a city.",
  parameters: { type: "object", properties: { city: { type: "string" } } },
};
const output = {
  name: "answer",
  schema: { type: "object", properties: { n: { type: "number", minimum: 1 } } },
} as const;

const fieldsOf = (reasoning: NeutralReasoning, parts: CallParts = {}) => {
  const { body, changes } = encoded({ reasoning }, parts);
  return { fields: body.additionalModelRequestFields, changes };
};

describe("a request", () => {
  it("with everything is one golden body", () => {
    const { body, path, changes } = encoded(
      {
        messages: [
          { role: "system", content: [{ type: "text", text: "Be brief.", cache: "1h" }] },
          {
            role: "user",
            content: [
              { type: "text", text: "Compare these.", cache: "5m" },
              { type: "image", image: png },
              { type: "pdf", pdf, filename: "Q3 report (final).pdf" },
            ],
          },
          {
            role: "assistant",
            content: [
              { type: "reasoning", text: "Hm.", replay: replayOf({ type: "reasoning", signature: "s" }) },
              { type: "text", text: "Checking." },
              { type: "tool-call", id: "tooluse_1", name: "weather", input: { city: "Paris" } },
              { type: "tool-call", id: "tooluse_2", name: "weather", input: undefined },
            ],
          },
          { role: "tool", toolCallId: "tooluse_1", toolName: "weather", content: "18 °C", isError: false },
          {
            role: "tool",
            toolCallId: "tooluse_2",
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
        toolChoice: { tool: "weather" },
        reasoning: { budget: 2000 },
        params: {
          temperature: 1,
          topP: 0.9,
          topK: 40,
          maxOutputTokens: 500,
          stop: "END",
          serviceTier: "priority",
          builtinTools: [{ type: "nova_grounding" }],
          requestMetadata: { team: "blue" },
        },
        extraBody: { additionalModelRequestFields: { anthropic_beta: ["b-1"] } },
      },
      { stream: true },
    );
    expect(changes).toEqual([]);
    expect(path).toBe("/model/us.maker.model-v1%3A0/converse-stream");
    expect(body).toEqual({
      system: [{ text: "Be brief." }, { cachePoint: { type: "default", ttl: "1h" } }],
      messages: [
        {
          role: "user",
          content: [
            { text: "Compare these." },
            { cachePoint: { type: "default" } },
            { image: { format: "png", source: { bytes } } },
            { document: { format: "pdf", name: "Q3 report (final)", source: { bytes: pdf } } },
          ],
        },
        {
          role: "assistant",
          content: [
            { reasoningContent: { reasoningText: { text: "Hm.", signature: "s" } } },
            { text: "Checking." },
            { toolUse: { toolUseId: "tooluse_1", name: "weather", input: { city: "Paris" } } },
            { toolUse: { toolUseId: "tooluse_2", name: "weather", input: {} } },
          ],
        },
        {
          role: "user",
          content: [
            { toolResult: { toolUseId: "tooluse_1", content: [{ text: "18 °C" }], status: "success" } },
            {
              toolResult: {
                toolUseId: "tooluse_2",
                content: [{ text: "no station" }, { image: { format: "png", source: { bytes } } }],
                status: "error",
              },
            },
            { cachePoint: { type: "default" } },
            { text: "And now?" },
          ],
        },
      ],
      toolConfig: {
        tools: [
          {
            toolSpec: {
              name: "weather",
              description: "Weather of a city.",
              inputSchema: { json: weather.parameters },
            },
          },
          { systemTool: { name: "nova_grounding" } },
        ],
        toolChoice: { tool: { name: "weather" } },
      },
      inferenceConfig: { temperature: 1, topP: 0.9, maxTokens: 500, stopSequences: ["END"] },
      serviceTier: { type: "priority" },
      requestMetadata: { team: "blue" },
      additionalModelRequestFields: {
        thinking: { type: "enabled", budget_tokens: 2000 },
        top_k: 40,
        anthropic_beta: ["b-1"],
      },
    });
  });

  it("with nothing but a message holds nothing else", () => {
    const { body, path } = encoded({});
    expect(body).toEqual({ messages: [{ role: "user", content: [{ text: "Hi" }] }] });
    expect(path).toBe("/model/us.maker.model-v1%3A0/converse");
  });

  it("names an ARN as one segment of the path", () => {
    const wireId = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/ab/c d";
    expect(encoded({}, { model: { wireId } }).path).toBe(
      "/model/arn%3Aaws%3Abedrock%3Aus-east-1%3A123456789012%3Aapplication-inference-profile%2Fab%2Fc%20d/converse",
    );
  });
});

describe("tools", () => {
  it.each([
    ["auto", { auto: {} }],
    ["required", { any: {} }],
    [{ tool: "weather" }, { tool: { name: "weather" } }],
    [undefined, undefined],
  ] as const)("are chosen from by %j as %j", (toolChoice, wire) => {
    expect(encoded({ tools: [weather], toolChoice }).body.toolConfig).toMatchObject(
      wire === undefined ? {} : { toolChoice: wire },
    );
  });

  it("cannot be forbidden", () => {
    expect(() => encoded({ tools: [weather], toolChoice: "none" })).toThrow(
      expect.objectContaining({ code: "unsupported", path: "toolChoice" }),
    );
  });

  it("have no switch for one call at a time, and no choice without tools", () => {
    expect(encoded({ tools: [weather], parallelTools: false }).changes).toEqual(["dropped parallelTools"]);
    expect(encoded({ toolChoice: "required" }).changes).toEqual(["dropped toolChoice"]);
  });

  it("are strict with a closed schema where the model can enforce it", () => {
    const tools = [{ ...weather, strict: true }];
    const able = encoded({ tools }, { model: { features: { strictTools: true } } });
    const unable = encoded({ tools }, { model: { features: { strictTools: false } } });
    expect(able.body.toolConfig).toMatchObject({
      tools: [{ toolSpec: { strict: true, inputSchema: { json: { additionalProperties: false } } } }],
    });
    expect([able.changes, unable.changes]).toEqual([["rewritten tools[0].parameters"], ["dropped tools[0].strict"]]);
  });
});

describe("a structured answer", () => {
  it("by schema is a text format, the schema as text and without what is refused", () => {
    const { body, changes } = encoded({ output: { ...output, description: "d", path: "schema" } });
    const { jsonSchema } = (body.outputConfig as { textFormat: { structure: { jsonSchema: { schema: string } } } })
      .textFormat.structure;
    expect(jsonSchema).toMatchObject({ name: "answer", description: "d" });
    expect(JSON.parse(jsonSchema.schema)).toEqual({
      type: "object",
      properties: { n: { type: "number", description: "(minimum: 1)" } },
      additionalProperties: false,
    });
    expect(changes).toEqual(["rewritten output.schema"]);
  });

  it.each([
    ["alone, by name", {}, {}, { tool: { name: "answer" } }],
    ["alone, without named choice", {}, { toolChoice: ["auto", "required"] as const }, { any: {} }],
    ["beside other tools", { tools: [weather] }, {}, { any: {} }],
    ["while the model reasons", { reasoning: { budget: 2000 } }, {}, { auto: {} }],
  ])("by tool is called %s", (_name, request, features, toolChoice) => {
    const { body } = encoded({ ...request, output: { ...output, path: "tool" } }, { model: { features } });
    expect(body.toolConfig).toMatchObject({ toolChoice });
  });

  it("by JSON mode is asked for in the system prompt", () => {
    const { body, changes } = encoded({ output: { ...output, path: "json" } });
    expect(body.system).toEqual([{ text: expect.stringContaining(JSON.stringify(output.schema)) }]);
    expect(changes).toEqual(["added output"]);
  });
});

describe("reasoning", () => {
  const withWire = (wire: ReasoningWire, facts: object = {}): CallParts => ({
    model: { reasoning: { mode: "optional", wire, ...facts } },
  });

  it.each<[string, CallParts, NeutralReasoning, unknown]>([
    ["budget", withWire("bedrock-thinking"), { budget: 3000 }, { thinking: { type: "enabled", budget_tokens: 3000 } }],
    ["off", withWire("bedrock-thinking"), { enabled: false }, { thinking: { type: "disabled" } }],
    [
      "on",
      withWire("bedrock-thinking", { budget: { min: 1500 } }),
      { enabled: true },
      { thinking: { type: "enabled", budget_tokens: 1500 } },
    ],
    ["auto", withWire("bedrock-thinking"), { budget: "auto" }, { thinking: { type: "adaptive" } }],
    [
      "adaptive with effort",
      withWire("bedrock-adaptive"),
      { effort: "max", summary: "auto" },
      { thinking: { type: "adaptive", display: "summarized" }, output_config: { effort: "max" } },
    ],
    [
      "Nova's effort",
      withWire("bedrock-nova"),
      { effort: "low" },
      { reasoningConfig: { type: "enabled", maxReasoningEffort: "low" } },
    ],
    ["Nova off", withWire("bedrock-nova"), { effort: "none" }, { reasoningConfig: { type: "disabled" } }],
    ["plain effort", withWire("bedrock-effort"), { effort: "high" }, { reasoning_effort: "high" }],
    ["plain default", withWire("bedrock-effort"), { effort: "default" }, undefined],
  ])("%s", (_name, parts, reasoning, fields) => {
    expect(fieldsOf(reasoning, parts).fields).toEqual(fields);
  });

  it("lists what it cannot say and what it had to add", () => {
    expect(fieldsOf({ enabled: true }, withWire("bedrock-thinking")).changes).toEqual(["added reasoning.budget"]);
    expect(fieldsOf({ summary: "auto" }, withWire("bedrock-thinking")).changes).toEqual(["dropped reasoning.summary"]);
    for (const wire of ["bedrock-nova", "bedrock-effort"] as const)
      expect(fieldsOf({ effort: "low", summary: "auto" }, withWire(wire)).changes).toEqual([
        "dropped reasoning.summary",
      ]);
  });
});
