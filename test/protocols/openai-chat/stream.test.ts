import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import { openaiChatRoom as openaiChat } from "../../../src/protocols/openai-chat/room.js";
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

describe("chunks of the dialects", () => {
  it.each(["", "rocket-1-2026"])(
    "with an empty id come before the real start (Azure, Copilot: model '%s')",
    (model) => {
      const first = { choices: [], id: "", model, object: "", prompt_filter_results: [{ prompt_index: 0 }] };
      expect(streamed([first, delta({ content: "Yes" }, "stop")])[0]).toEqual({
        type: "start",
        id: "chatcmpl-1",
        model: "rocket-1-2026",
      });
    },
  );

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

  const found = (member: string) => ({ [member]: "https://a.test/", title: "A" });
  const cited = { type: "url_citation", url_citation: found("url") };

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

  it.each([
    { at: "Groq", chunk: delta({ executed_tools: [{ type: "search", search_results: { results: [found("url")] } }] }) },
    { at: "Tencent", chunk: { ...delta({}), search_info: { search_results: [found("url")] } } },
    { at: "Zhipu", chunk: { ...delta({}), web_search: [{ ...found("link"), content: "…", refer: "ref_1" }] } },
    { at: "MiniMax", chunk: { ...delta({}), messages: [{ role: "tool" }, { annotations: [cited] }] } },
  ])("state sources where $at puts them", ({ chunk }) => {
    const events = streamed([delta({ content: "Yes" }), chunk, delta({}, "stop")]);
    const sources = events.filter((event) => event.type === "source");
    expect(sources).toEqual([{ type: "source", source: { url: "https://a.test/", title: "A" } }]);
  });

  it("hold sound with what is said in it, which goes back in the sound's place", () => {
    const call = callWith({ request: { params: { audioFormat: "wav" } }, stream: true });
    const spoken = (audio: object) => delta({ content: null, audio: { id: "audio_1", ...audio } });
    const events = streamed(
      [spoken({ transcript: "Hello, " }), spoken({ data: "AAEC" }), spoken({ transcript: "you." }), delta({}, "stop")],
      { call },
    );
    expect(events.filter(({ type }) => type === "audio-delta")).toHaveLength(1);
    const { message } = finishOf(events);
    const audio = new Uint8Array([0, 1, 2]);
    expect(message.content).toEqual([{ type: "audio", audio, mediaType: "audio/wav", transcript: "Hello, you." }]);
    const again = callWith({ request: { messages: [{ role: "user", content: "Hi" }, message] } });
    expect(openaiChat.encodeChat(again).body).toMatchObject({ messages: [{}, { content: "Hello, you." }] });
    expect(again.adjustments.map(({ action, path }) => `${action} ${path}`)).toEqual([
      "rewritten messages[1].content[0]",
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
