/** What a Messages request says of the messages before, and where it marks them for the cache. */
import { describe, expect, it } from "vitest";
import type { AnyMessage } from "../../../src/chat/message.js";
import type { NeutralRequest } from "../../../src/chat/request.js";
import { type CallParts, callOf, encode } from "./calls.js";

const png = new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const user: AnyMessage = { role: "user", content: "Hi" };

/** The body and what was changed on the way. */
function encoded(request: Partial<NeutralRequest>, parts: CallParts = {}) {
  const call = callOf({ ...parts, request: { messages: [user], ...request } });
  const body = encode(call);
  return { body, changes: call.adjustments.map(({ path, action }) => `${action} ${path}`) };
}

const messagesOf = (messages: readonly AnyMessage[]) => {
  const { body, changes } = encoded({ messages });
  return { messages: body.messages as { role: string; content: unknown[] }[], changes };
};

describe("the history", () => {
  it("joins turns of one role, tool results first", () => {
    const call = { type: "tool-call", id: "toolu_1", name: "weather", input: null } as const;
    const { messages, changes } = messagesOf([
      user,
      { role: "user", content: "there" },
      { role: "assistant", content: [call] },
      { role: "user", content: "Wait." },
      { role: "tool", toolCallId: "toolu_1", toolName: "weather", content: "18" },
    ]);
    expect(messages).toEqual([
      {
        role: "user",
        content: [
          { type: "text", text: "Hi" },
          { type: "text", text: "there" },
        ],
      },
      { role: "assistant", content: [{ type: "tool_use", id: "toolu_1", name: "weather", input: {} }] },
      {
        role: "user",
        content: [
          { type: "tool_result", tool_use_id: "toolu_1", content: "18" },
          { type: "text", text: "Wait." },
        ],
      },
    ]);
    expect(changes).toEqual(["rewritten messages[4]"]);
  });

  it("gives foreign and repeated ids of calls ids that the API takes, results included", () => {
    const call = (id: string) => ({ type: "tool-call", id, name: "weather", input: {} }) as const;
    const result = (id: string) => ({ role: "tool", toolCallId: id, toolName: "weather", content: "18" }) as const;
    const { messages, changes } = messagesOf([
      user,
      { role: "assistant", content: [call("fc.1|a"), call("fc_1_a")] },
      result("fc.1|a"),
      result("fc_1_a"),
      { role: "assistant", content: [call("fc.1|a")] },
      result("fc.1|a"),
    ]);
    const ids = messages.flatMap(({ content }) =>
      content.map((block) => {
        const { id, tool_use_id } = block as { id?: string; tool_use_id?: string };
        return id ?? tool_use_id;
      }),
    );
    expect(ids).toEqual([undefined, "fc_1_a", "fc_1_a_", "fc_1_a", "fc_1_a_", "fc_1_a__", "fc_1_a__"]);
    expect(changes).toEqual([
      "rewritten messages[1].content[0].id",
      "rewritten messages[1].content[1].id",
      "rewritten messages[4].content[0].id",
    ]);
  });

  it("leaves out what the API takes from nobody, and says so", () => {
    const { messages, changes } = messagesOf([
      {
        role: "user",
        content: [
          { type: "text", text: " " },
          { type: "image", image: png, detail: "high" },
        ],
      },
      { role: "assistant", content: [{ type: "reasoning", text: "hm" }] },
      {
        role: "assistant",
        content: [
          { type: "image", image: png },
          { type: "text", text: "A cat." },
        ],
      },
      { role: "system", content: "Now in French." },
    ]);
    expect(messages.map(({ role, content }) => [role, content.length])).toEqual([
      ["user", 1],
      ["assistant", 1],
    ]);
    expect(changes).toEqual([
      "dropped messages[0].content[0]",
      "dropped messages[0].content[1].detail",
      "dropped messages[1].content[0]",
      "dropped messages[1]",
      "dropped messages[2].content[0]",
      "rewritten messages[3]",
    ]);
  });

  it.each(["audio", "video"] as const)("refuses %s", (type) => {
    const part = (type === "audio" ? { type, audio: png } : { type, video: png }) as never;
    expect(() => messagesOf([{ role: "user", content: [part] }])).toThrow(
      expect.objectContaining({ code: "unsupported", path: "messages[0].content[0]" }),
    );
  });

  it("of a longer conversation begins with the bytes of the shorter one", () => {
    const turns: AnyMessage[] = [];
    let before = "";
    for (let turn = 0; turn < 4; turn++) {
      turns.push({ role: "user", content: `Question ${turn}` });
      const bytes = JSON.stringify(messagesOf(turns).messages).slice(0, -1);
      expect(bytes.startsWith(before)).toBe(true);
      before = bytes;
      const call = { type: "tool-call", id: `call.${turn % 2}`, name: "weather", input: { turn } } as const;
      turns.push({ role: "assistant", content: [{ type: "text", text: "Looking." }, call] });
      turns.push({ role: "tool", toolCallId: call.id, toolName: "weather", content: "18" });
      turns.push({ role: "assistant", content: "Done." });
    }
  });
});

describe("cache marks", () => {
  const marked = (...marks: ("5m" | "1h")[]): readonly AnyMessage[] => [
    { role: "user", content: marks.map((cache, i) => ({ type: "text", text: `part ${i}`, cache })) },
  ];

  it("are four at most", () => {
    expect(messagesOf(marked("5m", "5m", "5m", "5m")).changes).toEqual([]);
    expect(() => messagesOf(marked("5m", "5m", "5m", "5m", "5m"))).toThrow(
      expect.objectContaining({ code: "unsupported" }),
    );
  });

  it("of an hour come before those of five minutes", () => {
    expect(messagesOf(marked("1h", "1h", "5m")).changes).toEqual([]);
    expect(() => messagesOf(marked("1h", "5m", "1h"))).toThrow(expect.objectContaining({ code: "invalid-request" }));
  });

  it.each([
    ["implicit", []],
    ["none", ["dropped messages[0].content[0].cache"]],
  ] as const)("are not sent where caching is %s", (promptCaching, expected) => {
    const { body, changes } = encoded({ messages: marked("5m") }, { model: { features: { promptCaching } } });
    expect(JSON.stringify(body)).not.toContain("cache_control");
    expect(changes).toEqual(expected);
  });
});
