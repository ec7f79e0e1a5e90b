/** Made-up answers as events, and what they say, for tests of servers against their clients. */
import fc from "fast-check";
import type { ProtocolEvent } from "../../src/chat/events.js";
import type { Replay } from "../../src/chat/message.js";
import { ReplyBuilder } from "../../src/chat/reply-builder.js";
import { usageOf } from "../../src/chat/usage.js";

export interface Said {
  readonly reasoning: string;
  readonly text: string;
  readonly calls: readonly { readonly name: string; readonly input: { readonly [name: string]: unknown } }[];
}

export const said: fc.Arbitrary<Said> = fc.record({
  reasoning: fc.string({ unit: "grapheme" }),
  text: fc.string({ unit: "grapheme", minLength: 1 }),
  calls: fc.array(
    fc.record({
      name: fc.constantFrom("get_weather", "send_mail"),
      input: fc.dictionary(fc.constantFrom("a", "b"), fc.oneof(fc.string(), fc.integer(), fc.boolean())),
    }),
    { maxLength: 3 },
  ),
});

/** Events as a protocol room yields them: everything in two pieces. */
export function eventsOf({ reasoning, text, calls }: Said, replay?: Replay): readonly ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(out);
  builder.start("answer-1", "model-1");
  for (const piece of halves(reasoning)) builder.reasoning(piece);
  if (reasoning !== "" && replay !== undefined) builder.reasoning("", replay);
  for (const piece of halves(text)) builder.text(piece);
  for (const [i, { name, input }] of calls.entries()) {
    builder.toolCallStart(i, `call_${i}`, name);
    for (const piece of halves(JSON.stringify(input))) builder.toolCallDelta(i, piece);
  }
  builder.usage = usageOf({ input: 20, output: 7 });
  builder.finish("stop", undefined);
  return out;
}

function halves(text: string): readonly string[] {
  const characters = [...text];
  const middle = Math.ceil(characters.length / 2);
  return [characters.slice(0, middle).join(""), characters.slice(middle).join("")];
}

/** What the last event says, in plain words. */
export function told(events: readonly ProtocolEvent[]): unknown {
  const last = events.at(-1);
  if (last?.type !== "finish") return "no finish";
  const { content } = last.message;
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  const textOf = (type: "text" | "reasoning") => parts.map((part) => (part.type === type ? part.text : "")).join("");
  return {
    reasoning: textOf("reasoning"),
    text: textOf("text"),
    calls: parts.flatMap((part) => (part.type === "tool-call" ? [{ name: part.name, input: part.input }] : [])),
    finishReason: last.finishReason,
    tokens: [last.usage.inputTokens, last.usage.outputTokens],
  };
}
