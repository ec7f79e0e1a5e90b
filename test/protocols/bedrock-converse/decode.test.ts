/** Answers of the Converse API, whole and streamed: what they mean, how they fail, and what cuts and wrong members do. */
import { describe, expect, it } from "vitest";
import type { FinishEvent, ProtocolEvent } from "../../../src/chat/events.js";
import { isModelwrightError } from "../../../src/errors.js";
import { bedrockConverseRoom as bedrockConverse } from "../../../src/protocols/bedrock-converse/room.js";
import { failureCode } from "../../../src/protocols/failure.js";
import type { Frame } from "../../../src/transport/frame.js";
import { mutations } from "../mutations.js";
import { bytesOf, callOf, decodeFrames, framesOf, replayOf, streams } from "./support.js";

const decode = (body: unknown) => bedrockConverse.decodeChat(body, callOf());
const finishOf = (events: readonly ProtocolEvent[]) => events.at(-1) as FinishEvent;
const answerOf = (content: readonly unknown[], rest: object = {}) => ({
  output: { message: { role: "assistant", content } },
  stopReason: "end_turn",
  usage: { inputTokens: 1, outputTokens: 2, totalTokens: 3 },
  ...rest,
});

const redacted = { reasoningContent: { redactedContent: "cmVkYWN0ZWQ=" } };
const serverCall = {
  toolUse: { toolUseId: "t_1", name: "nova_code_interpreter", type: "server_tool_use", input: { snippet: "6*7" } },
};
const serverResult = {
  toolResult: {
    toolUseId: "t_1",
    type: "nova_code_interpreter_result",
    status: "success",
    content: [{ json: { stdOut: "42" } }],
  },
};
const citation = {
  title: "Guide",
  location: { web: { url: "https://guide.example", domain: "guide.example" } },
  sourceContent: [{ text: "forty-two" }],
};

describe("a whole answer", () => {
  it("gives what its stream gives: reasoning with its signature, text, calls", () => {
    const whole = decode(
      answerOf(
        [
          { reasoningContent: { reasoningText: { text: "Two cities, two calls.", signature: "sig+/=" } } },
          { text: "I will ask – 北." },
          { toolUse: { toolUseId: "tooluse_1", name: "weather", input: { city: "Oslo" } } },
          { toolUse: { toolUseId: "tooluse_2", name: "clock", input: {} } },
        ],
        { stopReason: "tool_use" },
      ),
    );
    const streamed = decodeFrames(streams["thinking and calls"]!);
    expect(finishOf(whole).message).toEqual(finishOf(streamed).message);
    expect(finishOf(streamed)).toMatchObject({
      finishReason: "tool-calls",
      rawFinishReason: "tool_use",
      message: {
        content: [
          {
            type: "reasoning",
            text: "Two cities, two calls.",
            replay: replayOf({ type: "reasoning", signature: "sig+/=" }),
          },
          { type: "text", text: "I will ask – 北." },
          { type: "tool-call", id: "tooluse_1", name: "weather", input: { city: "Oslo" } },
          { type: "tool-call", id: "tooluse_2", name: "clock", input: {} },
        ],
      },
    });
  });

  it("keeps what the provider ran, what is redacted and what is cited for the round trip", () => {
    const cited = { citationsContent: { content: [{ text: "It is " }, { text: "42." }], citations: [citation] } };
    const whole = decode(answerOf([redacted, serverCall, serverResult, cited]));
    const streamed = decodeFrames(streams["what the provider ran, and citations"]!);
    expect(finishOf(whole).message).toEqual(finishOf(streamed).message);
    expect(finishOf(streamed).message.content).toEqual([
      { type: "opaque", replay: replayOf({ type: "block", block: redacted }) },
      { type: "opaque", replay: replayOf({ type: "block", block: serverCall }) },
      { type: "opaque", replay: replayOf({ type: "block", block: serverResult }) },
      { type: "text", text: "It is 42.", replay: replayOf({ type: "citations", citations: [citation] }) },
    ]);
    expect(streamed.some(({ type }) => type === "tool-call")).toBe(false);
    expect(streamed.filter(({ type }) => type === "source")).toEqual([
      {
        type: "source",
        source: { url: "https://guide.example", title: "Guide", text: "forty-two" },
        replay: replayOf({ type: "citations", citations: [citation] }),
      },
    ]);
  });

  it("goes back into the next request as it came", () => {
    const blocks = [redacted, serverCall, serverResult, { text: "42." }];
    const { message } = finishOf(decode(answerOf(blocks)));
    const call = callOf({ request: { messages: [{ role: "user", content: "?" }, message] } });
    const { body } = bedrockConverse.encodeChat(call);
    expect((body as { messages: { content: unknown }[] }).messages[1]?.content).toEqual(blocks);
    expect(call.adjustments).toEqual([]);
  });

  it("gives pictures as bytes", () => {
    const events = decode(answerOf([{ image: { format: "jpeg", source: { bytes: "AQID" } } }]));
    expect(events.find(({ type }) => type === "image")).toEqual({
      type: "image",
      image: { type: "image", image: Uint8Array.of(1, 2, 3), mediaType: "image/jpeg" },
    });
  });

  it("keeps unknown blocks for the round trip", () => {
    const block = { novelty: { a: 1 } };
    expect(finishOf(decode(answerOf([block]))).message.content).toEqual([
      { type: "opaque", replay: replayOf({ type: "block", block }) },
    ]);
  });

  it("without the last call when the token limit struck there", () => {
    const content = [{ text: "Hi" }, { toolUse: { toolUseId: "a", name: "t", input: { city: "Os" } } }];
    const events = decode(answerOf(content, { stopReason: "max_tokens" }));
    expect(finishOf(events)).toMatchObject({ finishReason: "length", message: { content: [{ type: "text" }] } });
  });

  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["guardrail_intervened", "content-filter"],
    ["content_filtered", "content-filter"],
    ["malformed_tool_use", "error"],
    ["novelty", "other"],
  ])("that stops for %s ends with %s", (stopReason, finishReason) => {
    expect(finishOf(decode(answerOf([{ text: "Hi" }], { stopReason })))).toMatchObject({
      finishReason,
      rawFinishReason: stopReason,
    });
  });

  it("counts cache reads and writes beside the input, by lifetime", () => {
    expect(finishOf(decodeFrames(streams["thinking and calls"]!)).usage).toMatchObject({
      state: "known",
      inputTokens: 1040,
      outputTokens: 50,
      buckets: { input: 12, cacheRead: 1000, cacheWrite: 8, cacheWrite1h: 20, output: 50 },
    });
    expect(finishOf(decode(answerOf([], { usage: null }))).usage.state).toBe("absent");
  });

  it.each([[null], ["text"], [[]], [{}], [{ output: {} }], [{ Output: { __type: "UnknownOperationException" } }]])(
    "that is no message is an error: %j",
    (body) => {
      expect(() => decode(body)).toThrow(expect.objectContaining({ code: "invalid-response" }));
    },
  );
});

describe("a failure", () => {
  const read = (body: unknown, type?: string) =>
    bedrockConverse.decodeFailure(body, (name) => (name === "x-amzn-errortype" ? type : undefined));
  const codeOf = (body: unknown, status: number, type?: string) =>
    failureCode(read(body, type), { status, words: bedrockConverse.failureWords ?? {} });

  it.each<[unknown, string | undefined, string, string | undefined]>([
    [{ message: "No." }, "AccessDeniedException:http://internal.amazon.com/coral/", "No.", "AccessDeniedException"],
    [{ Message: "No." }, undefined, "No.", undefined],
    [
      { __type: "com.amazon.coral.service#ThrottlingException", message: "Slow." },
      undefined,
      "Slow.",
      "ThrottlingException",
    ],
    ["<html>Bad gateway</html>", undefined, "<html>Bad gateway</html>", undefined],
    [null, undefined, "the provider gave no message", undefined],
    [{ message: 7 }, undefined, "the provider gave no message", undefined],
  ])("with the body %j and the header %s is read", (body, type, message, code) => {
    expect(read(body, type)).toMatchObject({ message });
    expect(read(body, type).code).toBe(code);
  });

  it.each([
    ["ThrottlingException", 429, "rate-limited"],
    ["ServiceQuotaExceededException", 400, "quota-exceeded"],
    ["ModelNotReadyException", 429, "overloaded"],
    ["ModelTimeoutException", 408, "timeout"],
    ["ModelErrorException", 424, "provider-error"],
    ["UnrecognizedClientException", 403, "authentication"],
    ["ExpiredTokenException", 403, "authentication"],
    ["AccessDeniedException", 403, "permission"],
    ["ValidationException", 400, "provider-rejected"],
    ["NoveltyException", 503, "overloaded"],
  ])("of type %s and status %d is %s", (type, status, code) => {
    expect(codeOf({ message: "m" }, status, type)).toBe(code);
  });

  it.each<[Frame, string]>([
    [{ event: "throttlingException", data: '{"message":"slow"}', failure: true }, "rate-limited"],
    [{ event: "serviceUnavailableException", data: '{"message":"slow"}', failure: true }, "overloaded"],
    [{ event: "modelStreamErrorException", data: '{"message":"slow"}', failure: true }, "provider-error"],
    [{ event: "InternalFailure", data: "slow", failure: true }, "provider-error"],
    [{ event: "noveltyException", data: '{"message":"slow"}', failure: true }, "provider-error"],
  ])("inside a stream throws: %j", (failure, code) => {
    const [start, ...rest] = streams["thinking and calls"]!;
    expect(() => decodeFrames([start!, ...rest.slice(3, 6), failure])).toThrow(
      expect.objectContaining({
        name: "ProviderError",
        code,
        providerMessage: "slow",
        partial: expect.objectContaining({ text: "I will ask – 北." }),
      }),
    );
  });
});

describe.each(Object.entries(streams))("a stream with %s", (_name, frames) => {
  const bytes = bytesOf(frames);
  const whole = finishOf(decodeFrames(frames));

  it("cut at any byte is the whole answer or a typed error, and releases no call", () => {
    for (let length = 0; length < bytes.length; length++) {
      const { out, code } = attempt(() => framesOf(bytes.subarray(0, length)));
      if (code === undefined) expect(finishOf(out).message).toEqual(whole.message);
      else {
        expect(code).toBe("stream-truncated");
        expect(out.filter((event) => event.type === "tool-call" || event.type === "finish")).toEqual([]);
      }
    }
  });

  it("is complete without its metadata, but not counted", () => {
    const { usage, ...finish } = finishOf(decodeFrames(frames.slice(0, -1)));
    const { usage: _counted, ...expected } = whole;
    expect([usage.state, finish]).toEqual(["absent", expected]);
  });

  it("keeps what it says under a wrong member that does not carry it", () => {
    const carriers = /^(delta(\..*)?|start(\..*)?|stopReason|contentBlockIndex)$/;
    let count = 0;
    for (const { frames: mutated, path } of mutations(frames)) {
      count++;
      const { out, code } = attempt(() => mutated);
      if (carriers.test(path)) continue;
      expect([path, code]).toEqual([path, undefined]);
      expect(finishOf(out).message).toEqual(whole.message);
    }
    expect(count).toBeGreaterThan(100);
  });

  it("reads nothing after its end, and survives unknown events", () => {
    const unknown: Frame = { event: "novelty", data: '{"contentBlockIndex":0,"delta":{"text":"x"}}' };
    const late: Frame = { event: "contentBlockDelta", data: unknown.data };
    expect(finishOf(decodeFrames([unknown, ...frames, late]))).toEqual(whole);
  });
});

it("an event that is no JSON is an error with its text", () => {
  expect(() => decodeFrames([{ event: "contentBlockDelta", data: "{oops" }])).toThrow(
    expect.objectContaining({ code: "invalid-response", text: "{oops" }),
  );
});

function attempt(frames: () => readonly Frame[]): { out: ProtocolEvent[]; code: string | undefined } {
  const out: ProtocolEvent[] = [];
  try {
    decodeFrames(frames(), out);
    return { out, code: undefined };
  } catch (error) {
    if (!isModelwrightError(error)) throw error;
    return { out, code: error.code };
  }
}
