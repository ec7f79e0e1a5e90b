/** What a Bedrock Converse request says of the messages before: roles, media, replays. */
import { describe, expect, it } from "vitest";
import type { AnyMessage, UserPart } from "../../../src/chat/message.js";
import { type CallParts, encoded, replayOf } from "./support.js";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const bytes = "iVBORw0KGgo=";
const pdf = "JVBERi0xLjQK";
const user: AnyMessage = { role: "user", content: "Hi" };

function messagesOf(messages: readonly AnyMessage[], parts: CallParts = {}) {
  const { body, changes } = encoded({ messages }, parts);
  return { messages: body.messages as { role: string; content: unknown[] }[], system: body.system, changes };
}

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
