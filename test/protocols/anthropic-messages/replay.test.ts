/** What a model said goes back to it unchanged, and to no other model. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyMessage, AssistantMessage } from "../../../src/chat/message.js";
import { anthropicMessagesRoom as anthropicMessages } from "../../../src/protocols/anthropic-messages/room.js";
import type { Frame } from "../../../src/transport/frame.js";
import { callOf, decodeFixture, decodeFrames, encode, finishOf } from "./calls.js";

type Block = { readonly type: string; readonly [member: string]: unknown };

const user: AnyMessage = { role: "user", content: "Go on." };

function sentBack(message: AssistantMessage, parts: Parameters<typeof callOf>[0] = {}) {
  const call = callOf({ ...parts, request: { messages: [user, message, user], params: { maxOutputTokens: 9 } } });
  const messages = encode(call).messages as { role: string; content: Block[] }[];
  return { assistant: messages.find(({ role }) => role === "assistant")?.content, adjustments: call.adjustments };
}

const word = fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }).filter((text) => text.trim() !== "");
const json = fc
  .dictionary(word, fc.jsonValue({ maxDepth: 2 }), { maxKeys: 3, noNullPrototype: true })
  // As it can stand on the wire: without -0.
  .map((value) => JSON.parse(JSON.stringify(value)) as { [name: string]: unknown });
const id = fc.uuid();

const block: fc.Arbitrary<Block> = fc.oneof(
  fc.record({ type: fc.constant("text"), text: word }),
  fc.record({
    type: fc.constant("text"),
    text: word,
    citations: fc.array(fc.record({ type: fc.constant("page_location"), cited_text: word }), {
      minLength: 1,
      maxLength: 2,
    }),
  }),
  fc.record({ type: fc.constant("thinking"), thinking: fc.oneof(word, fc.constant("")), signature: word }),
  fc.record({ type: fc.constant("redacted_thinking"), data: word }),
  fc.record({ type: fc.constant("tool_use"), id, name: word, input: json }),
  fc.record({ type: fc.constant("server_tool_use"), id, name: word, input: json }),
  fc.record({ type: fc.constant("mcp_tool_result"), tool_use_id: id, is_error: fc.boolean(), content: fc.array(json) }),
);
const blocks = fc.uniqueArray(block, { maxLength: 6, selector: (value) => value.id ?? value });

const usage = { input_tokens: 5, output_tokens: 7 };
const body = (content: readonly Block[]) => ({ id: "msg_1", model: "m", content, stop_reason: "end_turn", usage });

/** The blocks as a stream, its texts cut into characters, with pings and gaps in the numbering. */
function streamOf(content: readonly Block[], gap: number): Frame[] {
  const events: Block[] = [{ type: "message_start", message: { ...body([]), stop_reason: null } }];
  content.forEach((whole, i) => {
    const index = i * gap;
    const delta = (type: string, member: string, text: string) => {
      for (const piece of text.match(/.{1,3}/gsu) ?? []) {
        events.push({ type: "content_block_delta", index, delta: { type, [member]: piece } }, { type: "ping" });
      }
    };
    const { text, thinking, signature, citations, input, ...rest } = whole;
    const empty = { ...(text === undefined ? {} : { text: "" }), ...(thinking === undefined ? {} : { thinking: "" }) };
    events.push({
      type: "content_block_start",
      index,
      content_block: { ...rest, ...empty, ...(input ? { input: {} } : {}) },
    });
    for (const citation of (citations ?? []) as unknown[])
      events.push({ type: "content_block_delta", index, delta: { type: "citations_delta", citation } });
    if (text !== undefined) delta("text_delta", "text", String(text));
    if (thinking !== undefined) delta("thinking_delta", "thinking", String(thinking));
    if (input !== undefined) delta("input_json_delta", "partial_json", JSON.stringify(input));
    if (signature !== undefined)
      events.push({ type: "content_block_delta", index, delta: { type: "signature_delta", signature } });
    events.push({ type: "content_block_stop", index });
  });
  events.push({ type: "message_delta", delta: { stop_reason: "end_turn" }, usage }, { type: "message_stop" });
  return events.map((event) => ({ event: event.type, data: JSON.stringify(event) }));
}

describe("any answer", () => {
  it("is the same in pieces as whole, and goes back as it came", () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 3 }), (content, gap) => {
        const whole = finishOf(anthropicMessages.decodeChat(body(content), callOf()));
        const pieces = finishOf(decodeFrames(streamOf(content, gap)));
        expect(pieces).toEqual(whole);
        if (content.length === 0) return;
        const { assistant, adjustments } = sentBack(whole.message);
        expect(assistant).toEqual(JSON.parse(JSON.stringify(content)));
        expect(adjustments).toEqual([]);
      }),
    );
  });

  it("survives storage as JSON", () => {
    const { message } = finishOf(decodeFixture("thinking-tools.sse"));
    const stored = JSON.parse(JSON.stringify(message)) as AssistantMessage;
    expect(sentBack(stored)).toEqual(sentBack(message));
  });
});

describe("thinking and opaque blocks", () => {
  const { message } = finishOf(decodeFixture("thinking-tools.sse"));
  const types = (content: readonly Block[] | undefined) => content?.map(({ type }) => type);

  it("of another model are left out, and the request says so", () => {
    const { assistant, adjustments } = sentBack(message, { modelId: "claude-opus-4-6" });
    expect(types(assistant)).toEqual(["text", "tool_use", "tool_use"]);
    expect(adjustments.map(({ path, action }) => [path, action])).toEqual([
      ["messages[1].content[0]", "dropped"],
      ["messages[1].content[1]", "dropped"],
    ]);
  });

  it("of another provider are left out, server-side tools included", () => {
    const search = finishOf(decodeFixture("server-tools.sse")).message;
    const { assistant, adjustments } = sentBack(search, { provider: { id: "elsewhere" } });
    expect(assistant).toEqual([
      { type: "text", text: "High water is at 06:12." },
      { type: "text", text: " Take care." },
    ]);
    expect(adjustments).toHaveLength(3);
  });

  it("of server-side tools go to another model of the provider", () => {
    const search = finishOf(decodeFixture("server-tools.sse")).message;
    const { assistant } = sentBack(search, { modelId: "claude-opus-4-6" });
    expect(types(assistant)).toEqual(["server_tool_use", "web_search_tool_result", "compaction", "text", "text"]);
  });

  it("do not go to a model that takes none", () => {
    const { assistant } = sentBack(message, { model: { reasoning: { mode: "always", replay: "forbidden" } } });
    expect(types(assistant)).toEqual(["redacted_thinking", "text", "tool_use", "tool_use"]);
  });

  it("that a gateway's client sent go on as they came", () => {
    const content = message.content as Exclude<AssistantMessage["content"], string>;
    const through = content.map((part) =>
      "replay" in part && part.replay !== undefined
        ? { ...part, replay: { ...part.replay, provider: "", model: "alias" } }
        : part,
    );
    expect(sentBack({ role: "assistant", content: through as typeof content })).toEqual(sentBack(message));
  });
});
