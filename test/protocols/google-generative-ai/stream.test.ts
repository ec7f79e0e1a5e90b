/** Streamed Gemini answers: when they are complete, and what happens when they are not. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ProtocolEvent } from "../../../src/chat/events.js";
import { isModelwrightError } from "../../../src/errors.js";
import { googleGenerativeAiRoom as room } from "../../../src/protocols/google-generative-ai/room.js";
import { answerOf, callOf, finishOf, fixture, frameOf, framesOf, streamOf, textOf } from "./support.js";

const names = ["thinking-text.sse", "parallel-calls.sse", "code-execution.sse", "partial-arguments.sse"];
const recorded = names.map((name) => ({ name, body: fixture(name), events: streamOf(framesOf(fixture(name))) }));
const eventsOf = (name: string) => recorded.find((one) => one.name === name)!.events;

describe("a stream", () => {
  it("gives thinking, text and the last usage", () => {
    const events = eventsOf("thinking-text.sse");
    expect(events[0]).toEqual({ type: "start", id: "r-1", model: "gemini-test" });
    expect(events.map((event) => (event.type === "reasoning-delta" ? event.text : "")).join("")).toBe(
      "Weighing the options.",
    );
    expect(textOf(events)).toBe("Der Käse reift 🧀");
    expect(finishOf(events).usage).toMatchObject({ inputTokens: 12, outputTokens: 41, buckets: { reasoning: 34 } });
  });

  it("gives calls of several chunks in order, released by the end", () => {
    const events = eventsOf("parallel-calls.sse");
    expect(events.slice(-4)).toMatchObject([
      { type: "tool-call", id: "call_0", name: "weather", input: { city: "Oslo" } },
      { type: "tool-call", id: "call_1", name: "weather", input: { city: "Rome" } },
      { type: "tool-call", id: "call_2", name: "now", input: {} },
      { type: "finish", finishReason: "tool-calls" },
    ]);
    expect(events).toContainEqual({ type: "tool-call-delta", index: 0, text: '{"city":"Oslo"}' });
  });

  it("goes on after a STOP that stands beside code to run", () => {
    const events = eventsOf("code-execution.sse");
    expect(textOf(events)).toBe("First 1024. Then 2048.");
    expect(finishOf(events).usage.inputTokens).toBe(240);
    expect(finishOf(events).message.content).toMatchObject(
      ["opaque", "opaque", "text", "opaque", "opaque", "text"].map((type) => ({ type })),
    );
  });

  it("puts partial arguments together by their paths", () => {
    expect(eventsOf("partial-arguments.sse").filter((event) => event.type === "tool-call")).toEqual([
      {
        type: "tool-call",
        id: "call_0",
        name: "book",
        input: { to: { city: "New York" }, seats: [{ row: 12 }, { row: 13 }], flexible: true, note: null },
      },
      { type: "tool-call", id: "call_1", name: "pay", input: { amount: 9.5 } },
    ]);
  });

  it("is settled, not done, once a finish reason was read: more may follow", () => {
    const decoder = room.createStreamDecoder(callOf());
    const out: ProtocolEvent[] = [];
    const states = framesOf(fixture("code-execution.sse")).map((frame) => {
      decoder.push(frame, out);
      return [decoder.settled, decoder.done];
    });
    expect(states).toEqual([...Array(4).fill([false, false]), [true, false]]);
    decoder.end(out);
    expect(decoder.done).toBe(true);
    decoder.end(out);
    expect(out.filter((event) => event.type === "finish")).toHaveLength(1);
  });

  it("takes usage and text that come after a finish reason", () => {
    const events = streamOf([
      frameOf({ candidates: [{ content: { parts: [{ text: "a" }] }, finishReason: "STOP" }] }),
      frameOf({ candidates: [{ content: { parts: [{ text: "b" }] }, finishReason: "STOP" }] }),
      frameOf({ usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 2, totalTokenCount: 5 } }),
    ]);
    expect(textOf(events)).toBe("ab");
    expect(finishOf(events).usage.inputTokens).toBe(3);
  });

  it("leaves out further candidates, however they are spread", () => {
    const chunk = (index: number, text: string, finishReason?: string) =>
      frameOf({ candidates: [{ index, content: { parts: [{ text }] }, finishReason }] });
    const frames = [chunk(0, "a"), chunk(1, "x"), chunk(0, "b", "STOP"), chunk(1, "y"), chunk(1, "z", "MAX_TOKENS")];
    const events = streamOf(frames, callOf({ params: { n: 2 } }));
    expect(textOf(events)).toBe("ab");
    expect(finishOf(events).finishReason).toBe("stop");
  });

  it("settles on a blocked prompt", () => {
    const blocked = streamOf([frameOf({ promptFeedback: { blockReason: "PROHIBITED_CONTENT" } })]);
    expect(finishOf(blocked)).toMatchObject({ finishReason: "content-filter", rawFinishReason: "PROHIBITED_CONTENT" });
  });

  it("ends in the provider's error, with what came before", () => {
    const frames = [
      ...framesOf(fixture("thinking-text.sse")).slice(0, 3),
      frameOf({ error: { code: 503, message: "overloaded", status: "UNAVAILABLE" } }),
    ];
    expect(() => streamOf(frames)).toThrow(
      expect.objectContaining({
        code: "overloaded",
        status: 503,
        partial: { text: "Der Käse", usage: expect.objectContaining({ state: "partial", inputTokens: 12 }) },
      }),
    );
  });

  it("skips empty frames and refuses frames that are no JSON", () => {
    const answer = frameOf(answerOf([{ text: "ok" }]));
    expect(textOf(streamOf([{ event: "", data: " " }, answer, { event: "", data: "[DONE]" }]))).toBe("ok");
    expect(() => streamOf([{ event: "", data: "{half" }])).toThrow(
      expect.objectContaining({ code: "invalid-response" }),
    );
  });

  it("drops a call that the token limit cut, and refuses one that never closes", () => {
    const open = { functionCall: { name: "book", willContinue: true } };
    const cut = (finishReason: string) =>
      streamOf([frameOf({ candidates: [{ content: { parts: [open] }, finishReason }] })]);
    expect(cut("MAX_TOKENS").map((event) => event.type)).toEqual(["start", "tool-call-start", "finish"]);
    expect(() => cut("STOP")).toThrow(expect.objectContaining({ code: "stream-truncated" }));
  });
});

describe("a stream cut at any byte", () => {
  it.each(recorded)("$name is the whole answer or an error, never a shorter one", ({ body, events }) => {
    const complete = finishOf(events);
    for (let end = 0; end < body.length; end++) {
      try {
        expect(finishOf(streamOf(framesOf(body.subarray(0, end))))).toEqual(complete);
      } catch (error) {
        if (!isModelwrightError(error)) throw error;
        expect(["stream-truncated", "invalid-response"]).toContain(error.code);
      }
    }
  });
});

/** Members that carry text, calls or the end of the answer: changing them may change it. */
const carriers = new Set([
  "candidates",
  "content",
  "parts",
  "text",
  "thought",
  "finishReason",
  "functionCall",
  "name",
  "args",
]);

describe("a stream with one member changed", () => {
  it.each(recorded.slice(0, 3))(
    "$name keeps text, calls and finish unless the member carries them",
    ({ body, events }) => {
      const frames = framesOf(body);
      let changes = 0;
      for (const [i, frame] of frames.entries())
        for (const path of pathsIn(JSON.parse(frame.data)))
          for (const value of [undefined, null, 12_345, "changed", {}, []]) {
            const last = String(path.at(-1));
            const inside = path.some((name) => name === "args" || name === "functionCall");
            if (carriers.has(last) || inside || typeof path.at(-1) === "number") continue;
            // Which candidate it is, and code that is still to run, decide what the answer is.
            if (last === "index" || last === "executableCode") continue;
            const changed = frames.with(i, frameOf(withMember(JSON.parse(frame.data), path, value)));
            expect(essence(streamOf(changed)), `${path.join(".")} = ${JSON.stringify(value)}`).toEqual(essence(events));
            changes++;
          }
      expect(changes).toBeGreaterThan(50);
    },
  );
});

function essence(events: readonly ProtocolEvent[]): unknown {
  const calls = events.flatMap((event) => (event.type === "tool-call" ? [[event.name, event.input]] : []));
  return [textOf(events), calls, finishOf(events).finishReason];
}

function pathsIn(value: unknown): (string | number)[][] {
  if (typeof value !== "object" || value === null) return [];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value);
  return keys.flatMap((key) => [[key], ...pathsIn((value as never)[key]).map((rest) => [key, ...rest])]);
}

function withMember(root: unknown, path: readonly (string | number)[], value: unknown): unknown {
  let node = root as { [key: string | number]: unknown };
  for (const key of path.slice(0, -1)) node = node[key] as typeof node;
  const last = path.at(-1)!;
  if (value === undefined) delete node[last];
  else node[last] = value;
  return root;
}

describe("partial arguments", () => {
  it("give back any object, in pieces of any size", () => {
    const key = fc.string({ minLength: 1, maxLength: 8 }).filter((name) => !/[\\'"[\].]/.test(name));
    const { value } = fc.letrec<{ value: unknown; object: { [name: string]: unknown } }>((tie) => ({
      value: fc.oneof(
        { maxDepth: 3 },
        fc.string(),
        fc.integer(),
        fc.boolean(),
        fc.constant(null),
        fc.array(tie("value"), { minLength: 1, maxLength: 3 }),
        tie("object"),
      ),
      object: fc.dictionary(key, tie("value"), { minKeys: 1, maxKeys: 3 }),
    }));
    fc.assert(
      fc.property(fc.dictionary(key, value, { maxKeys: 4 }), fc.nat(5), (args, cut) => {
        const pieces = piecesOf(args, "$", cut);
        const parts = [
          { functionCall: { name: "f", willContinue: true } },
          ...pieces.map((piece) => ({ functionCall: { partialArgs: [piece], willContinue: true } })),
          { functionCall: {} },
        ];
        const call = streamOf([frameOf(answerOf(parts))]).find((event) => event.type === "tool-call");
        expect(JSON.stringify(call?.input)).toBe(JSON.stringify(args));
      }),
    );
  });

  it.each(["$.a[4]", "$.__proto__[0]", "$..a", "$[", "$.a[9999999]"])("refuse or contain the path %s", (jsonPath) => {
    const part = { functionCall: { name: "f", partialArgs: [{ jsonPath, stringValue: "x" }] } };
    try {
      streamOf([frameOf(answerOf([part]))]);
    } catch (error) {
      expect(error).toMatchObject({ code: "invalid-response" });
    }
    expect(({} as { [name: string]: unknown })["0"]).toBeUndefined();
  });
});

function piecesOf(value: unknown, path: string, cut: number): { [name: string]: unknown }[] {
  if (Array.isArray(value)) return value.flatMap((item, i) => piecesOf(item, `${path}[${i}]`, cut));
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([name, item]) => piecesOf(item, `${path}['${name}']`, cut));
  if (typeof value === "number") return [{ jsonPath: path, numberValue: value }];
  if (typeof value === "boolean") return [{ jsonPath: path, boolValue: value }];
  if (typeof value !== "string") return [{ jsonPath: path, nullValue: "NULL_VALUE" }];
  return [
    { jsonPath: path, stringValue: value.slice(0, cut), willContinue: true },
    { jsonPath: path, stringValue: value.slice(cut) },
  ];
}
