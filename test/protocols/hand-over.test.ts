/** Histories that go from one protocol to another: accepted there, signed reasoning kept for the way back, and stable prefixes. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import type { AnyMessage, UserPart } from "../../src/chat/message.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import type { ScriptedReply } from "../../src/simulator/contract.js";
import { createSimulator } from "../../src/testing.js";
import { aws } from "../../src/transport/cloud.js";
import { providerOf, type Room, rooms } from "./contract-rooms.js";

const simulator = createSimulator({ providers: rooms.map(providerOf) });
beforeEach(() => simulator.reset());

function thinker(room: Room): ChatHandle {
  const facts = providerOf(room);
  const options = { fetch: simulator.fetch, baseURL: simulator.baseURL(facts.id), env: {}, retry: false } as const;
  return defineProvider({ protocols: [room.client], facts, cloud: aws }, options).model("thinker") as ChatHandle;
}

const tools = {
  get_weather: {
    description: "Tells the weather.",
    input: {
      type: "object",
      properties: { city: { type: "string" } },
      required: ["city"],
      additionalProperties: false,
    },
    execute: ({ city }: { city: string }) => `${city}: 18 degrees`,
  },
};

/** One turn of the user, as each room answers it. */
interface Turn {
  readonly text: string;
  readonly image: boolean;
  readonly reply: ScriptedReply;
  readonly stream: boolean;
}

const cities = fc.array(fc.constantFrom("Rome", "東京", "Nice"), { maxLength: 3 });
const turn: fc.Arbitrary<Turn> = fc.record({
  text: fc.constantFrom("Hi", "And now?", "é 漢字 🙂"),
  image: fc.boolean(),
  stream: fc.boolean(),
  reply: fc.record({
    reasoning: fc.constantFrom("", "Let me see."),
    text: fc.constantFrom("", "So be it."),
    toolCalls: cities.map((list) => list.map((city) => ({ name: "get_weather", input: { city } }))),
  }),
});

/** Goes on with the history in a room: the turn's scripted reply, and a plain one when tools ran in between. */
async function goOn(room: Room, history: readonly AnyMessage[], { text, image, reply, stream }: Turn) {
  const said: UserPart[] = [{ type: "text", text }];
  if (image) said.push({ type: "image", image: "data:image/png;base64,iVBORw0KGgo=" });
  const asked: readonly AnyMessage[] = [...history, { role: "user", content: said }];
  simulator.reset();
  simulator.reply(reply.text === "" && reply.toolCalls?.length === 0 ? { ...reply, text: "Well." } : reply);
  simulator.reply({ text: "Mild." });
  const request = { messages: asked, tools, maxSteps: 2, reasoning: room.think, maxOutputTokens: 3000 };
  const answer = stream ? await thinker(room).stream(request).reply : await thinker(room).chat(request);
  return [...asked, ...answer.messages];
}

const pairs = rooms.flatMap((from) => rooms.map((to) => ({ from, to, name: `${from.id} → ${to.id}` })));

describe.each(pairs)("$name", ({ from, to }) => {
  it("takes any history, and gives it back", async () => {
    await fc.assert(
      fc.asyncProperty(turn, turn, turn, async (first, second, third) => {
        const made = await goOn(from, [], first);
        const handed = await goOn(to, made, second);
        await goOn(from, handed, third);
        // What the first room signed is on its wire again, though another room answered in between.
        const wire = JSON.stringify(simulator.requests[0]?.body);
        for (const mark of signatures(made)) expect(wire).toContain(mark);
      }),
      { numRuns: 12 },
    );
  });
});

/** What a history holds of signatures and encrypted reasoning. */
function signatures(messages: readonly AnyMessage[]): readonly string[] {
  const names = new Set(["signature", "thoughtSignature", "encrypted_content"]);
  const found: string[] = [];
  const collect = (value: unknown): void => {
    if (typeof value !== "object" || value === null) return;
    for (const [name, member] of Object.entries(value))
      if (names.has(name) && typeof member === "string" && member !== "") found.push(member);
      else collect(member);
  };
  for (const message of messages) if (message.role === "assistant") collect(message.content);
  return found;
}

describe.each(rooms)("a turn in progress at $id", (room) => {
  const asked: readonly AnyMessage[] = [{ role: "user", content: "Is it warm?" }];
  const called: AnyMessage = {
    role: "assistant",
    content: [{ type: "tool-call", id: "call_1", name: "get_weather", input: { city: "Rome" } }],
  };
  const results: AnyMessage = { role: "tool", toolCallId: "call_1", toolName: "get_weather", content: "18 degrees" };

  it("goes on although its calls were made without the model's own reasoning, and says what that costs", async () => {
    const request = { messages: [...asked, called, results], tools, reasoning: room.think, maxOutputTokens: 3000 };
    const { adjustments } = await thinker(room).chat(request);
    const body = JSON.stringify(simulator.requests[0]?.body);
    // Claude thinks from the first message of a turn or not at all.
    const cannotThink = room.reasoning.replay === "required";
    expect(adjustments.filter(({ path }) => path === "reasoning")).toHaveLength(cannotThink ? 1 : 0);
    expect(/"type":"disabled"/.test(body)).toBe(cannotThink);
  });

  it("reasons again in the next turn", async () => {
    const closed: readonly AnyMessage[] = [...asked, called, results, { role: "assistant", content: "Yes." }, ...asked];
    const request = { messages: closed, tools, reasoning: room.think, maxOutputTokens: 3000 };
    const { adjustments } = await thinker(room).chat(request);
    expect(adjustments.filter(({ path }) => path === "reasoning")).toEqual([]);
  });
});

describe.each(rooms)("the wire of $id", (room) => {
  it("keeps each turn a prefix of the next, byte for byte, and all that stands beside the conversation", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(turn, { minLength: 2, maxLength: 4 }), async (turns) => {
        let history: readonly AnyMessage[] = [{ role: "system", content: "Be brief." }];
        let before: readonly string[] = [];
        const beside = new Set<string>();
        for (const next of turns) {
          history = await goOn(room, history, next);
          for (const { body } of simulator.requests) {
            const now = itemsOf(body);
            expect(now.slice(0, before.length)).toEqual(before);
            before = now;
            beside.add(besideItems(body));
          }
        }
        // Tools and instructions stand before the conversation in what is cached.
        expect([...beside]).toHaveLength(1);
      }),
      { numRuns: 25 },
    );
  });
});

/** Members that are the conversation, that say whether the answer streams, or that switch Claude's thinking off as above. */
const changing = [
  ...["messages", "input", "contents"],
  ...["stream", "stream_options"],
  ...["thinking", "additionalModelRequestFields"],
];

function besideItems(body: unknown): string {
  return JSON.stringify(Object.entries(body as object).filter(([name]) => !changing.includes(name)));
}

/** The conversation on the wire, message by message. */
function itemsOf(body: unknown): readonly string[] {
  const { messages, input, contents } = body as { readonly [member: string]: readonly unknown[] | undefined };
  return (messages ?? input ?? contents ?? []).map((item) => JSON.stringify(item));
}
