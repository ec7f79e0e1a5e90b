/** Requests as bodies of the Converse API. */
import { describe, expect, it } from "vitest";
import type { ReasoningWire } from "../../../src/catalog/facts.js";
import type { AnyMessage, UserPart } from "../../../src/chat/message.js";
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
const user: AnyMessage = { role: "user", content: "Hi" };
const output = {
  name: "answer",
  schema: { type: "object", properties: { n: { type: "number", minimum: 1 } } },
} as const;

function messagesOf(messages: readonly AnyMessage[], parts: CallParts = {}) {
  const { body, changes } = encoded({ messages }, parts);
  return { messages: body.messages as { role: string; content: unknown[] }[], system: body.system, changes };
}

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

describe("the history", () => {
  it("joins turns of one role and puts results before the rest", () => {
    const { messages, changes } = messagesOf([
      user,
      { role: "assistant", content: [{ type: "tool-call", id: "a", name: "t", input: {} }] },
      { role: "user", content: [{ type: "text", text: "Wait.", cache: "5m" }] },
      { role: "tool", toolCallId: "a", toolName: "t", content: "1" },
    ]);
    expect(messages.map(({ role }) => role)).toEqual(["user", "assistant", "user"]);
    expect(messages[2]?.content).toEqual([
      { toolResult: { toolUseId: "a", content: [{ text: "1" }] } },
      { text: "Wait." },
      { cachePoint: { type: "default" } },
    ]);
    expect(changes).toEqual(["rewritten messages[3]"]);
  });

  it("leaves blank text and emptied messages out, and says so", () => {
    const { messages, changes } = messagesOf([
      user,
      { role: "assistant", content: " " },
      { role: "user", content: "?" },
    ]);
    expect(messages).toEqual([{ role: "user", content: [{ text: "Hi" }, { text: "?" }] }]);
    expect(changes).toEqual(["dropped messages[1]", "dropped messages[1]"]);
  });

  it("moves system text to the front, and says so when it came later", () => {
    const { system, changes } = messagesOf([{ role: "system", content: "A" }, user, { role: "system", content: "B" }]);
    expect(system).toEqual([{ text: "A" }, { text: "B" }]);
    expect(changes).toEqual(["rewritten messages[2]"]);
  });

  it("rewrites ids that the API does not take, in calls and results alike", () => {
    const long = "x".repeat(70);
    const call = (id: string) => ({ type: "tool-call", id, name: "t", input: {} }) as const;
    const result = (id: string): AnyMessage => ({ role: "tool", toolCallId: id, toolName: "t", content: "1" });
    const { messages, changes } = messagesOf([
      user,
      { role: "assistant", content: [call("a:1"), call(long), call(`${long}y`), call("a_1")] },
      result("a:1"),
      result(long),
      result(`${long}y`),
      result("a_1"),
    ]);
    const ids = messages[1]?.content.map((block) => (block as { toolUse: { toolUseId: string } }).toolUse.toolUseId);
    const answered = messages[2]?.content.map(
      (block) => (block as { toolResult: { toolUseId: string } }).toolResult.toolUseId,
    );
    expect(ids).toEqual(["a_1", "x".repeat(64), `${"x".repeat(63)}_`, "a_1_"]);
    expect(answered).toEqual(ids);
    expect(changes).toHaveLength(4);
  });

  it("keeps cache marks out where the model has no use for them", () => {
    const content: UserPart[] = [{ type: "text", text: "Hi", cache: "5m" }];
    const messages: AnyMessage[] = [{ role: "user", content }];
    const of = (promptCaching: "none" | "implicit") => messagesOf(messages, { model: { features: { promptCaching } } });
    expect(of("implicit")).toMatchObject({ messages: [{ content: [{ text: "Hi" }] }], changes: [] });
    expect(of("none")).toMatchObject({ changes: ["dropped messages[0].content[0].cache"] });
  });
});

describe("media", () => {
  const blockOf = (part: UserPart) => messagesOf([{ role: "user", content: [part] }]).messages[0]?.content[0];

  it.each<[UserPart, unknown]>([
    [{ type: "image", image: png, mediaType: "image/jpg" }, { image: { format: "jpeg", source: { bytes } } }],
    [
      { type: "audio", audio: "AAAA", mediaType: "audio/mpeg" },
      { audio: { format: "mp3", source: { bytes: "AAAA" } } },
    ],
    [
      { type: "video", video: "AAAA", mediaType: "video/3gpp" },
      { video: { format: "three_gp", source: { bytes: "AAAA" } } },
    ],
    [
      { type: "video", video: "s3://bucket/clip.mp4" },
      { video: { format: "mp4", source: { s3Location: { uri: "s3://bucket/clip.mp4" } } } },
    ],
    [
      { type: "image", image: new URL("s3://bucket/a.JPG") },
      { image: { format: "jpeg", source: { s3Location: { uri: "s3://bucket/a.JPG" } } } },
    ],
  ])("%j has the wire's format", (part, block) => {
    expect(blockOf(part)).toEqual(block);
  });

  it.each<UserPart>([
    { type: "image", image: "https://img.example/a.png" },
    { type: "pdf", pdf: new URL("https://docs.example/a.pdf") },
  ])("by URL is refused: %j", (part) => {
    expect(() => blockOf(part)).toThrow(
      expect.objectContaining({ code: "unsupported", path: "messages[0].content[0]" }),
    );
  });

  it("gives documents names that the API takes, each once", () => {
    const file = (filename?: string) =>
      ({ type: "pdf", pdf, ...(filename === undefined ? {} : { filename }) }) as const;
    const { messages, changes } = messagesOf([
      {
        role: "user",
        content: [file(), file(), file("a/b_c.pdf"), file("plan.v2.pdf"), file("ok.pdf"), file("ok.pdf")],
      },
    ]);
    const names = messages[0]?.content.map((block) => (block as { document: { name: string } }).document.name);
    expect(names).toEqual(["document", "document 2", "a-b-c", "plan-v2", "ok", "ok 2"]);
    expect(changes).toEqual([2, 3, 5].map((i) => `rewritten messages[0].content[${i}].filename`));
  });

  it("has no level of detail", () => {
    const { changes } = messagesOf([{ role: "user", content: [{ type: "image", image: png, detail: "high" }] }]);
    expect(changes).toEqual(["dropped messages[0].content[0].detail"]);
  });
});

describe("replays", () => {
  const block = { reasoningContent: { redactedContent: "cmVk" } };
  const cited = { type: "citations", citations: [{ title: "Guide" }] };

  it("go back as they came", () => {
    const { messages, changes } = messagesOf([
      user,
      {
        role: "assistant",
        content: [
          { type: "opaque", replay: replayOf({ type: "block", block }) },
          { type: "text", text: "42", replay: replayOf(cited) },
        ],
      },
    ]);
    expect(messages[1]?.content).toEqual([
      block,
      { citationsContent: { content: [{ text: "42" }], citations: [{ title: "Guide" }] } },
    ]);
    expect(changes).toEqual([]);
  });

  it.each([
    ["of another model", { model: "other" }],
    ["of another provider", { provider: "other" }],
  ])("%s stay out where they are bound to it", (_name, from) => {
    const { messages, changes } = messagesOf([
      user,
      {
        role: "assistant",
        content: [
          { type: "reasoning", text: "Hm.", replay: replayOf({ type: "reasoning" }, from) },
          { type: "opaque", replay: replayOf({ type: "block", block }, from) },
          { type: "text", text: "42" },
        ],
      },
    ]);
    expect(messages[1]?.content).toEqual([{ text: "42" }]);
    expect(changes).toEqual(["dropped messages[1].content[0]", "dropped messages[1].content[1]"]);
  });

  it("that came through a gateway go back whatever model they name", () => {
    const replay = replayOf({ type: "reasoning", signature: "s" }, { provider: "", model: "alias" });
    const { messages } = messagesOf([
      user,
      { role: "assistant", content: [{ type: "reasoning", text: "Hm.", replay }] },
    ]);
    expect(messages[1]?.content).toEqual([{ reasoningContent: { reasoningText: { text: "Hm.", signature: "s" } } }]);
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
