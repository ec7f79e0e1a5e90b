/** Answers of Cohere's chat, whole and streamed: what they mean, how they fail, and what cuts and wrong members do. */
import { describe, expect, it } from "vitest";
import type { FinishEvent, ProtocolEvent } from "../../../src/chat/events.js";
import { isModelwrightError } from "../../../src/errors.js";
import { cohereV2Room as cohereV2 } from "../../../src/protocols/cohere-v2/room.js";
import type { Frame } from "../../../src/transport/frame.js";
import { mutations } from "../mutations.js";
import { callOf, decodeFrames, fixture, framesOf, replayOf } from "./support.js";

const decode = (body: unknown) => cohereV2.decodeChat(body, callOf());
const finishOf = (events: readonly ProtocolEvent[]) => events.at(-1) as FinishEvent;
const kinds = (events: readonly ProtocolEvent[]) =>
  events.map(({ type }) => type).filter((type, i, all) => type !== all[i - 1]);

const usage = {
  billed_units: { input_tokens: 40, output_tokens: 30 },
  tokens: { input_tokens: 900, output_tokens: 64, reasoning_tokens: 12 },
  cached_tokens: 512,
};
const call = (id: string, name: string, text: unknown) => ({
  id,
  type: "function",
  function: { name, arguments: text },
});

describe("a whole answer", () => {
  const answer = {
    id: "c-1",
    message: {
      role: "assistant",
      content: [{ type: "thinking", thinking: "Two cities, two calls." }],
      tool_plan: "I will ask for both.",
      tool_calls: [call("weather_a1", "weather", '{"city":"Oslo"}'), call("clock_b2", "clock", "null")],
    },
    finish_reason: "TOOL_CALL",
    usage,
  };

  it("gives the events of its stream, thinking and plan apart", () => {
    const whole = decode(answer);
    const streamed = decodeFrames(framesOf(fixture("thinking-tools.sse")));
    expect(finishOf(whole)).toEqual(finishOf(streamed));
    expect(finishOf(streamed)).toMatchObject({
      finishReason: "tool-calls",
      rawFinishReason: "TOOL_CALL",
      message: {
        content: [
          { type: "reasoning", text: "Two cities, two calls.", replay: replayOf("thinking") },
          { type: "reasoning", text: "I will ask for both.", replay: replayOf("tool_plan") },
          { type: "tool-call", id: "weather_a1", name: "weather", input: { city: "Oslo" } },
          { type: "tool-call", id: "clock_b2", name: "clock", input: {} },
        ],
      },
    });
    expect(kinds(streamed)).toEqual([
      "start",
      "reasoning-delta",
      "tool-call-start",
      "tool-call-delta",
      "tool-call-start",
      "tool-call",
      "finish",
    ]);
  });

  it("counts all tokens in the totals and what is billed in the buckets", () => {
    expect(finishOf(decode(answer)).usage).toEqual({
      state: "known",
      inputTokens: 900,
      outputTokens: 64,
      buckets: { input: 40, output: 18, reasoning: 12 },
      reportedCostUsd: undefined,
      raw: usage,
    });
  });

  it.each([
    ["no usage", undefined, { state: "absent" }],
    [
      "only tokens",
      { tokens: { input_tokens: 5, output_tokens: 6 } },
      { inputTokens: 5, buckets: { input: 5, output: 6 } },
    ],
    [
      "only what is billed",
      { billed_units: { input_tokens: 5, output_tokens: 6 } },
      { inputTokens: 5, outputTokens: 6 },
    ],
    [
      "more reasoning than output",
      { billed_units: { output_tokens: 4 }, tokens: { output_tokens: 9, reasoning_tokens: 9 } },
      { outputTokens: 9, buckets: { reasoning: 4 } },
    ],
    ["hostile counts", { billed_units: { input_tokens: -5, output_tokens: "x" } }, { inputTokens: 0, buckets: {} }],
  ])("with %s is counted as far as it goes", (_name, stated, expected) => {
    expect(finishOf(decode({ ...answer, usage: stated })).usage).toMatchObject(expected);
  });

  it.each([
    ["COMPLETE", "stop"],
    ["STOP_SEQUENCE", "stop"],
    ["MAX_TOKENS", "length"],
    ["NOVELTY", "other"],
    [undefined, "other"],
  ])("that ends with %s ends with %s", (reason, expected) => {
    const body = { message: { content: [{ type: "text", text: "Hi" }] }, finish_reason: reason };
    expect(finishOf(decode(body))).toMatchObject({ finishReason: expected, rawFinishReason: reason });
  });

  it("whose call the token limit cut releases no call", () => {
    const message = { tool_calls: [call("a", "t", '{"city": "Os')] };
    const events = decode({ message, finish_reason: "MAX_TOKENS" });
    expect(finishOf(events)).toMatchObject({ finishReason: "length", message: { content: [] } });
  });

  it("names the documents and results that it rests on", () => {
    const events = decodeFrames(framesOf(fixture("cited.sse")));
    expect(events.filter(({ type }) => type === "source")).toEqual([
      { type: "source", source: { url: "https://harbour.example/7", title: "Harbour", text: "Nº 7" } },
      { type: "source", source: { url: undefined, title: "lookup_1:0", text: "Nº 7" } },
    ]);
    expect(finishOf(events).message.content).toEqual([{ type: "text", text: "The dock is Nº 7 – 北." }]);
  });

  it.each([[null], ["text"], [[]], [{}], [{ message: null }], [{ message: [] }]])(
    "that is no message is an error: %j",
    (body) => {
      expect(() => decode(body)).toThrow(expect.objectContaining({ code: "invalid-response" }));
    },
  );
});

describe("a failure", () => {
  const noHeaders = () => undefined;

  it.each<[unknown, string]>([
    [{ id: "x", message: "invalid request: empty" }, "invalid request: empty"],
    [{ error: { message: "nested" } }, "nested"],
    [{ error: "flat" }, "flat"],
    ["<html>Bad gateway</html>", "<html>Bad gateway</html>"],
    [null, "the provider gave no message"],
    [{ message: 7 }, "the provider gave no message"],
  ])("with the body %j says so", (body, message) => {
    expect(cohereV2.decodeFailure(body, noHeaders).message).toBe(message);
  });

  it("keeps the delay of its headers", () => {
    const headers = (name: string) => (name === "retry-after" ? "2" : undefined);
    expect(cohereV2.decodeFailure({}, headers).retryAfterMs).toBe(2000);
  });

  it("at the end of a stream throws with its own words and what had arrived", () => {
    expect(() => decodeFrames(framesOf(fixture("failed.sse")))).toThrow(
      expect.objectContaining({
        name: "ProviderError",
        code: "provider-error",
        providerMessage: "the engine stopped",
        partial: expect.objectContaining({ text: "Half a" }),
      }),
    );
  });

  it("of time at the end of a whole answer is a time-out", () => {
    const body = { message: { content: [{ type: "text", text: "Hi" }] }, finish_reason: "TIMEOUT" };
    expect(() => decode(body)).toThrow(expect.objectContaining({ code: "timeout" }));
    expect(() => decode({ finish_reason: "ERROR", error: "no" })).toThrow(
      expect.objectContaining({ providerMessage: "no" }),
    );
  });
});

describe.each(["thinking-tools.sse", "cited.sse"])("%s", (name) => {
  const bytes = fixture(name);
  const whole = finishOf(decodeFrames(framesOf(bytes)));

  it("is complete without the closing marker, and cut at any byte never a shorter success", () => {
    for (let length = 0; length < bytes.length; length++) {
      const { out, code } = attempt(() => framesOf(bytes.subarray(0, length)));
      if (code === undefined) expect(out.at(-1)).toEqual(whole);
      else {
        expect(["stream-truncated", "invalid-response"]).toContain(code);
        expect(out.filter((event) => event.type === "tool-call" || event.type === "finish")).toEqual([]);
      }
    }
    const marker = framesOf(bytes).filter((frame) => frame.data !== "[DONE]");
    expect(finishOf(decodeFrames(marker))).toEqual(whole);
  });

  it("keeps what it says under a wrong member that does not carry it", () => {
    const carriers =
      /^(delta|delta\.message|delta\.message\.(content|content\.(text|thinking)|tool_plan|tool_calls(\..*)?)|delta\.finish_reason|index)$/;
    let count = 0;
    for (const { frames, path } of mutations(framesOf(bytes))) {
      count++;
      const { out, code } = attempt(() => frames);
      if (carriers.test(path) || path === "type") continue;
      expect([path, code]).toEqual([path, undefined]);
      expect(finishOf(out).message).toEqual(whole.message);
    }
    expect(count).toBeGreaterThan(100);
  });
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
