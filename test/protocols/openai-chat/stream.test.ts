/** A stream is read as it was meant: ends, tool calls, reasoning, and members that nobody promised. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import { openaiChat } from "../../../src/protocols/openai-chat/index.js";
import {
  callsOf,
  callWith,
  delta,
  finishOf,
  type Members,
  piece,
  streamed,
  textOf,
  thrownBy,
  usageChunk,
} from "./support.js";

const counted = { prompt_tokens: 9, completion_tokens: 3, total_tokens: 12 };

describe("the end of a stream", () => {
  const answer = [delta({ role: "assistant", content: "" }), delta({ content: "Hel" }), delta({ content: "lo" })];

  it("gives start, deltas and one finish, in this order", () => {
    const events = streamed([...answer, delta({}, "stop"), usageChunk(counted)]);
    expect(events).toEqual([
      { type: "start", id: "chatcmpl-1", model: "rocket-1-2026" },
      { type: "text-delta", text: "Hel" },
      { type: "text-delta", text: "lo" },
      {
        type: "finish",
        finishReason: "stop",
        rawFinishReason: "stop",
        usage: expect.objectContaining({ state: "known", inputTokens: 9, outputTokens: 3 }),
        message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
      },
    ]);
  });

  it("does not wait for the socket after [DONE], nor after the usage chunk", () => {
    for (const last of ["[DONE]", usageChunk(counted)]) {
      const decoder = openaiChat.createStreamDecoder(callWith({ stream: true }));
      const events: ProtocolEvent[] = [];
      for (const chunk of [...answer, delta({}, "stop")])
        decoder.push({ event: "", data: JSON.stringify(chunk) }, events);
      expect([decoder.done, decoder.settled]).toEqual([false, true]);
      decoder.push({ event: "", data: typeof last === "string" ? last : JSON.stringify(last) }, events);
      expect(decoder.done).toBe(true);
    }
  });

  it("is complete without [DONE] when the finish reason was seen", () => {
    const events = streamed([...answer, { ...delta({}, "stop"), usage: counted }], { marker: false });
    expect(finishOf(events)).toMatchObject({ finishReason: "stop", usage: { outputTokens: 3 } });
  });

  it("is complete with [DONE] although no reason was given", () => {
    expect(finishOf(streamed(answer))).toMatchObject({ finishReason: "other", rawFinishReason: undefined });
  });

  it("is a truncation without both, and keeps what arrived", () => {
    const error = thrownBy(() => streamed(answer, { marker: false }));
    expect(error).toMatchObject({ code: "stream-truncated", partial: { text: "Hello" }, provider: "acme" });
  });

  it("reads deltas that follow a first finish chunk", () => {
    const events = streamed([delta({ content: "a" }, "stop"), { ...delta({ content: "b" }, "stop"), usage: counted }]);
    expect(textOf(events)).toBe("ab");
    expect(finishOf(events).usage.inputTokens).toBe(9);
  });

  it.each([
    ["stop", undefined, "stop"],
    ["eos", undefined, "stop"],
    ["length", undefined, "length"],
    ["model_length", undefined, "length"],
    ["tool_calls", undefined, "tool-calls"],
    ["content_filter", undefined, "content-filter"],
    ["insufficient_system_resource", undefined, "error"],
    ["something_new", undefined, "other"],
    ["constructor", undefined, "other"],
    ["stop", "max_tokens", "length"],
  ])("reads the reason %s (native %s) as %s", (reason, native, meant) => {
    const last = delta({}, reason);
    const choices = [{ ...(last.choices as Members[])[0], native_finish_reason: native }];
    const { finishReason, rawFinishReason } = finishOf(streamed([{ ...last, choices }]));
    expect([finishReason, rawFinishReason]).toEqual([meant, reason]);
  });

  it("drops a call that the token limit cut although the gateway says tool_calls", () => {
    const call = delta({ tool_calls: [piece(0, "c1", { name: "add", arguments: '{"x": 1' })] });
    const last = delta({}, "tool_calls");
    const choices = [{ ...(last.choices as Members[])[0], native_finish_reason: "length" }];
    const events = streamed([call, { ...last, choices }]);
    expect(callsOf(events)).toEqual([]);
    expect(finishOf(events).finishReason).toBe("length");
  });

  it("refuses arguments that are no JSON after a clean finish", () => {
    const call = delta({ tool_calls: [piece(0, "c1", { name: "add", arguments: '{"x": 1' })] });
    expect(thrownBy(() => streamed([call, delta({}, "tool_calls")]))).toMatchObject({ code: "invalid-tool-call" });
  });
});

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

describe("chunks of the dialects", () => {
  it("with an empty id come before the real start (Azure)", () => {
    const first = { choices: [], id: "", model: "", object: "", prompt_filter_results: [{ prompt_index: 0 }] };
    expect(streamed([first, delta({ content: "Yes" }, "stop")])[0]).toEqual({
      type: "start",
      id: "chatcmpl-1",
      model: "rocket-1-2026",
    });
  });

  it("that repeat the whole message beside the delta do not double the text (Perplexity)", () => {
    const chunk = (text: string, message: string, finish: string | null) => ({
      ...delta({}, finish),
      choices: [{ index: 0, delta: { content: text }, message: { content: message }, finish_reason: finish }],
    });
    expect(textOf(streamed([chunk("Ye", "Ye", null), chunk("s", "Yes", "stop")]))).toBe("Yes");
  });

  it("with a message instead of a delta are read when there were no deltas", () => {
    const chunk = { choices: [{ index: 0, message: { content: "Yes" }, finish_reason: "stop" }] };
    expect(textOf(streamed([chunk]))).toBe("Yes");
  });

  it("of other candidates are left out, and do not end the answer", () => {
    const other = (content: string, finish: string | null) => ({
      ...delta({}),
      choices: [{ index: 1, delta: { content }, finish_reason: finish }],
    });
    const events = streamed([
      delta({ content: "a" }),
      other("X", "length"),
      delta({ content: "b" }, "stop"),
      other("Y", null),
    ]);
    expect([textOf(events), finishOf(events).finishReason]).toEqual(["ab", "stop"]);
  });

  it("state sources once, with their titles", () => {
    const lists = {
      citations: ["https://a.test/", "https://b.test/"],
      search_results: [{ url: "https://a.test/", title: "A" }],
    };
    const note = { type: "url_citation", url_citation: { url: "https://c.test/", title: "C", start_index: 0 } };
    const events = streamed([
      { ...delta({ content: "Yes", annotations: [note] }), ...lists },
      { ...delta({}, "stop"), ...lists },
    ]);
    expect(events.filter((event) => event.type === "source").map((event) => event.source)).toEqual([
      { url: "https://c.test/", title: "C" },
      { url: "https://a.test/", title: "A" },
      { url: "https://b.test/" },
    ]);
  });

  it("hold refusals, pictures and sound", () => {
    const image = { type: "image_url", image_url: { url: "data:image/png;base64,AAAA" } };
    const call = callWith({ request: { params: { audioFormat: "pcm16" } }, stream: true });
    const events = streamed(
      [
        delta({ refusal: "No" }),
        delta({ refusal: "." }),
        delta({ images: [image] }),
        delta({ audio: { data: "AAEC" } }, "stop"),
      ],
      { call },
    );
    expect(finishOf(events)).toMatchObject({
      finishReason: "refusal",
      message: {
        content: [
          { type: "text", text: "No." },
          { type: "image", image: "data:image/png;base64,AAAA" },
          { type: "audio", audio: new Uint8Array([0, 1, 2]), mediaType: "audio/pcm" },
        ],
      },
    });
  });
});

describe("broken and failing streams", () => {
  it.each<[string, { event: string; data: string }, Members]>([
    [
      "an error beside choices (OpenRouter)",
      { event: "", data: JSON.stringify({ choices: [], error: { code: 502, message: "Worker limit" } }) },
      { code: "provider-error", status: 502, providerMessage: "Worker limit", providerCode: "502" },
    ],
    [
      "an error event (Groq)",
      {
        event: "error",
        data: JSON.stringify({ error: { message: "Bad call", code: "tool_use_failed", status_code: 400 } }),
      },
      { code: "invalid-tool-call", status: 400 },
    ],
    [
      "an error event that is plain text",
      { event: "error", data: "upstream went away" },
      { providerMessage: "upstream went away" },
    ],
    [
      "an error in the choice",
      { event: "", data: JSON.stringify({ choices: [{ index: 0, error: { code: 429, message: "Slow down" } }] }) },
      { code: "rate-limited" },
    ],
    [
      "MiniMax's own member",
      {
        event: "",
        data: JSON.stringify({ choices: null, base_resp: { status_code: 1004, status_msg: "login fail" } }),
      },
      { providerMessage: "login fail", providerCode: "1004" },
    ],
    ["a line that is no JSON", { event: "", data: '{"choices": [' }, { code: "invalid-response" }],
    ["a JSON value that is no object", { event: "", data: "7" }, { code: "invalid-response" }],
  ])("end in a typed error at %s, with what came before", (_what, frame, expected) => {
    const decoder = openaiChat.createStreamDecoder(callWith({ stream: true }));
    decoder.push({ event: "", data: JSON.stringify(delta({ content: "So far" })) }, []);
    expect(thrownBy(() => decoder.push(frame, []))).toMatchObject({ ...expected, partial: { text: "So far" } });
  });

  it("follow the catalog's rules for errors", () => {
    const call = callWith({ provider: { errors: [{ message: "balance", is: "quota-exceeded" }] } });
    const chunk = { error: { message: "Insufficient Balance", type: "unknown_error" } };
    expect(thrownBy(() => streamed([chunk], { call }))).toMatchObject({ code: "quota-exceeded" });
  });

  it("skip empty events", () => {
    expect(textOf(streamed([delta({ content: "Yes" }), "", "  ", delta({}, "stop")]))).toBe("Yes");
  });
});

describe("members that are not read", () => {
  const chunks: readonly Members[] = [
    {
      ...delta({ role: "assistant", content: "", refusal: null }),
      system_fingerprint: "fp",
      service_tier: "default",
      obfuscation: "abc",
    },
    delta({ reasoning_content: "Hm", channel: "analysis" }),
    {
      ...delta({ content: "Let me see.", annotations: [] }),
      usage: { prompt_tokens: 1, prompt_tokens_details: { cached_tokens: 0 } },
    },
    delta({ tool_calls: [{ ...piece(0, "c1", { name: "add", arguments: '{"x":' }), extra_content: null }] }),
    delta({ tool_calls: [piece(0, undefined, { arguments: "1}" })] }),
    { ...delta({}, "tool_calls"), x_groq: { id: "r", usage: counted }, timings: { prompt_n: 1 } },
    usageChunk({ ...counted, completion_tokens_details: { reasoning_tokens: 1 } }),
  ];
  const read = new Set([
    "choices",
    "delta",
    "content",
    "reasoning_content",
    "finish_reason",
    "tool_calls",
    "function",
    "name",
    "arguments",
  ]);

  function summary(events: readonly ProtocolEvent[]): unknown {
    return [textOf(events), textOf(events, "reasoning-delta"), callsOf(events), finishOf(events).finishReason];
  }

  /** Every chunk with one member removed, nulled or of another type, except members that carry the meaning. */
  function* mutations(value: unknown): Generator<unknown> {
    if (Array.isArray(value)) {
      for (const [i, item] of value.entries())
        for (const mutated of mutations(item)) yield value.map((other, n) => (n === i ? mutated : other));
      return;
    }
    if (typeof value !== "object" || value === null) return;
    const members = value as Members;
    for (const [name, member] of Object.entries(members)) {
      for (const mutated of mutations(member)) yield { ...members, [name]: mutated };
      if (read.has(name) || (name === "id" && "function" in members)) continue;
      yield Object.fromEntries(Object.entries(members).filter(([other]) => other !== name));
      for (const wrong of [null, true, "wrong", 7, [], [7], { wrong: [] }])
        if (typeof wrong !== typeof member || Array.isArray(wrong) !== Array.isArray(member))
          yield { ...members, [name]: wrong };
    }
  }

  it("may be missing, null or of any type without losing text, calls or the finish", () => {
    const wanted = summary(streamed(chunks));
    let tried = 0;
    for (const [i, chunk] of chunks.entries())
      for (const mutated of mutations(chunk)) {
        tried++;
        const events = streamed(chunks.map((other, n) => (n === i ? (mutated as Members) : other)));
        expect(summary(events), JSON.stringify(mutated)).toEqual(wanted);
      }
    expect(tried).toBeGreaterThan(300);
  });
});
