/** Whole Gemini answers as events. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { isModelwrightError } from "../../../src/errors.js";
import { googleGenerativeAiRoom as room } from "../../../src/protocols/google-generative-ai/room.js";
import { answerOf, callOf, finishOf, textOf } from "./support.js";

const decode = (body: unknown) => room.decodeChat(body, callOf());

describe("a whole answer", () => {
  it("gives start, text, and a finish with the provider's ids and words", () => {
    const events = decode(answerOf([{ text: "Hello" }], { responseId: "r-1", modelVersion: "gemini-test-001" }));
    expect(events[0]).toEqual({ type: "start", id: "r-1", model: "gemini-test-001" });
    expect(textOf(events)).toBe("Hello");
    expect(finishOf(events)).toMatchObject({
      finishReason: "stop",
      rawFinishReason: "STOP",
      message: { role: "assistant", content: [{ type: "text", text: "Hello" }] },
    });
  });

  it("ends with tool calls although the wire says STOP, without ids and without arguments", () => {
    const events = decode(
      answerOf([
        { functionCall: { name: "add", args: { a: 1 } } },
        { functionCall: { name: "now" } },
        { functionCall: { id: "fc-9", name: "later", args: null } },
      ]),
    );
    expect(events.filter((event) => event.type === "tool-call")).toEqual([
      { type: "tool-call", id: "call_0", name: "add", input: { a: 1 } },
      { type: "tool-call", id: "call_1", name: "now", input: {} },
      { type: "tool-call", id: "fc-9", name: "later", input: {} },
    ]);
    expect(finishOf(events)).toMatchObject({ finishReason: "tool-calls", rawFinishReason: "STOP" });
  });

  it("never makes up an id that the conversation already has", () => {
    const content = [
      { type: "tool-call", id: "call_2", name: "add", input: {} },
      { type: "tool-call", id: "toolu_7", name: "add", input: {} },
    ] as const;
    const call = callOf({ messages: [{ role: "assistant", content }] });
    const part = { functionCall: { name: "add", args: {} } };
    const ids = room
      .decodeChat(answerOf([part, part]), call)
      .flatMap((event) => (event.type === "tool-call" ? event.id : []));
    expect(ids).toEqual(["call_3", "call_4"]);
  });

  it("keeps thinking apart from the text", () => {
    const { message } = finishOf(decode(answerOf([{ text: "Hm.", thought: true }, { text: "Yes." }])));
    expect(message.content).toMatchObject([
      { type: "reasoning", text: "Hm." },
      { type: "text", text: "Yes." },
    ]);
  });

  it.each([
    ["a candidate without content", { candidates: [{ finishReason: "MAX_TOKENS" }] }, "length", "MAX_TOKENS"],
    ["content without parts", { candidates: [{ content: { role: "model" }, finishReason: "STOP" }] }, "stop", "STOP"],
    ["an empty part", answerOf([{}]), "stop", "STOP"],
    [
      "a list that is a lone object",
      { candidates: { content: { parts: { text: "" } }, finishReason: "STOP" } },
      "stop",
      "STOP",
    ],
    ["a missing finish reason", { candidates: [{ content: {} }] }, "other", undefined],
    ["an integer", { candidates: [{ finishReason: 2 }] }, "length", "2"],
    ["an integer whose meaning differs between the two APIs", { candidates: [{ finishReason: 9 }] }, "other", "9"],
    ["a lower-case word", { candidates: [{ finishReason: "stop" }] }, "stop", "stop"],
    ["a new word", { candidates: [{ finishReason: "MOON_PHASE" }] }, "other", "MOON_PHASE"],
    ["a word that objects inherit", { candidates: [{ finishReason: "constructor" }] }, "other", "constructor"],
    [
      "a call that cannot be read",
      { candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL" }] },
      "error",
      "MALFORMED_FUNCTION_CALL",
    ],
    ["recited text", { candidates: [{ finishReason: "RECITATION" }] }, "content-filter", "RECITATION"],
    ["a blocked prompt", { promptFeedback: { blockReason: "SAFETY" } }, "content-filter", "SAFETY"],
  ])("with %s finishes", (_, body, finishReason, rawFinishReason) => {
    expect(finishOf(decode(body))).toMatchObject({ finishReason, rawFinishReason });
  });

  it("reads the first candidate only", () => {
    const candidate = (index: number) => ({ index, content: { parts: [{ text: `c${index}` }] }, finishReason: "STOP" });
    expect(textOf(decode({ candidates: [candidate(1), candidate(0)] }))).toBe("c0");
  });

  it("may be the array that a stream without alt=sse is", () => {
    const events = decode([
      { candidates: [{ content: { parts: [{ text: "Hel" }] } }] },
      { candidates: [{ content: { parts: [{ text: "lo" }] }, finishReason: "STOP" }] },
    ]);
    expect(textOf(events)).toBe("Hello");
    expect(events.filter((event) => event.type === "finish")).toHaveLength(1);
  });

  it("is refused when it holds no candidate", () => {
    expect(() => decode({ modelVersion: "gemini-test" })).toThrow(
      expect.objectContaining({ code: "invalid-response" }),
    );
  });

  it("is an error when it holds one", () => {
    const error = { code: 429, message: "slow down", status: "RESOURCE_EXHAUSTED" };
    const expected = { code: "rate-limited", status: 429, providerCode: "RESOURCE_EXHAUSTED", retryable: true };
    expect(() => decode({ error })).toThrow(expect.objectContaining(expected));
    expect(() => decode([{ error }])).toThrow(expect.objectContaining(expected));
  });

  it("throws nothing but our own errors for any JSON", () => {
    const json = fc.oneof(
      fc.jsonValue(),
      fc.record({ candidates: fc.jsonValue(), promptFeedback: fc.jsonValue(), usageMetadata: fc.jsonValue() }),
      fc.array(fc.jsonValue()).map((parts) => answerOf(parts)),
      fc
        .dictionary(fc.constantFrom("name", "args", "partialArgs", "willContinue", "id"), fc.jsonValue())
        .map((functionCall) => answerOf([{ functionCall }])),
    );
    fc.assert(
      fc.property(json, (body) => {
        try {
          expect(decode(body).at(-1)?.type).toBe("finish");
        } catch (error) {
          if (!isModelwrightError(error)) throw error;
        }
      }),
    );
  });
});

describe("media and tools of the provider", () => {
  it("come as pictures and sound", () => {
    const events = decode(
      answerOf([
        { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } },
        { inlineData: { mimeType: "audio/L16;rate=24000", data: "AAEC" } },
        { inlineData: { mimeType: "audio/L16;rate=24000", data: "AwQ=" } },
      ]),
    );
    const image = { type: "image", image: "iVBORw0KGgo=", mediaType: "image/png" };
    expect(events).toContainEqual({ type: "image", image });
    expect(events.filter((event) => event.type === "audio-delta")).toHaveLength(2);
    expect(finishOf(events).message.content).toEqual([
      image,
      { type: "audio", audio: new Uint8Array([0, 1, 2, 3, 4]), mediaType: "audio/L16;rate=24000" },
    ]);
  });

  it("keep what has no neutral meaning for the round trip, pictures of the thinking included", () => {
    const parts = [
      { executableCode: { language: "PYTHON", code: "1" } },
      { codeExecutionResult: { outcome: "OUTCOME_OK" } },
      { toolCall: { id: "t" }, thoughtSignature: "c2ln" },
      { thought: true, inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" } },
    ];
    const events = decode(answerOf([...parts, { text: "One." }]));
    expect(events.some((event) => event.type === "image")).toBe(false);
    const { content } = finishOf(events).message;
    expect(content.slice(0, 4)).toEqual(
      parts.map((data) => ({
        type: "opaque",
        replay: { protocol: "google-generative-ai", provider: "google", model: "gemini-test", data },
      })),
    );
  });

  it("name each source once", () => {
    const web = { web: { uri: "https://example.org/a", title: "A" } };
    const candidate = {
      content: { parts: [{ text: "So it is." }] },
      groundingMetadata: {
        groundingChunks: [web, web, { retrievedContext: { title: "Doc", text: "quoted" } }, { new: {} }],
      },
      citationMetadata: {
        citationSources: [{ uri: "https://example.org/b" }],
        citations: [{ uri: "https://example.org/c" }],
      },
      finishReason: "STOP",
    };
    const sources = decode({ candidates: [candidate] }).flatMap((event) =>
      event.type === "source" ? event.source : [],
    );
    expect(sources).toEqual([
      { url: "https://example.org/a", title: "A" },
      { title: "Doc", text: "quoted" },
      { url: "https://example.org/b" },
      { url: "https://example.org/c" },
    ]);
  });
});

describe("usage", () => {
  const usage = (usageMetadata: unknown) => finishOf(decode(answerOf([{ text: "x" }], { usageMetadata }))).usage;

  it("is absent when not stated", () => {
    expect(usage(undefined).state).toBe("absent");
    expect(usage({ trafficType: "ON_DEMAND" }).state).toBe("absent");
  });

  it("adds tool prompts to the input and counts thoughts beside the candidates", () => {
    const wire = {
      promptTokenCount: 100,
      toolUsePromptTokenCount: 40,
      candidatesTokenCount: 30,
      thoughtsTokenCount: 50,
      totalTokenCount: 220,
    };
    expect(usage(wire)).toMatchObject({
      state: "known",
      inputTokens: 140,
      outputTokens: 80,
      buckets: { input: 140, output: 30, reasoning: 50 },
      raw: wire,
    });
  });

  it("splits the prompt by modality and cache without counting a token twice", () => {
    const tokens = (modality: string, tokenCount: number) => ({ modality, tokenCount });
    const { buckets } = usage({
      promptTokenCount: 1000,
      cachedContentTokenCount: 500,
      candidatesTokenCount: 300,
      promptTokensDetails: [tokens("TEXT", 300), tokens("AUDIO", 200), tokens("IMAGE", 260), tokens("VIDEO", 240)],
      cacheTokensDetails: [tokens("AUDIO", 150), tokens("IMAGE", 100), tokens("TEXT", 250)],
      candidatesTokensDetails: [tokens("IMAGE", 258), tokens("TEXT", 42)],
    });
    expect(buckets).toEqual({
      audioCacheRead: 150,
      cacheRead: 350,
      audioInput: 50,
      imageInput: 160,
      videoInput: 240,
      input: 50,
      imageOutput: 258,
      output: 42,
    });
  });

  it("sums to the stated totals whatever the details claim", () => {
    const n = fc.oneof(
      fc.nat(2000),
      fc.constant(undefined),
      fc.constant(Number.NaN),
      fc.constant(-5),
      fc.constant("7"),
    );
    const details = fc.array(
      fc.record({ modality: fc.constantFrom("TEXT", "AUDIO", "IMAGE", "VIDEO", "NEW"), tokenCount: n }),
    );
    const wire = fc.record({
      promptTokenCount: fc.nat(2000),
      cachedContentTokenCount: n,
      candidatesTokenCount: n,
      thoughtsTokenCount: n,
      toolUsePromptTokenCount: n,
      promptTokensDetails: details,
      cacheTokensDetails: details,
      candidatesTokensDetails: details,
      toolUsePromptTokensDetails: details,
    });
    const counted = (value: unknown) => (typeof value === "number" && value > 0 ? value : 0);
    fc.assert(
      fc.property(wire, (stated) => {
        const read = usage(stated);
        expect(read.inputTokens).toBe(counted(stated.promptTokenCount) + counted(stated.toolUsePromptTokenCount));
        expect(read.outputTokens).toBe(counted(stated.candidatesTokenCount) + counted(stated.thoughtsTokenCount));
      }),
    );
  });
});
