/** Tool calls and reasoning are joined from their pieces, however a dialect cuts them. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { callsOf, callWith, delta, finishOf, type Members, piece, streamed, textOf } from "./support.js";

describe("tool calls", () => {
  const two = [
    { id: "c1", name: "add", input: { x: 1 } },
    { id: "c2", name: "now", input: {} },
  ];
  const end = delta({}, "tool_calls");

  it.each<[string, readonly (readonly Members[])[]]>([
    [
      "by index, in pieces",
      [
        [piece(0, "c1", { name: "add", arguments: "" })],
        [piece(0, undefined, { arguments: '{"x"' })],
        [piece(0, undefined, { arguments: ": 1}" })],
        [piece(1, "c2", { name: "now", arguments: "" })],
      ],
    ],
    [
      "interleaved by index",
      [
        [piece(0, "c1", { name: "add", arguments: '{"x' }), piece(1, "c2", { name: "now", arguments: "{" })],
        [piece(1, undefined, { arguments: "}" }), piece(0, undefined, { arguments: '": 1}' })],
      ],
    ],
    [
      "one index with different ids",
      [[piece(0, "c1", { name: "add", arguments: '{"x": 1}' })], [piece(0, "c2", { name: "now", arguments: "{}" })]],
    ],
    [
      "without an index",
      [
        [piece(undefined, "c1", { name: "add", arguments: '{"x": ' })],
        [piece(undefined, undefined, { arguments: "1}" })],
        [piece(undefined, "c2", { name: "now" })],
      ],
    ],
    [
      "with an empty id in later pieces",
      [
        [piece(0, "c1", { name: "add", arguments: "" })],
        [piece(0, "", { arguments: '{"x": 1}' })],
        [piece(1, "c2", { name: "now", arguments: "null" })],
        [piece(1, "", { name: null, arguments: "" })],
      ],
    ],
    [
      "with an object for arguments",
      [[piece(0, "c1", { name: "add", arguments: { x: 1 } }), piece(1, "c2", { name: "now", arguments: {} })]],
    ],
    [
      "from an index that is not 0, beside an empty piece",
      [[piece(3, "c1", { name: "add", arguments: '{"x": 1}' })], [piece(7, "c2", { name: "now" }), {}]],
    ],
  ])("are joined when they come %s", (_how, pieces) => {
    const events = streamed([...pieces.map((tool_calls) => delta({ tool_calls })), end]);
    expect(callsOf(events)).toEqual(two);
    expect(finishOf(events).finishReason).toBe("tool-calls");
  });

  it("are the same however their arguments are cut into pieces", () => {
    const texts = [
      JSON.stringify({ city: "Zürich", note: 'a "quoted" \\ line\n' }),
      JSON.stringify({ list: [1, 2, {}] }),
    ];
    fc.assert(
      fc.property(fc.array(fc.nat(60), { maxLength: 8 }), fc.boolean(), (cuts, indexed) => {
        const chunks = texts.flatMap((text, i) => {
          const borders = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const parts = borders.slice(1).map((to, n) => text.slice(borders[n], to));
          const index = indexed ? i : undefined;
          return [
            piece(index, `c${i}`, { name: `t${i}`, arguments: "" }),
            ...parts.map((part) => piece(index, undefined, { arguments: part })),
          ].map((tool_call) => delta({ tool_calls: [tool_call] }));
        });
        const inputs = callsOf(streamed([...chunks, end])).map(({ input }) => input);
        expect(inputs).toEqual(texts.map((text) => JSON.parse(text)));
      }),
    );
  });

  it("survive hostile indexes and names", () => {
    const calls = [4294967294, -1, 1e9, 0.5].map((index, i) =>
      piece(index, `c${i}`, { name: "__proto__", arguments: '{"__proto__": {"x": 1}}' }),
    );
    const events = streamed([delta({ tool_calls: calls }), end]);
    expect(callsOf(events).map(({ id }) => id)).toEqual(["c0", "c1", "c2", "c3"]);
    expect(({} as Members).x).toBeUndefined();
  });

  it("of the older function_call member are read, and empty ones are none", () => {
    const events = streamed([
      delta({ function_call: { name: "add", arguments: "" } }),
      delta({ function_call: { arguments: '{"x": 1}' } }),
      delta({}, "function_call"),
    ]);
    expect(callsOf(events)).toEqual([{ id: "call_0", name: "add", input: { x: 1 } }]);
    expect(
      callsOf(streamed([delta({ function_call: { name: "", arguments: "" }, tool_calls: null }, "stop")])),
    ).toEqual([]);
  });
});

describe("reasoning", () => {
  it.each(["reasoning_content", "reasoning", "reasoning_text"])("is read from %s", (member) => {
    const events = streamed([delta({ [member]: "Hm" }), delta({ content: "Yes" }, "stop")]);
    expect(finishOf(events).message.content).toEqual([
      { type: "reasoning", text: "Hm" },
      { type: "text", text: "Yes" },
    ]);
  });

  it("that comes under two names is read once", () => {
    expect(textOf(streamed([delta({ reasoning: "Hm", reasoning_content: "Hm" }, "stop")]), "reasoning-delta")).toBe(
      "Hm",
    );
  });

  it("in content arrays is kept apart from the text", () => {
    const events = streamed([
      delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: "H" }] }] }),
      delta({ content: [{ type: "thinking", thinking: [{ type: "text", text: "m" }], closed: true }] }),
      delta({ content: [{ type: "text", text: "Yes" }] }, "stop"),
    ]);
    expect([textOf(events, "reasoning-delta"), textOf(events)]).toEqual(["Hm", "Yes"]);
  });

  it("keeps signed blocks whole, for the model that signed them", () => {
    const block = { type: "reasoning.text", format: "anthropic-claude-v1", index: 0 };
    const sealed = { type: "reasoning.encrypted", data: "AAAA", index: 1 };
    const events = streamed([
      delta({ reasoning: "Le", reasoning_details: [{ ...block, text: "Le", signature: "" }] }),
      delta({ reasoning: "t me", reasoning_details: [{ ...block, text: "t me" }] }),
      delta({ reasoning: "", reasoning_details: [{ ...block, text: "", signature: "sig" }] }),
      delta({ reasoning_details: [sealed] }),
      delta({ content: "Yes" }, "stop"),
    ]);
    const replay = {
      protocol: "openai-chat",
      provider: "acme",
      model: "rocket-1",
      data: { reasoning_details: [{ ...block, text: "Let me", signature: "sig" }, sealed] },
    };
    expect(finishOf(events).message.content).toEqual([
      { type: "reasoning", text: "Let me", replay },
      { type: "text", text: "Yes" },
    ]);
  });

  it("between tags is taken off the text wherever the chunks are cut", () => {
    const call = callWith({ model: { reasoning: { mode: "always", tags: ["<think>", "</think>"] } } });
    const answers: readonly (readonly [string, string, string])[] = [
      ["<think>a < b</thin k></think>\n\nSo <think> is a tag.", "a < b</thin k>", "So <think> is a tag."],
      ["\n<think></think>Yes", "", "Yes"],
      ["  <thin air", "", "  <thin air"],
      ["<think>never closed </th", "never closed </th", ""],
      ["No tags </think> here", "", "No tags </think> here"],
      ["<thi", "", "<thi"],
    ];
    fc.assert(
      fc.property(
        fc.constantFrom(...answers),
        fc.array(fc.nat(50), { maxLength: 10 }),
        ([text, reasoning, rest], cuts) => {
          const borders = [0, ...cuts.filter((cut) => cut < text.length).sort((a, b) => a - b), text.length];
          const chunks = borders.slice(1).map((to, i) => delta({ content: text.slice(borders[i], to) }));
          const events = streamed([...chunks, delta({}, "stop")], { call });
          expect([textOf(events, "reasoning-delta"), textOf(events)]).toEqual([reasoning, rest]);
        },
      ),
    );
  });
});
