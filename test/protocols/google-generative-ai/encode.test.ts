/** Neutral requests as Gemini bodies, byte for byte what is sent. */
import { describe, expect, it } from "vitest";
import type { ModelFacts } from "../../../src/catalog/facts.js";
import type { NeutralReasoning, NeutralRequest, NeutralTool } from "../../../src/chat/request.js";
import { googleGenerativeAiRoom as room } from "../../../src/protocols/google-generative-ai/room.js";
import { callOf } from "./support.js";

const weather: NeutralTool = {
  name: "weather",
  description: "Weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
};

/** The body of a request, which must be JSON, and the adjustments that were made. */
function encode(request: Partial<NeutralRequest>, model: Partial<ModelFacts> = {}) {
  const call = callOf(request, { model });
  const { body } = room.encodeChat(call);
  expect(JSON.parse(JSON.stringify(body))).toEqual(body);
  return { body: body as { [member: string]: unknown }, adjustments: call.adjustments };
}

describe("the request line", () => {
  it("names the model and the operation in the path", () => {
    expect(room.encodeChat(callOf())).toMatchObject({
      method: "POST",
      path: "/models/gemini-test:generateContent",
    });
    const call = callOf({}, { model: { wireId: "a/b?c" }, stream: true });
    expect(room.encodeChat(call).path).toBe("/models/a%2Fb%3Fc:streamGenerateContent?alt=sse");
  });

  it("takes path, headers and body of the model's connection, then the caller's", () => {
    const transport = {
      path: "/tunedModels/mine",
      headers: { "X-A": "1", "X-B": "1" },
      body: { labels: { team: "a" }, generationConfig: { topK: 1 } },
    };
    const request: Partial<NeutralRequest> = {
      params: { topK: 40 },
      extraHeaders: { "x-b": "2" },
      extraBody: { labels: { run: "7" }, safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }] },
    };
    expect(room.encodeChat(callOf(request, { model: { transport } }))).toEqual({
      method: "POST",
      path: "/tunedModels/mine:generateContent",
      headers: { "x-a": "1", "x-b": "2" },
      body: {
        contents: [{ role: "user", parts: [{ text: "Hi" }] }],
        generationConfig: { topK: 1 },
        labels: { team: "a", run: "7" },
        safetySettings: [{ category: "HARM_CATEGORY_HARASSMENT", threshold: "OFF" }],
      },
    });
  });
});

describe("messages", () => {
  it("become contents of user and model, with the system text apart", () => {
    const { body, adjustments } = encode({
      messages: [
        { role: "system", content: "Be brief." },
        {
          role: "user",
          content: [
            { type: "text", text: "A" },
            { type: "text", text: "B" },
          ],
        },
        { role: "assistant", content: "C" },
        { role: "user", content: "D" },
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: "Be brief." }] },
      contents: [
        { role: "user", parts: [{ text: "A" }, { text: "B" }] },
        { role: "model", parts: [{ text: "C" }] },
        { role: "user", parts: [{ text: "D" }] },
      ],
    });
    expect(adjustments).toEqual([]);
  });

  it("say what had to move or go", () => {
    const { body, adjustments } = encode({
      messages: [
        { role: "user", content: [{ type: "text", text: "A", cache: "5m" }] },
        { role: "system", content: "Late." },
        { role: "assistant", content: [{ type: "reasoning", text: "elsewhere" }] },
        { role: "user", content: [{ type: "pdf", pdf: new Uint8Array([37, 80, 68, 70]), filename: "a.pdf" }] },
      ],
    });
    expect(body).toEqual({
      systemInstruction: { parts: [{ text: "Late." }] },
      contents: [
        { role: "user", parts: [{ text: "A" }] },
        { role: "user", parts: [{ inlineData: { mimeType: "application/pdf", data: "JVBERg==" } }] },
      ],
    });
    expect(adjustments.map(({ path, action }) => `${action} ${path}`)).toEqual([
      "dropped messages[0].content[0].cache",
      "rewritten messages[1]",
      "dropped messages[2].content[0]",
      "dropped messages[2]",
      "dropped messages[3].content[0].filename",
    ]);
  });

  it("give models without a system instruction its text as the user's", () => {
    const { body, adjustments } = encode(
      {
        messages: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "A" },
        ],
      },
      { features: { systemRole: false } },
    );
    expect(body.contents).toEqual([
      { role: "user", parts: [{ text: "Be brief." }] },
      { role: "user", parts: [{ text: "A" }] },
    ]);
    expect(adjustments).toMatchObject([{ path: "messages[0]", action: "rewritten" }]);
  });

  it("carry media inline or by address", () => {
    const { body } = encode({
      messages: [
        {
          role: "user",
          content: [
            { type: "image", image: new Uint8Array([0x89, 0x50, 0x4e, 0x47]) },
            { type: "image", image: "data:image/webp;base64,AAAA" },
            { type: "video", video: "https://www.youtube.com/watch?v=x" },
            { type: "audio", audio: new URL("gs://bucket/a.mp3"), mediaType: "audio/mpeg" },
            { type: "pdf", pdf: "https://generativelanguage.googleapis.com/v1beta/files/abc" },
          ],
        },
      ],
    });
    expect(body.contents).toEqual([
      {
        role: "user",
        parts: [
          { inlineData: { mimeType: "image/png", data: "iVBORw==" } },
          { inlineData: { mimeType: "image/webp", data: "AAAA" } },
          { fileData: { fileUri: "https://www.youtube.com/watch?v=x" } },
          { fileData: { fileUri: "gs://bucket/a.mp3", mimeType: "audio/mpeg" } },
          {
            fileData: {
              fileUri: "https://generativelanguage.googleapis.com/v1beta/files/abc",
              mimeType: "application/pdf",
            },
          },
        ],
      },
    ]);
  });
});

describe("tool results", () => {
  const call = (id: string, name: string) => ({ type: "tool-call", id, name, input: {} }) as const;

  it("stand in one content, in the order of the calls, by name", () => {
    const { body, adjustments } = encode({
      messages: [
        { role: "user", content: "Hi" },
        { role: "assistant", content: [call("call_0", "a"), call("call_1", "b"), call("call_2", "c")] },
        { role: "tool", toolCallId: "call_2", toolName: "", content: "no such city", isError: true },
        { role: "tool", toolCallId: "call_0", toolName: "a", content: '{"degrees": 7}' },
        { role: "tool", toolCallId: "call_1", toolName: "b", content: [{ type: "text", text: "[1]" }] },
      ],
    });
    expect(body.contents).toEqual([
      { role: "user", parts: [{ text: "Hi" }] },
      {
        role: "model",
        parts: ["a", "b", "c"].map((name) => ({ functionCall: { name, args: {} } })),
      },
      {
        role: "user",
        parts: [
          { functionResponse: { name: "a", response: { degrees: 7 } } },
          { functionResponse: { name: "b", response: { result: "[1]" } } },
          { functionResponse: { name: "c", response: { error: "no such city" } } },
        ],
      },
    ]);
    expect(adjustments).toEqual([]);
  });

  it("send their pictures after them", () => {
    const { body, adjustments } = encode({
      messages: [
        { role: "assistant", content: [call("x", "look")] },
        {
          role: "tool",
          toolCallId: "x",
          toolName: "look",
          content: [
            { type: "text", text: "seen" },
            { type: "image", image: "data:image/png;base64,AAAA" },
          ],
        },
      ],
    });
    expect((body.contents as unknown[]).slice(1)).toEqual([
      { role: "user", parts: [{ functionResponse: { name: "look", response: { result: "seen" } } }] },
      { role: "user", parts: [{ inlineData: { mimeType: "image/png", data: "AAAA" } }] },
    ]);
    expect(adjustments).toMatchObject([{ path: "messages[1].content[1]", action: "rewritten" }]);
  });
});

describe("tools", () => {
  const declared = {
    name: "weather",
    description: "Weather of a city",
    parametersJsonSchema: weather.parameters,
  };

  it.each([
    [undefined, undefined],
    ["auto", { mode: "AUTO" }],
    ["none", { mode: "NONE" }],
    ["required", { mode: "ANY" }],
    [{ tool: "weather" }, { mode: "ANY", allowedFunctionNames: ["weather"] }],
  ] as const)("with choice %j", (toolChoice, functionCallingConfig) => {
    const { body } = encode({ tools: [weather], toolChoice });
    expect(body.tools).toEqual([{ functionDeclarations: [declared] }]);
    expect(body.toolConfig).toEqual(functionCallingConfig && { functionCallingConfig });
  });

  it("are validated where one is strict and the model can", () => {
    const tools = [{ ...weather, strict: true }];
    expect(encode({ tools }, { features: { strictTools: true } }).body.toolConfig).toEqual({
      functionCallingConfig: { mode: "VALIDATED" },
    });
    expect(encode({ tools }).adjustments).toMatchObject([{ path: "tools[0].strict", action: "dropped" }]);
  });

  it("stand beside the provider's own", () => {
    const { body } = encode({ tools: [weather], extraBody: { tools: [{ googleSearch: {} }] } });
    expect(body.tools).toEqual([{ functionDeclarations: [declared] }, { googleSearch: {} }]);
  });

  it("cannot be asked for one at a time", () => {
    expect(encode({ tools: [weather], parallelTools: false }).adjustments).toMatchObject([{ path: "parallelTools" }]);
  });
});

describe("structured output", () => {
  const schema = { type: "object", properties: { n: { type: "integer" } } };
  const output = { name: "answer", schema };

  it("by schema", () => {
    expect(encode({ output: { ...output, path: "schema" } }).body.generationConfig).toEqual({
      responseMimeType: "application/json",
      responseJsonSchema: schema,
    });
  });

  it("by JSON mode, with the schema in the system text", () => {
    const { body, adjustments } = encode({ output: { ...output, path: "json" } });
    expect(body.generationConfig).toEqual({ responseMimeType: "application/json" });
    expect(JSON.stringify(body.systemInstruction)).toContain("JSON Schema");
    expect(adjustments).toMatchObject([{ path: "output", action: "added" }]);
  });

  it("by a forced call", () => {
    const { body } = encode({ output: { ...output, path: "tool" } });
    expect(body).toMatchObject({
      tools: [{ functionDeclarations: [{ name: "answer", parametersJsonSchema: schema }] }],
      toolConfig: { functionCallingConfig: { mode: "ANY", allowedFunctionNames: ["answer"] } },
    });
  });
});

describe("parameters", () => {
  it("go to generationConfig under their wire names", () => {
    const params = {
      temperature: 0,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 100,
      stop: "END",
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      logprobs: true,
      topLogprobs: 3,
    };
    expect(encode({ params }).body.generationConfig).toEqual({
      temperature: 0,
      topP: 0.9,
      topK: 40,
      maxOutputTokens: 100,
      stopSequences: ["END"],
      seed: 7,
      presencePenalty: 0.1,
      frequencyPenalty: 0.2,
      responseLogprobs: true,
      logprobs: 3,
    });
  });

  it("follow the catalog's own path, and options of the provider keep their names", () => {
    const params = { resolution: "MEDIA_RESOLUTION_LOW", cachedContent: "cachedContents/x" };
    const { body } = encode({ params }, { params: { resolution: { wire: "generationConfig.mediaResolution" } } });
    expect(body).toMatchObject({
      generationConfig: { mediaResolution: "MEDIA_RESOLUTION_LOW" },
      cachedContent: "cachedContents/x",
    });
  });

  it("ask for what the model makes beside text", () => {
    expect(encode({}, { output: ["text", "image"] }).body.generationConfig).toEqual({
      responseModalities: ["TEXT", "IMAGE"],
    });
    expect(encode({}, { output: ["audio"] }).body.generationConfig).toEqual({ responseModalities: ["AUDIO"] });
  });
});

describe("reasoning", () => {
  const budget: Partial<ModelFacts> = {
    reasoning: { mode: "optional", budget: { min: 512, max: 24_576, off: 0, auto: -1 }, wire: "gemini-budget" },
  };
  const level: Partial<ModelFacts> = {
    reasoning: {
      mode: "always",
      effort: { levels: ["low", "high"], alias: { xhigh: "high" } },
      wire: "gemini-level",
    },
  };

  it.each<[string, Partial<ModelFacts>, NeutralReasoning, unknown]>([
    ["a budget", budget, { budget: 2048 }, { thinkingBudget: 2048 }],
    ["an open budget", budget, { budget: "auto" }, { thinkingBudget: -1 }],
    ["thinking on", budget, { enabled: true }, { thinkingBudget: -1 }],
    ["thinking off", budget, { enabled: false }, { thinkingBudget: 0 }],
    ["no effort", budget, { effort: "none" }, { thinkingBudget: 0 }],
    ["a readable summary", budget, { summary: "auto" }, { includeThoughts: true }],
    ["no summary", budget, { summary: "none" }, { includeThoughts: false }],
    ["a level", level, { effort: "low", summary: "detailed" }, { thinkingLevel: "low", includeThoughts: true }],
    ["another word for a level", level, { effort: "xhigh" }, { thinkingLevel: "high" }],
    ["the default level", level, { effort: "default" }, undefined],
  ])("with %s", (_, model, reasoning, thinkingConfig) => {
    const { body, adjustments } = encode({ reasoning }, model);
    expect(body.generationConfig).toEqual(thinkingConfig && { thinkingConfig });
    expect(adjustments).toEqual([]);
  });

  it.each<[string, Partial<ModelFacts>, NeutralReasoning]>([
    ["reasoning.effort", budget, { effort: "high" }],
    ["reasoning.budget", level, { budget: 100 }],
    ["reasoning.enabled", level, { enabled: false }],
    ["reasoning.budget", {}, { budget: 100 }],
  ])("says that %s has no place", (path, model, reasoning) => {
    const { body, adjustments } = encode({ reasoning }, model);
    expect(body.generationConfig).toBeUndefined();
    expect(adjustments).toMatchObject([{ path, action: "dropped" }]);
  });
});
