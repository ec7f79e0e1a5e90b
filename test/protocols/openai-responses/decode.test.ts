/** Whole answers: items, ends, usage. */
import { describe, expect, it } from "vitest";
import { openaiResponsesRoom as room } from "../../../src/protocols/openai-responses/room.js";
import { answerOf, callOf, errorOf, finishOf, functionCall, type Json, messageOf, partsOf, said } from "./support.js";

const decode = (body: unknown) => room.decodeChat(body, callOf());

describe("a whole answer", () => {
  it("gives the text, the provider's ids and the end", () => {
    const events = decode(answerOf([messageOf(said("Hello "), said("there."))]));
    expect(events.map((event) => event.type)).toEqual(["start", "text-delta", "finish"]);
    expect(events[0]).toMatchObject({ id: "resp_1", model: "gpt-test" });
    expect(partsOf(events)).toMatchObject([{ type: "text", text: "Hello there." }]);
    expect(finishOf(events)).toMatchObject({ finishReason: "stop", rawFinishReason: "completed" });
  });

  it("ends with tool calls, keyed by call_id, although its status is completed", () => {
    const events = decode(answerOf([functionCall("call_1", '{"q":1}'), functionCall("call_2", "")]));
    expect(events.filter((event) => event.type === "tool-call")).toEqual([
      { type: "tool-call", id: "call_1", name: "look_up", input: { q: 1 } },
      { type: "tool-call", id: "call_2", name: "look_up", input: {} },
    ]);
    expect(finishOf(events).finishReason).toBe("tool-calls");
  });

  it("hands free text to custom tools", () => {
    const item = { type: "custom_tool_call", id: "ctc_1", call_id: "call_1", name: "math", input: "4 + 4" };
    expect(decode(answerOf([item])).find((event) => event.type === "tool-call")).toMatchObject({ input: "4 + 4" });
  });

  it("keeps reasoning without a summary as an empty part that can go back", () => {
    const item = { type: "reasoning", id: "rs_1", summary: [], encrypted_content: "gAAA" };
    const [part] = partsOf(decode(answerOf([item, messageOf(said("42"))])));
    expect(part).toEqual({
      type: "reasoning",
      text: "",
      replay: { protocol: "openai-responses", provider: "openai", model: "gpt-test", data: item },
    });
  });

  it("reads reasoning text where there is no summary", () => {
    const content = [{ type: "reasoning_text", text: "Count up." }];
    const events = decode(answerOf([{ type: "reasoning", id: "rs_1", summary: [], content }]));
    expect(partsOf(events)).toMatchObject([{ type: "reasoning", text: "Count up." }]);
  });

  it("tells a refusal from an answer", () => {
    const events = decode(answerOf([messageOf({ type: "refusal", refusal: "I cannot help." })]));
    expect(events[1]).toEqual({ type: "refusal-delta", text: "I cannot help." });
    expect(finishOf(events).finishReason).toBe("refusal");
  });

  it("gives citations as sources", () => {
    const annotations = [
      { type: "url_citation", url: "https://a.example", title: "A" },
      { type: "file_citation", file_id: "file_1", filename: "notes.txt" },
    ];
    const events = decode(answerOf([messageOf({ ...said("See A."), annotations })]));
    expect(events.flatMap((event) => (event.type === "source" ? [event.source] : []))).toEqual([
      { url: "https://a.example", title: "A" },
      { url: undefined, title: "notes.txt" },
    ]);
  });

  it("gives generated pictures, with what must go back", () => {
    const item = {
      type: "image_generation_call",
      id: "ig_1",
      status: "completed",
      output_format: "webp",
      result: "UklG",
    };
    const [part] = partsOf(decode(answerOf([item])));
    expect(part).toMatchObject({ type: "image", image: "UklG", mediaType: "image/webp" });
    expect(part).not.toHaveProperty("replay.data.result");
    expect(part).toHaveProperty("replay.data.id", "ig_1");
  });

  it("keeps items of hosted tools, known or not", () => {
    const items = [
      { type: "web_search_call", id: "ws_1" },
      { type: "tool_of_tomorrow", id: "x" },
    ];
    expect(partsOf(decode(answerOf(items))).map((part) => part.type)).toEqual(["opaque", "opaque"]);
  });

  it("survives items and parts of the wrong shape", () => {
    const odd = [null, 7, { type: 5 }, { type: "message", content: "x" }, { type: "reasoning", summary: {} }];
    const events = decode(answerOf([...(odd as Json[]), messageOf(null as never, said("ok"))]));
    expect(partsOf(events).filter((part) => part.type === "text")).toMatchObject([{ text: "ok" }]);
  });
});

describe("the end of an answer", () => {
  it.each([
    ["max_output_tokens", "length"],
    ["content_filter", "content-filter"],
    ["something_new", "other"],
  ])("incomplete by %s is %s", (reason, finishReason) => {
    const body = answerOf([messageOf(said("Once"))], { status: "incomplete", incomplete_details: { reason } });
    expect(finishOf(decode(body))).toMatchObject({ finishReason, rawFinishReason: reason });
  });

  it("incomplete without a reason is the token limit", () => {
    expect(finishOf(decode(answerOf([], { status: "incomplete" }))).finishReason).toBe("length");
  });

  it("drops a call that the token limit cut", () => {
    const cut = { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } };
    for (const json of ['{"q":', ""]) {
      const events = decode(answerOf([functionCall("call_1", json, { status: "incomplete" })], cut));
      expect(events.some((event) => event.type === "tool-call")).toBe(false);
      expect(finishOf(events).finishReason).toBe("length");
    }
  });

  it("throws a failed answer as the provider's error", () => {
    const error = { code: "rate_limit_exceeded", message: "Slow down." };
    expect(errorOf(() => decode(answerOf([], { status: "failed", error })))).toMatchObject({
      name: "ProviderError",
      code: "rate-limited",
      providerCode: "rate_limit_exceeded",
      providerMessage: "Slow down.",
    });
  });

  it("never passes a queued answer for a finished one", () => {
    expect(finishOf(decode(answerOf([], { status: "queued" })))).toMatchObject({
      finishReason: "other",
      rawFinishReason: "queued",
    });
  });

  it.each([[null], ["text"], [{ data: [] }], [[]]])("refuses %j as an answer", (body) => {
    expect(errorOf(() => decode(body))).toMatchObject({ code: "invalid-response" });
  });
});

describe("usage", () => {
  const usage = (members: Json) => finishOf(decode(answerOf([], { usage: members }))).usage;

  it("is split into disjoint buckets", () => {
    const counted = usage({
      input_tokens: 100,
      input_tokens_details: { cached_tokens: 60, cache_write_tokens: 30 },
      output_tokens: 50,
      output_tokens_details: { reasoning_tokens: 20 },
    });
    expect(counted).toMatchObject({ state: "known", inputTokens: 100, outputTokens: 50 });
    expect(counted.buckets).toEqual({ input: 10, cacheRead: 60, cacheWrite: 30, output: 30, reasoning: 20 });
  });

  it("never exceeds its totals", () => {
    const details = { cached_tokens: 99, cache_write_tokens: 99 };
    const counted = usage({
      input_tokens: 10,
      input_tokens_details: details,
      output_tokens: 5,
      output_tokens_details: { reasoning_tokens: 9 },
    });
    expect(counted.buckets).toEqual({ cacheRead: 10, reasoning: 5 });
    expect(counted).toMatchObject({ inputTokens: 10, outputTokens: 5 });
  });

  it("is absent when not stated, and partial when half of it is", () => {
    expect(finishOf(decode(answerOf([]))).usage.state).toBe("absent");
    expect(usage({ input_tokens: 4 }).state).toBe("partial");
  });

  it("carries the cost that OpenRouter or xAI reports", () => {
    expect(usage({ input_tokens: 1, output_tokens: 1, cost: 0.0042 }).reportedCostUsd).toBe(0.0042);
    expect(usage({ input_tokens: 1, output_tokens: 1, cost_in_usd_ticks: 7_546_500 }).reportedCostUsd).toBe(0.00075465);
  });
});

describe("an error body", () => {
  const failure = (body: unknown) => room.decodeFailure(body, () => undefined);

  it.each([
    [
      { error: { message: "No.", type: "invalid_request_error", code: "model_not_found", param: "model" } },
      "model_not_found",
    ],
    [{ error: { message: "No.", type: "insufficient_quota", code: null } }, "insufficient_quota"],
    [{ code: "invalid-argument", error: "No." }, "invalid-argument"],
    [{ detail: "No." }, undefined],
    ["No.", undefined],
  ])("%j is read", (body, code) => {
    const { message, code: word } = failure(body);
    expect([message, word]).toEqual(["No.", code]);
  });

  it.each([[undefined], [null], [[]], [{}], [{ error: null }], ["  "]])("%j still gives a message", (body) => {
    expect(failure(body).message).not.toBe("");
  });
});

describe("the model list", () => {
  it("is read entry by entry", () => {
    const data = [{ id: "gpt-test", created: 1_700_000_000, owned_by: "openai" }, { id: 5 }, null];
    expect(room.models?.decode({ object: "list", data })).toEqual({
      models: [{ id: "gpt-test", created: "2023-11-14T22:13:20.000Z", raw: data[0] }],
    });
  });
});
