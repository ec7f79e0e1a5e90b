/** Requests of nothing but text take short cuts: no check, and a part of the room. Both must come to the same as the whole way. */
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { expect, it } from "vitest";
import { loadCatalog } from "../../src/catalog/load.js";
import type { AnyMessage } from "../../src/chat/message.js";
import type { NeutralRequest } from "../../src/chat/request.js";
import { checkRequest } from "../../src/client/check-request.js";
import { isPlain } from "../../src/client/plain.js";
import { openaiChatRoom } from "../../src/protocols/openai-chat/room.js";
import { openaiChatText } from "../../src/protocols/openai-chat/text.js";
import { openaiResponsesRoom } from "../../src/protocols/openai-responses/room.js";
import { openaiResponsesText } from "../../src/protocols/openai-responses/text.js";
import type { ChatCall } from "../../src/protocols/protocol.js";

const { providers } = await loadCatalog(fileURLToPath(new URL("../../catalog", import.meta.url)));
const models = [...providers.values()].flatMap((provider) =>
  Object.entries(provider.models)
    .filter(([, { kind, status }]) => kind === "chat" && status !== "retired")
    .map(([modelId, model]) => ({ provider, modelId, model })),
);

const message: fc.Arbitrary<AnyMessage> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ role: fc.constantFrom("system", "user", "user", "assistant"), content: fc.string() }),
  },
  {
    weight: 1,
    arbitrary: fc.constant({ role: "user", content: [{ type: "image", image: "https://a.example/b.png" }] }),
  },
  { weight: 1, arbitrary: fc.constant({ role: "tool", toolCallId: "1", toolName: "t", content: "done" }) },
) as fc.Arbitrary<AnyMessage>;
/** Mostly nothing: one of these in a request is enough. */
const rarely = <Value>(value: Value) =>
  fc.oneof({ weight: 9, arbitrary: fc.constant(undefined) }, { weight: 1, arbitrary: fc.constant(value) });
const request: fc.Arbitrary<NeutralRequest> = fc.record({
  messages: fc.array(message, { minLength: 1, maxLength: 4 }),
  tools: fc.constant([]),
  toolChoice: rarely("auto" as const),
  parallelTools: rarely(true),
  output: fc.constant(undefined),
  reasoning: rarely({ effort: "high" as const }),
  params: rarely({ temperature: 9 }).map((params) => params ?? {}),
  extraBody: rarely({ store: true, include: ["x"] }),
  extraHeaders: rarely({ "X-Trace": "1" }),
});
const call = fc.record({ target: fc.constantFrom(...models), request, stream: fc.boolean() });

function callOf({ target, ...rest }: { target: (typeof models)[number]; request: NeutralRequest; stream: boolean }) {
  const adjustments: unknown[] = [];
  const about: ChatCall = { ...target, ...rest, adjust: (adjustment) => adjustments.push(adjustment) };
  return { about, adjustments };
}

it("lets nothing pass that the check would refuse or change", () => {
  let plain = 0;
  const check = fc.property(call, (given) => {
    const { about, adjustments } = callOf(given);
    if (!isPlain(about.request, about.model)) return;
    plain += 1;
    expect(checkRequest(about, { marked: new Set(), outOfRange: "clamp" })).toBe(about.request);
    expect(adjustments).toEqual([]);
  });
  fc.assert(check, { numRuns: 3000 });
  expect(plain).toBeGreaterThan(300);
});

it.each([
  { whole: openaiChatRoom, text: openaiChatText },
  { whole: openaiResponsesRoom, text: openaiResponsesText },
])("gives the same request as the whole room: $whole.id", ({ whole, text }) => {
  let plain = 0;
  const check = fc.property(call, (given) => {
    const one = callOf(given);
    const other = callOf(given);
    if (!isPlain(one.about.request, one.about.model)) return;
    plain += 1;
    expect(text.encodeChat(one.about)).toEqual(whole.encodeChat(other.about));
    expect(other.adjustments).toEqual(one.adjustments);
  });
  fc.assert(check, { numRuns: 3000 });
  expect(plain).toBeGreaterThan(300);
});
