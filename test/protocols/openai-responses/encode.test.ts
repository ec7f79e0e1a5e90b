/** Request bodies: what a neutral request looks like on the wire, and what of the history goes back. */
import { describe, expect, it } from "vitest";
import type { AnyMessage, AssistantPart } from "../../../src/chat/message.js";
import type { NeutralTool } from "../../../src/chat/request.js";
import { openaiResponsesRoom as room } from "../../../src/protocols/openai-responses/room.js";
import {
  answerOf,
  bodyOf,
  callOf,
  errorOf,
  finishOf,
  functionCall,
  type Json,
  messageOf,
  reasoningModel,
  said,
} from "./support.js";

const parameters = { type: "object", properties: { city: { type: "string" } } };
const weather: NeutralTool = { name: "get_weather", description: "Weather now", parameters };
const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47]);

describe("a request body", () => {
  it("holds everything in its place", () => {
    const call = callOf(
      {
        messages: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "text", text: "What is this?" },
              { type: "image", image: "https://a.example/b.png", detail: "low" },
              { type: "image", image: png },
              { type: "pdf", pdf: new URL("https://a.example/c.pdf") },
              { type: "pdf", pdf: "JVBERg==", filename: "d.pdf" },
              { type: "audio", audio: "SUQz", mediaType: "audio/mpeg" },
            ],
          },
        ],
        tools: [weather, { name: "save", parameters, strict: true }],
        toolChoice: { tool: "get_weather" },
        parallelTools: false,
        output: { name: "reply", schema: { type: "object" }, path: "schema", strict: true },
        reasoning: { effort: "low", summary: "auto" },
        params: {
          maxOutputTokens: 500,
          temperature: 0.2,
          topP: 0.9,
          verbosity: "low",
          serviceTier: "flex",
          metadata: { team: "a" },
          truncation: "auto",
        },
        extraHeaders: { "X-Trace": "1" },
      },
      { model: reasoningModel, stream: true },
    );
    expect(room.encodeChat(call)).toEqual({
      method: "POST",
      path: "/responses",
      headers: { "x-trace": "1" },
      body: {
        model: "gpt-test",
        input: [
          { role: "system", content: "Be brief." },
          {
            role: "user",
            content: [
              { type: "input_text", text: "What is this?" },
              { type: "input_image", image_url: "https://a.example/b.png", detail: "low" },
              { type: "input_image", image_url: "data:image/png;base64,iVBORw==" },
              { type: "input_file", file_url: "https://a.example/c.pdf" },
              { type: "input_file", filename: "d.pdf", file_data: "data:application/pdf;base64,JVBERg==" },
              { type: "input_audio", input_audio: { data: "SUQz", format: "mp3" } },
            ],
          },
        ],
        tools: [
          { type: "function", name: "get_weather", description: "Weather now", parameters, strict: false },
          { type: "function", name: "save", parameters, strict: true },
        ],
        tool_choice: { type: "function", name: "get_weather" },
        parallel_tool_calls: false,
        text: {
          verbosity: "low",
          format: { type: "json_schema", name: "reply", schema: { type: "object" }, strict: true },
        },
        reasoning: { effort: "low", summary: "auto" },
        max_output_tokens: 500,
        temperature: 0.2,
        top_p: 0.9,
        service_tier: "flex",
        metadata: { team: "a" },
        truncation: "auto",
        store: false,
        include: ["reasoning.encrypted_content"],
        stream: true,
      },
    });
    expect(call.adjustments).toEqual([]);
  });

  it("is small for a small request", () => {
    expect(bodyOf(callOf())).toEqual({ model: "gpt-test", input: [{ role: "user", content: "Hi" }] });
  });

  it("asks for any JSON object on the path `json`", () => {
    const output = { name: "reply", schema: {}, path: "json" } as const;
    expect(bodyOf(callOf({ output })).text).toEqual({ format: { type: "json_object" } });
  });

  it("names the deployment where the catalog knows one, and its path", () => {
    const model = { ...reasoningModel, wireId: "prod", transport: { path: "/responses?api-version=1" } };
    const { path, body } = room.encodeChat(callOf({}, { model }));
    expect([path, (body as Json).model]).toEqual(["/responses?api-version=1", "prod"]);
  });

  it("puts hosted tools beside function tools, from options and from the extra body", () => {
    const search = { type: "web_search" };
    const interpreter = { type: "code_interpreter", container: { type: "auto" } };
    const body = bodyOf(
      callOf({ tools: [weather], params: { builtinTools: [search] }, extraBody: { tools: [interpreter], top_p: 1 } }),
    );
    expect(body.tools).toMatchObject([{ name: "get_weather" }, search, interpreter]);
    expect(body.top_p).toBe(1);
  });

  it.each([
    ["audio by URL", { type: "audio", audio: "https://a.example/a.mp3" }],
    ["audio of another type", { type: "audio", audio: "AAAA", mediaType: "audio/flac" }],
    ["video", { type: "video", video: "https://a.example/a.mp4" }],
  ] as const)("refuses %s before anything is sent", (_, part) => {
    const call = callOf({ messages: [{ role: "user", content: [part] }] });
    expect(errorOf(() => room.encodeChat(call))).toMatchObject({
      name: "CapabilityError",
      code: "unsupported",
      path: "messages[0].content[0]",
    });
  });
});

describe("reasoning controls", () => {
  const reasoningOf = (reasoning: NonNullable<Parameters<typeof callOf>[0]>["reasoning"]) => {
    const call = callOf({ reasoning }, { model: reasoningModel });
    return {
      sent: bodyOf(call).reasoning,
      adjusted: call.adjustments.map(({ path, action, to }) => [path, action, to]),
    };
  };

  it.each([
    ["an effort", { effort: "high" }, { effort: "high" }, []],
    ["the default effort", { effort: "default" }, undefined, []],
    ["off", { enabled: false }, { effort: "none" }, []],
    ["on", { enabled: true }, { effort: "medium" }, [["reasoning.effort", "added", "medium"]]],
    ["an alias", { effort: "minimal" }, { effort: "low" }, [["reasoning.effort", "replaced", "low"]]],
    ["a budget", { budget: 1000 }, undefined, [["reasoning.budget", "dropped", undefined]]],
    ["a summary", { summary: "detailed" }, { summary: "detailed" }, []],
    ["no summary", { summary: "none" }, undefined, []],
  ] as const)("%s", (_, asked, sent, adjusted) => {
    expect(reasoningOf(asked)).toEqual({ sent, adjusted });
  });
});

describe("state", () => {
  const state = (params: Json, model = reasoningModel) => {
    const { store, include, previous_response_id } = bodyOf(callOf({ params }, { model }));
    return { store, include, previous_response_id };
  };
  const encrypted = "reasoning.encrypted_content";

  it("is kept nowhere by default when the model reasons", () => {
    expect(state({})).toEqual({ store: false, include: [encrypted] });
    expect(state({ include: ["web_search_call.results"] }).include).toEqual(["web_search_call.results", encrypted]);
  });

  it("is kept by the provider when the caller says so", () => {
    expect(state({ store: true })).toEqual({ store: true });
    expect(state({ previousResponseId: "resp_0" })).toEqual({ previous_response_id: "resp_0" });
  });
});

describe("the history", () => {
  const items = [
    {
      type: "reasoning",
      id: "rs_1",
      status: "completed",
      summary: [{ type: "summary_text", text: "Hm." }],
      encrypted_content: "gAAA",
    },
    { type: "web_search_call", id: "ws_1", status: "completed", action: { type: "search", query: "x" } },
    { ...messageOf(said("Looking.")), phase: "commentary" },
    functionCall("call_1", '{"q": 1}', { namespace: "tools" }),
    { type: "custom_tool_call", id: "ctc_1", call_id: "call_2", name: "math", input: "4 + 4" },
    { type: "image_generation_call", id: "ig_1", output_format: "png", result: "iVBORw==" },
  ];
  const answer = finishOf(room.decodeChat(answerOf(items), callOf())).message;
  const results: AnyMessage[] = [
    { role: "tool", toolCallId: "call_1", toolName: "look_up", content: "yes" },
    { role: "tool", toolCallId: "call_2", toolName: "math", content: [{ type: "text", text: "8" }] },
  ];
  const messages: AnyMessage[] = [{ role: "user", content: "Go." }, answer, ...results];
  const input = (call: ReturnType<typeof callOf>) => (bodyOf(call).input as Json[]).slice(1);

  it("goes back without ids when the provider keeps nothing", () => {
    const call = callOf({ messages }, { model: reasoningModel });
    expect(input(call)).toEqual([
      { type: "reasoning", summary: [{ type: "summary_text", text: "Hm." }], encrypted_content: "gAAA" },
      { type: "web_search_call", action: { type: "search", query: "x" } },
      {
        type: "message",
        role: "assistant",
        phase: "commentary",
        content: [{ type: "output_text", text: "Looking.", annotations: [] }],
      },
      { type: "function_call", call_id: "call_1", name: "look_up", arguments: '{"q": 1}', namespace: "tools" },
      { type: "custom_tool_call", call_id: "call_2", name: "math", input: "4 + 4" },
      { type: "image_generation_call", id: "ig_1", output_format: "png", result: "iVBORw==" },
      { type: "function_call_output", call_id: "call_1", output: "yes" },
      { type: "custom_tool_call_output", call_id: "call_2", output: [{ type: "input_text", text: "8" }] },
    ]);
    expect(call.adjustments).toEqual([]);
  });

  it("goes back with ids when the provider keeps the turns", () => {
    const sent = input(callOf({ messages, params: { store: true } }, { model: reasoningModel }));
    expect(sent.map((item) => item.id)).toEqual([
      "rs_1",
      "ws_1",
      "msg_1",
      "fc_call_1",
      "ctc_1",
      "ig_1",
      undefined,
      undefined,
    ]);
  });

  it("goes to another model as what every model understands, and says what is left out", () => {
    const call = callOf({ messages }, { model: reasoningModel, modelId: "gpt-other" });
    expect(input(call)).toEqual([
      { role: "assistant", content: "Looking." },
      { type: "function_call", call_id: "call_1", name: "look_up", arguments: '{"q":1}' },
      { type: "function_call", call_id: "call_2", name: "math", arguments: '"4 + 4"' },
      { type: "function_call_output", call_id: "call_1", output: "yes" },
      { type: "function_call_output", call_id: "call_2", output: [{ type: "input_text", text: "8" }] },
    ]);
    expect(call.adjustments.map(({ path, action }) => [path, action])).toEqual([
      ["messages[1].content[0]", "dropped"],
      ["messages[1].content[1]", "dropped"],
      ["messages[1].content[5]", "dropped"],
    ]);
  });

  it("leaves out reasoning that only its id could bring back, when nothing is kept", () => {
    const bare = finishOf(
      room.decodeChat(answerOf([{ type: "reasoning", id: "rs_1", summary: [] }]), callOf()),
    ).message;
    const stateless = callOf({ messages: [bare] }, { model: reasoningModel });
    expect(bodyOf(stateless).input).toEqual([]);
    expect(stateless.adjustments).toMatchObject([{ path: "messages[0].content[0]", action: "dropped" }]);
    const stored = callOf({ messages: [bare], params: { store: true } }, { model: reasoningModel });
    expect(bodyOf(stored).input).toEqual([{ type: "reasoning", id: "rs_1", summary: [] }]);
  });

  it("gives calls of other providers ids that this wire takes, the same for call and result", () => {
    const id = "x".repeat(94);
    const parts: AssistantPart[] = [0, 1].map((n) => ({ type: "tool-call", id, name: "f", input: { n } }));
    const result: AnyMessage = { role: "tool", toolCallId: id, toolName: "f", content: "ok" };
    const call = callOf({
      messages: [
        { role: "assistant", content: [parts[0]!] },
        result,
        { role: "assistant", content: [parts[1]!] },
        result,
      ],
    });
    const ids = (bodyOf(call).input as Json[]).map((item) => item.call_id as string);
    expect(ids.every((sent) => sent.length <= 64)).toBe(true);
    expect([ids[0] === ids[1], ids[2] === ids[3], ids[0] === ids[2]]).toEqual([true, true, false]);
    expect(call.adjustments).toMatchObject([{ action: "rewritten" }, { action: "rewritten" }]);
  });
});
