/** `truncateMessages`: what stays is what belongs together. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { system, toolResult, user } from "../../src/chat/build.js";
import type { AnyMessage, AssistantMessage, Replay } from "../../src/chat/message.js";
import { promptTokens } from "../../src/chat/prompt-tokens.js";
import { truncateMessages } from "../../src/chat/truncate.js";

const replay: Replay = { protocol: "anthropic-messages", provider: "anthropic", model: "m", data: { signature: "s" } };
let calls = 0;

/** An answer that thinks and calls `count` tools, with the results. */
function round(count: number): AnyMessage[] {
  const ids = Array.from({ length: count }, () => `call-${++calls}`);
  const answer: AssistantMessage = {
    role: "assistant",
    content: [
      { type: "reasoning", text: "Let me look that up.", replay },
      ...ids.map((id) => ({ type: "tool-call", id, name: "look", input: { at: id } }) as const),
    ],
  };
  return [answer, ...ids.map((id) => toolResult({ id, name: "look" }, { found: "x".repeat(40) }))];
}

const answer: AssistantMessage = { role: "assistant", content: [{ type: "text", text: "There it is." }] };
const turn = (rounds: readonly number[]): AnyMessage[] => [user("Where is it?"), ...rounds.flatMap(round), answer];

describe("truncateMessages", () => {
  it("keeps pairs, reasoning, system messages and the newest question, in order and within the budget", () => {
    const rounds = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(
        fc.array(rounds, { minLength: 1, maxLength: 5 }),
        fc.nat(900),
        fc.boolean(),
        (turns, maxTokens, open) => {
          const messages = [system("Be brief."), ...turns.flatMap(turn), ...(open ? [user("And now?")] : [])];
          let result: ReturnType<typeof truncateMessages<AnyMessage>>;
          try {
            result = truncateMessages(messages, { maxTokens });
          } catch (error) {
            expect(error).toMatchObject({ code: "context-length" });
            return;
          }
          const { messages: kept, dropped, tokens } = result;
          expect(tokens).toBe(promptTokens(kept, []));
          expect(tokens).toBeLessThanOrEqual(maxTokens);
          expect(messages.filter((message) => kept.includes(message))).toEqual(kept);
          expect(messages.filter((message) => !kept.includes(message))).toEqual(dropped);
          expect(kept.slice(0, 2).map(({ role }) => role)).toEqual(["system", "user"]);
          expect(kept).toContain(messages.findLast(({ role }) => role === "user"));
          const asked = kept.flatMap(({ role, content }) =>
            role === "assistant" && typeof content !== "string"
              ? content.flatMap((part) => (part.type === "tool-call" ? [part.id] : []))
              : [],
          );
          expect(kept.flatMap((message) => (message.role === "tool" ? [message.toolCallId] : []))).toEqual(asked);
        },
      ),
    );
  });

  it("drops no more than it must: whole old turns first, then old rounds of the newest", () => {
    const old = turn([1]);
    const long = [user("Search."), ...round(1), ...round(2), ...round(1)];
    const messages = [...old, ...long];
    expect(truncateMessages(messages, { maxTokens: promptTokens(messages, []) }).dropped).toEqual([]);
    expect(truncateMessages(messages, { maxTokens: promptTokens(long, []) }).messages).toEqual(long);
    const shorter = truncateMessages(messages, { maxTokens: promptTokens(long, []) - 1 });
    expect(shorter.messages).toEqual([long[0], ...long.slice(3)]);
  });

  it("counts with the counter that is given", () => {
    const messages = [user("a"), answer, user("b")];
    const { dropped, tokens } = truncateMessages(messages, { maxTokens: 2, countTokens: (list) => list.length });
    expect([dropped.length, tokens]).toEqual([2, 1]);
  });
});
