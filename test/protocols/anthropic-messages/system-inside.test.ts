/** System text within a conversation: where the API takes it, it stays; the simulator holds the rules of its place. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { anthropic } from "../../../generated/anthropic.js";
import type { AnyMessage } from "../../../src/chat/message.js";
import { createSimulator } from "../../../src/testing.js";
import { callOf, encode } from "./calls.js";

const u: AnyMessage = { role: "user", content: "Question" };
const a: AnyMessage = { role: "assistant", content: "Answer" };
const s: AnyMessage = { role: "system", content: "Now in French." };
const c: AnyMessage = { role: "assistant", content: [{ type: "tool-call", id: "call_1", name: "look", input: {} }] };
const r: AnyMessage = { role: "tool", toolCallId: "call_1", toolName: "look", content: "found" };

const look = { name: "look", parameters: { type: "object", properties: {} } };
const dialect = { "anthropic-messages": { systemInside: true } };

/** The roles on the wire, `top` for system text before the conversation, and what was changed. */
function placed(messages: readonly AnyMessage[], model = { dialect }) {
  const call = callOf({ model, request: { messages, tools: [look], params: { maxOutputTokens: 100 } } });
  const body = encode(call) as { system?: unknown[]; messages: { role: string }[] };
  const roles = body.messages.map(({ role }) => role);
  const changes = call.adjustments.map(({ reason }) => reason);
  return { roles: body.system === undefined ? roles : ["top", ...roles], changes, messages: body.messages };
}

const after = "system text goes after the user's turn";
const before = "system text goes before the conversation";

describe("system text inside a conversation", () => {
  it.each<[string, AnyMessage[], string[], string[]]>([
    ["after a question", [u, s, a, u], ["user", "system", "assistant", "user"], []],
    ["last", [u, a, u, s], ["user", "assistant", "user", "system"], []],
    ["before a question: after it", [u, a, s, u], ["user", "assistant", "user", "system"], [after]],
    ["between two questions: after both", [u, s, u], ["user", "system"], [after]],
    ["between a call and its result: after it", [u, c, s, r], ["user", "assistant", "user", "system"], [after]],
    ["twice: as one", [u, s, s, a], ["user", "system", "assistant"], []],
    ["between two answers: up", [u, a, s, a], ["top", "user", "assistant"], [before]],
    ["first: before the conversation", [s, u], ["top", "user"], []],
  ])("stands %s", (_where, messages, roles, changes) => {
    expect(placed(messages)).toMatchObject({ roles, changes });
  });

  it("goes before the conversation where the model takes none inside", () => {
    expect(placed([u, s, a], {} as never)).toMatchObject({ roles: ["top", "user", "assistant"], changes: [before] });
  });

  it("leaves every turn a prefix of the next, byte for byte", () => {
    const turn = fc.constantFrom([u], [u, s], [u, s, s], [u, c, r], [u, c, r, s]);
    fc.assert(
      fc.property(fc.array(turn, { minLength: 2, maxLength: 5 }), (turns) => {
        const history: AnyMessage[] = [];
        let sent: string[] = [];
        for (const said of turns) {
          history.push(...said);
          const now = placed(history).messages.map((message) => JSON.stringify(message));
          expect(now.slice(0, sent.length)).toEqual(sent);
          sent = now;
          history.push(a);
        }
      }),
    );
  });
});

describe("the simulator", () => {
  const simulator = createSimulator({ providers: [anthropic.facts] });
  const { fetch } = simulator;
  const client = anthropic.create({ fetch, baseURL: simulator.baseURL("anthropic"), apiKey: "test", retry: false });
  const post = async (model: string, roles: readonly string[]) => {
    const messages = roles.map((role) => ({ role, content: "Hi" }));
    const body = JSON.stringify({ model, max_tokens: 100, messages });
    const response = await fetch(`${simulator.baseURL("anthropic")}/messages`, { method: "POST", body });
    return { status: response.status, text: await response.text() };
  };

  it("takes it where the API does", async () => {
    await client("claude-opus-4-8").chat({ messages: [u, s, a, u, s] as never });
    expect(simulator.requests.at(-1)?.body).toMatchObject({
      messages: [{}, { role: "system" }, {}, {}, { role: "system" }],
    });
    await client("claude-haiku-4-5").chat({ messages: [u, s, a, u] as never });
    expect(simulator.requests.at(-1)?.body).toMatchObject({ system: [{ text: "Now in French." }] });
  });

  it.each([
    ["claude-haiku-4-5", ["user", "system"], "role 'system' is not supported on this model"],
    ["claude-opus-4-8", ["user", "assistant", "system"], "stands after a 'user' message"],
    ["claude-opus-4-8", ["user", "system", "user"], "stands after a 'user' message"],
    ["claude-opus-4-8", ["user", "system", "system"], "stands after a 'user' message"],
  ])("refuses it at %s as %j", async (model, roles, message) => {
    const { status, text } = await post(model, roles);
    expect(status).toBe(400);
    expect(text).toContain(message);
  });
});
