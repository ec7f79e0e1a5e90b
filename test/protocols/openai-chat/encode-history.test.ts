/** The message history reaches the wire: media, marks, tool results, and the reasoning that has to go back. */
import { describe, expect, it } from "vitest";
import type { AnyMessage, AssistantPart } from "../../../src/chat/message.js";
import { openaiChatRoom as openaiChat } from "../../../src/protocols/openai-chat/room.js";
import { bodyOf, type CallOptions, callWith, delta, finishOf, type Members, streamed, thrownBy } from "./support.js";

const user = { role: "user", content: "Hi" } as const;

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
