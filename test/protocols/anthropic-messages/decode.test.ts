/** Streams and whole answers of the Messages API as events. */
import { describe, expect, it } from "vitest";
import { ProviderError, TransportError } from "../../../src/errors.js";
import { anthropicMessagesRoom as anthropicMessages } from "../../../src/protocols/anthropic-messages/room.js";
import { callOf, decodeFixture, decodeFrames, finishOf, fixture, framesOf, replayed } from "./calls.js";

const json = (name: string): unknown => JSON.parse(new TextDecoder().decode(fixture(name)));
const decodeChat = (body: unknown) => anthropicMessages.decodeChat(body, callOf());
const frame = (data: unknown, event = "") => ({ event, data: JSON.stringify(data) });
const message = (over: object) => ({ id: "msg_1", type: "message", content: [], stop_reason: "end_turn", ...over });

describe("a stream", () => {
  it("gives start, text in order, and one finish", () => {
    expect(decodeFixture("text.sse")).toEqual([
      { type: "start", id: "msg_text", model: "claude-sonnet-4-5-20250929" },
      { type: "text-delta", text: "Grüße" },
      { type: "text-delta", text: ", 世界 🌊" },
      { type: "text-delta", text: "!" },
      expect.objectContaining({ type: "finish", finishReason: "stop", rawFinishReason: "end_turn" }),
    ]);
  });

  it("takes the last word on every count, and keeps cache reads and writes out of the input", () => {
    const { usage } = finishOf(decodeFixture("text.sse"));
    expect(usage.buckets).toEqual({ input: 27, cacheRead: 400, cacheWrite: 90, output: 12 });
    expect([usage.state, usage.inputTokens, usage.outputTokens]).toEqual(["known", 517, 12]);
    expect(usage.raw).toMatchObject({ input_tokens: 27, service_tier: "standard" });
  });

  it("splits cache writes by lifetime and thinking from other output", () => {
    const { usage } = finishOf(decodeFixture("thinking-tools.sse"));
    expect(usage.buckets).toEqual({
      input: 25,
      cacheRead: 1200,
      cacheWrite: 500,
      cacheWrite1h: 200,
      output: 81,
      reasoning: 60,
    });
  });

  it("keeps signed and redacted thinking, and releases calls only at the end", () => {
    const events = decodeFixture("thinking-tools.sse");
    expect(events.slice(-3).map((event) => event.type)).toEqual(["tool-call", "tool-call", "finish"]);
    expect(finishOf(events).message.content).toEqual([
      {
        type: "reasoning",
        text: "Two cities, two calls.",
        replay: replayed({ type: "thinking", signature: "EqQBCgYIBxgCKkBhYmM=" }),
      },
      { type: "opaque", replay: replayed({ type: "redacted_thinking", data: "EmwKAhgBEgy3va3pzix" }) },
      { type: "text", text: "I will look both up.", replay: undefined },
      { type: "tool-call", id: "toolu_01", name: "weather", input: { city: "Paris", days: 2 } },
      { type: "tool-call", id: "toolu_02", name: "now", input: {} },
    ]);
  });

  it("equals the whole answer but for its pieces", () => {
    const streamed = finishOf(decodeFixture("thinking-tools.sse"));
    expect(finishOf(decodeChat(json("thinking-tools.json")))).toEqual(streamed);
  });

  it("keeps blocks of server-side tools whole and in place, and names sources", () => {
    const events = decodeFixture("server-tools.sse");
    expect(events.filter((event) => event.type === "source")).toMatchObject([
      {
        type: "source",
        source: { url: "https://tides.example/brest", title: "Tides", text: "High water 06:12" },
        replay: { data: { citations: [{ encrypted_index: "EpEB" }] } },
      },
    ]);
    const { content } = finishOf(events).message;
    expect(content).toMatchObject([
      { type: "opaque", replay: { data: { type: "server_tool_use", input: { query: "tide Brest" } } } },
      { type: "opaque", replay: { data: { type: "web_search_tool_result", tool_use_id: "srvtoolu_01" } } },
      { type: "opaque", replay: { data: { type: "compaction", content: "Earlier: the user asked for tides." } } },
      { type: "text", text: "High water is at 06:12.", replay: { data: { citations: [{ encrypted_index: "EpEB" }] } } },
      { type: "text", text: " Take care." },
    ]);
  });

  it("keeps thinking that is only a signature", () => {
    const events = decodeFrames([
      frame({ type: "message_start", message: message({ usage: { input_tokens: 1, output_tokens: 1 } }) }),
      frame({
        type: "content_block_start",
        index: 0,
        content_block: { type: "thinking", thinking: "", signature: "" },
      }),
      frame({ type: "content_block_delta", index: 0, delta: { type: "signature_delta", signature: "c2ln" } }),
      frame({ type: "content_block_stop", index: 0 }),
      frame({ type: "message_delta", delta: { stop_reason: "end_turn" } }),
      frame({ type: "message_stop" }),
    ]);
    expect(finishOf(events).message.content).toEqual([
      { type: "reasoning", text: "", replay: replayed({ type: "thinking", signature: "c2ln" }) },
    ]);
  });

  it("that begins a second message gives that one, and never the call that the first left open", () => {
    const events = decodeFixture("restarted.sse");
    const finish = finishOf(events);
    expect(finish.message.content).toEqual([
      { type: "tool-call", id: "toolu_second", name: "weather", input: { city: "Lima" } },
    ]);
    expect(finish.usage.buckets).toEqual({ input: 30, output: 33 });
    const previews = events.filter((event) => event.type === "tool-call-start").map((event) => event.index);
    expect(previews).toEqual([0, 1]);
  });

  it("that repeats its message_start goes on", () => {
    const [start, ...rest] = framesOf(fixture("text.sse"));
    const block = rest.slice(0, 2);
    const events = decodeFrames([start!, ...block, start!, ...rest.slice(2)]);
    expect(events).toEqual(decodeFixture("text.sse"));
  });

  it("may end with the marker of another wire, with the cost in its usage", () => {
    const { finishReason, usage } = finishOf(decodeFixture("done-marker.sse"));
    expect([finishReason, usage.reportedCostUsd]).toEqual(["length", 0.000112]);
  });

  it("is done at message_stop although more may follow", () => {
    const decoder = anthropicMessages.createStreamDecoder(callOf());
    const out: unknown[] = [];
    const frames = framesOf(fixture("text.sse"));
    for (const next of [...frames, { event: "data", data: "[DONE]" }, ...frames]) decoder.push(next, out as never[]);
    expect(decoder.done).toBe(true);
    expect(out).toEqual(decodeFixture("text.sse"));
  });

  it("throws the provider's failure with what had arrived", () => {
    expect(() => decodeFixture("overloaded.sse")).toThrow(ProviderError);
    expect(() => decodeFixture("overloaded.sse")).toThrow(
      expect.objectContaining({
        code: "overloaded",
        providerCode: "overloaded_error",
        providerMessage: "Overloaded",
        partial: { text: "Hel", usage: expect.objectContaining({ state: "partial", inputTokens: 25 }) },
      }),
    );
  });

  it("throws at an event that is no JSON", () => {
    expect(() => decodeFrames([{ event: "content_block_delta", data: '{"type":' }])).toThrow(
      expect.objectContaining({ code: "invalid-response" }),
    );
  });

  it("throws when a call's arguments are no JSON although the model finished", () => {
    const frames = framesOf(fixture("thinking-tools.sse")).filter(({ data }) => !data.includes("ris"));
    expect(() => decodeFrames(frames)).toThrow(expect.objectContaining({ code: "invalid-tool-call" }));
  });

  it.each(["max_tokens", "refusal"])("cut by %s drops the call that it struck", (reason) => {
    const frames = framesOf(fixture("thinking-tools.sse"))
      .filter(({ data }) => !data.includes("ris"))
      .map(({ event, data }) => ({
        event,
        data: data.replace('"stop_reason":"tool_use"', `"stop_reason":"${reason}"`),
      }));
    const events = decodeFrames(frames);
    expect(events.some((event) => event.type === "tool-call")).toBe(false);
  });
});

describe("a whole answer", () => {
  it.each([
    ["end_turn", "stop"],
    ["stop_sequence", "stop"],
    ["max_tokens", "length"],
    ["model_context_window_exceeded", "length"],
    ["pause_turn", "other"],
    ["refusal", "refusal"],
    ["tool_use", "tool-calls"],
    ["something_new", "other"],
    [null, "other"],
  ])("ends by %s as %s", (stopReason, finishReason) => {
    const finish = finishOf(decodeChat(message({ stop_reason: stopReason })));
    expect([finish.finishReason, finish.rawFinishReason]).toEqual([finishReason, stopReason ?? undefined]);
  });

  it("may be empty, and then has no usage to speak of", () => {
    const finish = finishOf(decodeChat(message({ usage: null })));
    expect([finish.message.content, finish.usage.state]).toEqual([[], "absent"]);
  });

  it("drops a call at which the token limit struck, even when its arguments are valid JSON", () => {
    const call = { type: "tool_use", id: "toolu_1", name: "weather", input: { city: "Par" } };
    const events = decodeChat(message({ content: [{ type: "text", text: "So:" }, call], stop_reason: "max_tokens" }));
    expect(events.map((event) => event.type)).toEqual(["start", "text-delta", "finish"]);
  });

  it("keeps the caller of a call that the model's own code made", () => {
    const caller = { type: "code_execution_20250825", tool_id: "srvtoolu_9" };
    const call = { type: "tool_use", id: "toolu_1", name: "weather", input: {}, caller };
    expect(finishOf(decodeChat(message({ content: [call], stop_reason: "tool_use" }))).message.content).toEqual([
      { type: "tool-call", id: "toolu_1", name: "weather", input: {}, replay: replayed({ type: "tool_use", caller }) },
    ]);
  });

  it("whose advisor is billed apart has usage that is not complete", () => {
    const usage = { input_tokens: 9, output_tokens: 2, iterations: [{ type: "message" }, { type: "advisor_message" }] };
    expect(finishOf(decodeChat(message({ usage }))).usage).toMatchObject({ state: "partial", inputTokens: 9 });
  });

  it.each([
    [{ type: "error", error: { type: "rate_limit_error", message: "slow down" } }, "rate-limited", "rate_limit_error"],
    [{ base_resp: { status_code: 1008, status_msg: "insufficient balance" } }, "provider-error", "1008"],
  ])("that is a failure throws it: %j", (body, code, providerCode) => {
    expect(() => decodeChat(body)).toThrow(expect.objectContaining({ code, providerCode }));
  });

  it("that is a failure is judged by the catalog's rules", () => {
    const call = callOf({ provider: { errors: [{ code: "1008", is: "quota-exceeded" }] } });
    const body = { base_resp: { status_code: 1008, status_msg: "insufficient balance" } };
    expect(() => anthropicMessages.decodeChat(body, call)).toThrow(expect.objectContaining({ code: "quota-exceeded" }));
  });

  it.each([null, [], "text", {}, { content: "text" }])("that is no message is an invalid response: %j", (body) => {
    expect(() => decodeChat(body)).toThrow(TransportError);
  });
});

describe("a failure", () => {
  const headers = (values: { readonly [name: string]: string }) => (name: string) => values[name];

  it.each([
    [{ type: "error", error: { type: "not_found_error", message: "model: x" } }, "model: x", "not_found_error"],
    [{ error: { message: "bad key", code: 401 } }, "bad key", "401"],
    [{ error: "model is loading" }, "model is loading", undefined],
    [{ message: "forbidden" }, "forbidden", undefined],
    [{ detail: "not here" }, "not here", undefined],
    ["<html>Bad gateway</html>", "<html>Bad gateway</html>", undefined],
    [undefined, "no message", undefined],
  ])("of %j is read", (body, message, code) => {
    const failure = anthropicMessages.decodeFailure(body, headers({}));
    expect([failure.message, failure.code]).toEqual([message, code]);
  });

  it("says how long to wait", () => {
    const body = { type: "error", error: { type: "rate_limit_error", message: "slow" } };
    expect(anthropicMessages.decodeFailure(body, headers({ "retry-after": "12" })).retryAfterMs).toBe(12_000);
  });
});

describe("the model list", () => {
  const models = anthropicMessages.models!;

  it("is asked for page by page", () => {
    const { provider } = callOf();
    expect(models.encode(provider, undefined).path).toBe("/models?limit=1000");
    expect(models.encode(provider, "claude/x y").path).toBe("/models?limit=1000&after_id=claude%2Fx%20y");
  });

  it("maps names and limits, and names the next page", () => {
    const entry = {
      type: "model",
      id: "claude-opus-5",
      display_name: "Claude Opus 5",
      created_at: "2026-07-24T00:00:00Z",
      max_input_tokens: 1_000_000,
      max_tokens: 128_000,
    };
    expect(models.decode({ data: [entry, null, { id: 3 }], has_more: true, last_id: "claude-opus-5" })).toEqual({
      models: [
        {
          id: "claude-opus-5",
          name: "Claude Opus 5",
          contextTokens: 1_000_000,
          outputTokens: 128_000,
          created: "2026-07-24T00:00:00Z",
          raw: entry,
        },
      ],
      next: "claude-opus-5",
    });
  });

  it("is read off a bare array, too", () => {
    expect(models.decode([{ id: "a" }]).models.map((model) => model.id)).toEqual(["a"]);
  });
});
