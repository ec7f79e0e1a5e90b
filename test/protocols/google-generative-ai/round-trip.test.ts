/** What Gemini sends goes back as it came: signatures and ids on the very parts. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { AnyMessage, AssistantMessage } from "../../../src/chat/message.js";
import { googleGenerativeAiRoom as room } from "../../../src/protocols/google-generative-ai/room.js";
import { answerOf, callOf, finishOf, fixture, framesOf, partsOf, streamOf, type TestCall } from "./support.js";

/** The parts that an answer becomes in the next request. */
function sentBack(
  message: AssistantMessage,
  rest: Parameters<typeof callOf>[1] = {},
): { parts: unknown; call: TestCall } {
  const call = callOf({ messages: [{ role: "user", content: "Hi" }, message] }, rest);
  const { contents } = room.encodeChat(call).body as { contents: { parts: unknown }[] };
  return { parts: contents[1]?.parts, call };
}

const decoded = (parts: readonly unknown[]) => finishOf(room.decodeChat(answerOf(parts), callOf())).message;
const required = { reasoning: { mode: "always", replay: "required", wire: "gemini-level" } } as const;

describe("the next request", () => {
  it("holds the parts of an answer with every signature in its place", () => {
    const parts = [
      { text: "Hm. ", thought: true },
      { text: "Sealed.", thought: true, thoughtSignature: "c2lnLXRob3VnaHQ=" },
      { text: "Looking up." },
      { text: "Signed text.", thoughtSignature: "c2lnLXRleHQ=" },
      { text: "Unsigned text." },
      { executableCode: { language: "PYTHON", code: "1" }, thoughtSignature: "c2lnLWNvZGU=" },
      { codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
      { functionCall: { id: "fc-1", name: "a", args: { x: 1 } }, thoughtSignature: "c2lnLWNhbGw=" },
      { functionCall: { name: "b", args: {} } },
      { inlineData: { mimeType: "image/png", data: "iVBORw0KGgo=" }, thoughtSignature: "c2lnLWltYWdl" },
      { text: "", thoughtSignature: "c2lnLWVuZA==" },
    ];
    const { parts: back, call } = sentBack(decoded(parts));
    expect(back).toEqual(parts);
    expect(call.adjustments).toEqual([]);
  });

  it.each([
    [
      "thinking-text.sse",
      [
        { text: "Weighing the options.", thought: true },
        { text: "Der Käse reift 🧀" },
        { text: "", thoughtSignature: "c2lnLXRleHQ=" },
      ],
    ],
    [
      "parallel-calls.sse",
      [
        { text: "Looking both up." },
        { functionCall: { name: "weather", args: { city: "Oslo" } }, thoughtSignature: "c2lnLWNhbGw=" },
        { functionCall: { name: "weather", args: { city: "Rome" } } },
        { functionCall: { name: "now", args: {} } },
      ],
    ],
    [
      "partial-arguments.sse",
      [
        {
          functionCall: {
            name: "book",
            args: { to: { city: "New York" }, seats: [{ row: 12 }, { row: 13 }], flexible: true, note: null },
          },
          thoughtSignature: "c2lnLWNhbGw=",
        },
        { functionCall: { name: "pay", args: { amount: 9.5 } } },
      ],
    ],
  ])("holds what %s streamed, joined but for signed parts", (name, parts) => {
    expect(sentBack(finishOf(streamOf(framesOf(fixture(name)))).message).parts).toEqual(parts);
  });

  it("survives JSON storage of the history", () => {
    const message = decoded([{ functionCall: { name: "a", args: {} }, thoughtSignature: "c2ln" }]);
    const stored = JSON.parse(JSON.stringify(message)) as AssistantMessage;
    expect(sentBack(stored).parts).toEqual(sentBack(message).parts);
  });

  it("takes signatures that came through a gateway, which knows no provider", () => {
    const message = decoded([{ functionCall: { id: "fc-1", name: "a", args: {} }, thoughtSignature: "c2ln" }]);
    const text = JSON.stringify(message).replace('"google","model":"gemini-test"', '"","model":"alias"');
    const served = JSON.parse(text) as AssistantMessage;
    expect(served).not.toEqual(message);
    expect(sentBack(served).parts).toEqual(sentBack(message).parts);
  });

  it("gives results the ids that the model gave, and only those", () => {
    const message = decoded([{ functionCall: { id: "fc-1", name: "a" } }, { functionCall: { name: "b" } }]);
    const results = partsOf(message).flatMap((part): AnyMessage[] =>
      part.type === "tool-call" ? [{ role: "tool", toolCallId: part.id, toolName: part.name, content: "ok" }] : [],
    );
    const call = callOf({ messages: [{ role: "user", content: "Hi" }, message, ...results] });
    expect((room.encodeChat(call).body as { contents: unknown[] }).contents[2]).toEqual({
      role: "user",
      parts: [
        { functionResponse: { id: "fc-1", name: "a", response: { result: "ok" } } },
        { functionResponse: { name: "b", response: { result: "ok" } } },
      ],
    });
  });

  it("keeps texts, calls and signatures of any answer", () => {
    const signature = fc.option(fc.constantFrom("c2ln", "Zm9v"), { nil: undefined });
    const part = fc.oneof(
      fc.record({ text: fc.string({ minLength: 1 }), thoughtSignature: signature }),
      fc.record({ text: fc.string({ minLength: 1 }), thought: fc.constant(true), thoughtSignature: signature }),
      fc.record({
        functionCall: fc.record({ name: fc.constant("f"), args: fc.dictionary(fc.string(), fc.integer()) }),
        thoughtSignature: signature,
      }),
    );
    fc.assert(
      fc.property(fc.array(part, { minLength: 1 }), (parts) => {
        expect(joined(sentBack(decoded(parts)).parts as WirePart[])).toEqual(joined(parts as WirePart[]));
      }),
    );
  });
});

interface WirePart {
  readonly text?: string;
  readonly thought?: boolean;
  readonly thoughtSignature?: string | undefined;
}

/** Neighbouring unsigned pieces of the same kind are one. */
function joined(parts: readonly WirePart[]): readonly WirePart[] {
  const out: WirePart[] = [];
  for (const part of JSON.parse(JSON.stringify(parts)) as WirePart[]) {
    const last = out.at(-1);
    const joins =
      last?.text !== undefined &&
      part.text !== undefined &&
      last.thought === part.thought &&
      last.thoughtSignature === undefined &&
      part.thoughtSignature === undefined;
    if (joins) out[out.length - 1] = { ...last, text: last.text + part.text };
    else out.push(part);
  }
  return out;
}

describe("an answer of another model", () => {
  const parts = [
    { text: "Hm.", thought: true },
    { text: "Yes.", thoughtSignature: "c2ln" },
    { functionCall: { id: "fc-1", name: "a", args: {} }, thoughtSignature: "c2ln" },
    { functionCall: { name: "b", args: {} } },
    { executableCode: { code: "1" } },
  ];

  it("goes on without its signatures, ids, thinking and opaque blocks", () => {
    const { parts: back, call } = sentBack(decoded(parts), { modelId: "gemini-other" });
    expect(back).toEqual([
      { text: "Yes." },
      { functionCall: { name: "a", args: {} } },
      { functionCall: { name: "b", args: {} } },
    ]);
    expect(call.adjustments.map(({ path, action }) => `${action} ${path}`)).toEqual([
      "dropped messages[1].content[0]",
      "dropped messages[1].content[4]",
    ]);
  });

  it("gets the documented stand-in where the model wants signatures, in the current turn only", () => {
    const { parts: back, call } = sentBack(decoded(parts), { modelId: "gemini-other", model: required });
    expect(back).toEqual([
      { text: "Yes." },
      { functionCall: { name: "a", args: {} }, thoughtSignature: "skip_thought_signature_validator" },
      { functionCall: { name: "b", args: {} } },
    ]);
    expect(call.adjustments.at(-1)).toMatchObject({ path: "messages[1]", action: "added" });

    const messages: AnyMessage[] = [decoded(parts), { role: "user", content: "Go on." }];
    const earlier = room.encodeChat(callOf({ messages }, { modelId: "gemini-other", model: required }));
    expect(JSON.stringify(earlier.body)).not.toContain("skip_thought_signature_validator");
  });

  it("leaves the model's own calls as they are signed", () => {
    const { parts: back, call } = sentBack(decoded(parts.slice(2, 4)), { model: required });
    expect(back).toEqual(parts.slice(2, 4));
    expect(call.adjustments).toEqual([]);
  });
});
