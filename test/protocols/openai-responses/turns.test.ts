/** Turns that the provider keeps and turns that the history carries, against a simulator that knows the difference. */
import { beforeEach, describe, expect, it } from "vitest";
import type { AnyMessage } from "../../../src/chat/message.js";
import { defineProvider } from "../../../src/client/define-provider.js";
import type { ChatHandle } from "../../../src/client/handle.js";
import { openaiResponses } from "../../../src/protocols/openai-responses/index.js";
import { createSimulator } from "../../../src/testing.js";
import { providerOf, rooms } from "../contract-rooms.js";

const room = rooms.find(({ id }) => id === "openai-responses")!;
const base = providerOf(room);
const thinker = { ...base.models.thinker!, params: { previousResponseId: true, store: true } };
const facts = { ...base, models: { thinker, other: thinker } };
const simulator = createSimulator({ providers: [facts] });
beforeEach(() => simulator.reset());

function model(id: "thinker" | "other" = "thinker"): ChatHandle {
  const options = { fetch: simulator.fetch, baseURL: simulator.baseURL(facts.id), env: {}, retry: false } as const;
  return defineProvider({ protocols: [openaiResponses], facts }, options).model(id) as ChatHandle;
}

const tools = { get_weather: { description: "Tells the weather.", input: { type: "object", properties: {} } } };
const call = { reasoning: "I look it up.", toolCalls: [{ name: "get_weather", input: {} }] };
const first = { messages: "Weather?", tools, reasoning: { effort: "low", summary: "auto" } } as const;
const sentBody = () => simulator.requests.at(-1)!.body as { readonly [member: string]: unknown };

describe.each([false, true])("streamed: %s", (stream) => {
  const ask = (options: Parameters<ChatHandle["chat"]>[0], id?: "thinker" | "other") =>
    stream ? model(id).stream(options).reply : model(id).chat(options);

  it("carries a conversation by its history alone: nothing is kept, reasoning goes back encrypted", async () => {
    simulator.reply(call);
    const reply = await ask(first);
    expect(sentBody()).toMatchObject({ store: false, include: ["reasoning.encrypted_content"] });
    const [made] = reply.toolCalls;
    const result = { role: "tool", toolCallId: made!.id, toolName: made!.name, content: "18" } as const;
    const messages: readonly AnyMessage[] = [{ role: "user", content: "Weather?" }, reply.message, result];
    expect(await ask({ ...first, messages })).toMatchObject({ adjustments: [] });
    const input = sentBody().input as readonly { readonly [member: string]: unknown }[];
    expect(input.map(({ type, role }) => type ?? role)).toEqual([
      "user",
      "reasoning",
      "function_call",
      "function_call_output",
    ]);
    expect(input[1]).toMatchObject({ encrypted_content: expect.any(String) });
    expect(input[1]).not.toHaveProperty("id");
    // Another model cannot read it: it stays out, and that is said.
    const { adjustments } = await ask({ ...first, messages }, "other");
    expect(adjustments).toMatchObject([{ path: "messages[1].content[0]", action: "dropped" }]);
  });

  it("goes on from a kept turn with the new messages only", async () => {
    simulator.reply(call);
    const reply = await ask({ ...first, options: { store: true } });
    expect(sentBody()).toMatchObject({ store: true });
    expect(sentBody()).not.toHaveProperty("include");
    const [made] = reply.toolCalls;
    const result = { role: "tool", toolCallId: made!.id, toolName: made!.name, content: "18" } as const;
    const next = await ask({ ...first, messages: [result], options: { previousResponseId: reply.id } });
    expect(next.finishReason).toBe("stop");
    expect(sentBody()).toMatchObject({
      previous_response_id: reply.id,
      input: [{ type: "function_call_output", call_id: made!.id }],
    });
  });

  it("is told when the turn was never kept, or its calls are left open", async () => {
    simulator.reply(call);
    const lost = await ask(first);
    const goOn = { ...first, options: { previousResponseId: lost.id } };
    await expect(ask(goOn)).rejects.toMatchObject({ status: 400, providerMessage: expect.stringContaining(lost.id!) });
    simulator.reply(call);
    const kept = await ask({ ...first, options: { store: true } });
    const open = ask({ ...first, options: { previousResponseId: kept.id } });
    await expect(open).rejects.toMatchObject({ providerMessage: expect.stringContaining("no tool output found") });
  });
});

it("is refused with reasoning that was tampered with", async () => {
  simulator.reply(call);
  const { message } = await model().chat(first);
  const messages = JSON.parse(JSON.stringify([message]).replace(/mwr1\.\w{8}/, "mwr1.AAAAAAAA")) as AnyMessage[];
  const refused = model().chat({ ...first, messages: [{ role: "user", content: "Hi" }, ...messages] });
  await expect(refused).rejects.toMatchObject({ status: 400 });
});
