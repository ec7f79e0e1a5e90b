/** Event streams: assembly, hosts' habits, cuts, and single-field mutations. */
import { describe, expect, it } from "vitest";
import { openaiResponsesRoom as room } from "../../../src/protocols/openai-responses/room.js";
import type { Frame } from "../../../src/transport/frame.js";
import {
  answerOf,
  callOf,
  callsFixture,
  errorOf,
  finishOf,
  framesFrom,
  framesOf,
  functionCall,
  type Json,
  joined,
  messageOf,
  partsOf,
  read,
  said,
  streamOf,
} from "./support.js";

const frames = framesOf(callsFixture);
const events = frames.map((frame) => JSON.parse(frame.data) as Json);
const completed = events.at(-1)!.response as Json;
const meaning = (from: readonly Frame[]) => {
  const read_ = read(from);
  const calls = read_.filter((event) => event.type === "tool-call");
  return { text: joined(read_, "text-delta"), calls, finish: finishOf(read_).finishReason };
};
const whole = meaning(frames);

describe("a recorded stream", () => {
  it("gives deltas as they come, then the calls, then the finish", () => {
    const out = read(frames);
    expect(joined(out, "reasoning-delta")).toBe("Two cities are asked for.\n\nOne call each.");
    expect(whole).toEqual({
      text: "Looking up Lisbon and Oslo – one moment.",
      calls: [
        { type: "tool-call", id: "call_f1", name: "get_weather", input: { city: "Lisbon" } },
        { type: "tool-call", id: "call_f2", name: "get_weather", input: { city: "Oslo" } },
      ],
      finish: "tool-calls",
    });
    expect(out.filter((event) => event.type === "source")).toHaveLength(1);
    expect(out.map((event) => event.type).slice(-3)).toEqual(["tool-call", "tool-call", "finish"]);
    expect(finishOf(out).usage.buckets).toEqual({ input: 56, cacheRead: 64, output: 50, reasoning: 40 });
  });

  it("ends in the same message as the whole answer", () => {
    const message = finishOf(room.decodeChat(completed, callOf())).message;
    expect(finishOf(read(frames)).message).toEqual(message);
    expect(partsOf(read(frames)).map((part) => part.type)).toEqual([
      "reasoning",
      "opaque",
      "text",
      "tool-call",
      "tool-call",
    ]);
  });

  it("previews the arguments piece by piece", () => {
    const pieces = read(frames).flatMap((event) =>
      event.type === "tool-call-delta" && event.index === 0 ? [event.text] : [],
    );
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.join("")).toBe('{"city": "Lisbon"}');
  });

  it("stops at its terminal event, whatever follows", () => {
    const extra = framesFrom([
      { type: "response.output_text.delta", delta: "more" },
      { type: "error", message: "no" },
    ]);
    expect(meaning([...frames, ...extra])).toEqual(whole);
  });
});

describe("habits of hosts", () => {
  const changed = (change: (event: Json) => Json) => framesFrom(events.map(change));

  it("ids may differ in every event (GitHub Copilot): the output index joins", () => {
    let n = 0;
    const rotated = changed((event) => ({
      ...event,
      ...("item_id" in event ? { item_id: `id_${n++}` } : {}),
      ...("item" in event ? { item: { ...(event.item as Json), id: `id_${n++}` } } : {}),
    }));
    expect(meaning(rotated)).toEqual(whole);
  });

  it("the final output may be empty (Codex)", () => {
    const bare = (event: Json) =>
      event.type === "response.completed" ? { ...event, response: { ...completed, output: [] } } : event;
    expect(meaning(changed(bare))).toEqual(whole);
  });

  it("items may come in the final output only", () => {
    expect(meaning(framesFrom([{ type: "response.completed", response: completed }]))).toEqual(whole);
  });

  it("the stream may go on with [DONE] (OpenRouter), blank data and unknown events", () => {
    const noise = ["", "[DONE]", "7", '{"type":"response.new_thing","delta":{}}'].map((data) => ({ event: "", data }));
    expect(meaning([...noise, ...frames, ...noise])).toEqual(whole);
  });

  it("only the event line may name the event", () => {
    const unnamed = frames.map(({ event, data }) => {
      const { type: _, ...rest } = JSON.parse(data) as Json;
      return { event, data: JSON.stringify(rest) };
    });
    expect(meaning(unnamed)).toEqual(whole);
  });

  it("arguments may come without deltas (LM Studio)", () => {
    const out = read(
      framesFrom([
        { type: "response.output_item.added", output_index: 0, item: functionCall("call_1", "") },
        { type: "response.function_call_arguments.done", output_index: 0, arguments: '{"q":1}' },
        { type: "response.completed", response: {} },
      ]),
    );
    expect(out.filter((event) => event.type === "tool-call")).toMatchObject([{ id: "call_1", input: { q: 1 } }]);
  });

  it("reasoning text is read (DeepSeek, LM Studio), and counted once when a summary follows", () => {
    const out = read(
      framesFrom([
        { type: "response.reasoning_text.delta", output_index: 0, content_index: 0, delta: "Think" },
        { type: "response.reasoning_summary_text.delta", output_index: 0, summary_index: 0, delta: "Thought" },
        { type: "response.completed", response: {} },
      ]),
    );
    expect(joined(out, "reasoning-delta")).toBe("Think");
  });

  it("a completed event may hold a response that is not", () => {
    const response = answerOf([], { status: "incomplete", incomplete_details: { reason: "max_output_tokens" } });
    const end = { type: "response.completed", response };
    expect(finishOf(read(streamOf([messageOf(said("Once"))], end))).finishReason).toBe("length");
  });
});

describe("a failing stream", () => {
  it.each([
    ["flat", { type: "error", code: "server_error", message: "Boom." }, "provider-error"],
    [
      "nested",
      { type: "error", error: { type: "insufficient_quota", code: "insufficient_quota", message: "Boom." } },
      "quota-exceeded",
    ],
    ["untyped", { error: { code: 429, message: "Boom." } }, "rate-limited"],
    [
      "failed",
      { type: "response.failed", response: { status: "failed", error: { code: "server_error", message: "Boom." } } },
      "provider-error",
    ],
  ])("throws a %s error, with what had arrived", (_, event, code) => {
    const before = { type: "response.output_text.delta", output_index: 0, delta: "So far" };
    expect(errorOf(() => read(framesFrom([before, event])))).toMatchObject({
      name: "ProviderError",
      code,
      providerMessage: "Boom.",
      partial: { text: "So far" },
    });
  });

  it("refuses an event that is no JSON", () => {
    expect(errorOf(() => read([{ event: "", data: '{"type":' }]))).toMatchObject({ code: "invalid-response" });
  });

  it("refuses calls whose finished arguments are no JSON", () => {
    expect(errorOf(() => read(streamOf([functionCall("call_1", '{"q":')])))).toMatchObject({
      code: "invalid-tool-call",
    });
  });

  it("cut after any byte is truncated, and releases no call", () => {
    for (let length = 0; length < callsFixture.length; length++) {
      const out: ReturnType<typeof read> = [];
      const decoder = room.createStreamDecoder(callOf());
      const cut = () => {
        for (const frame of framesOf(callsFixture.subarray(0, length))) decoder.push(frame, out);
        decoder.end(out);
      };
      const complete = length >= callsFixture.length - 2;
      if (complete) expect(cut).not.toThrow();
      else {
        expect(["stream-truncated", "invalid-response"]).toContain((errorOf(cut) as { code: string }).code);
        expect(out.some((event) => event.type === "tool-call" || event.type === "finish")).toBe(false);
      }
    }
  });
});

describe("one field removed, nulled or retyped", () => {
  /** Members that carry text, calls or the end themselves. */
  const carriers = new Set(["delta", "type", "response", "item", "status", "arguments", "name", "call_id"]);
  const replacements = [undefined, null, 7, "x", {}, []];

  it.each(events.map((event, i) => [i, event.type] as const))(
    "of event %i (%s) changes neither text, calls nor end",
    (i) => {
      for (const name of Object.keys(events[i]!).filter((member) => !carriers.has(member)))
        for (const value of replacements) {
          const mutated = events.map((event, at) => (at === i ? { ...event, [name]: value } : event));
          expect(meaning(framesFrom(mutated)), `${name}: ${JSON.stringify(value)}`).toEqual(whole);
        }
    },
  );

  it.each(["added", "done"])("of the items of output_item.%s changes neither text, calls nor end", (kind) => {
    events.forEach((event, i) => {
      if (event.type !== `response.output_item.${kind}`) return;
      const item = event.item as Json;
      for (const name of Object.keys(item))
        for (const value of [undefined, null, 7, {}]) {
          const mutated = { ...event, item: { ...item, [name]: value } };
          const all = events.map((other, at) => (at === i ? mutated : other));
          expect(meaning(framesFrom(all)), `${i} ${name}: ${JSON.stringify(value)}`).toEqual(whole);
        }
    });
  });

  it("of the final response changes neither text, calls nor end", () => {
    for (const name of Object.keys(completed))
      for (const value of replacements) {
        const end = { type: "response.completed", response: { ...completed, [name]: value } };
        expect(meaning(framesFrom([...events.slice(0, -1), end])), name).toEqual(whole);
      }
  });
});
