/** What a second member is handed, and what readers, history and bill are left with, for every pair of wires. */
import { beforeEach, describe, expect, it } from "vitest";
import type { ChatProtocolId } from "../../src/catalog/facts.js";
import type { ChatEvent, SwitchEvent } from "../../src/chat/events.js";
import type { ChatOptions } from "../../src/client/options.js";
import { failover, isModelwrightError, type MidStream } from "../../src/index.js";
import { createSimulator, type FaultName, type SimulatedRequest } from "../../src/testing.js";
import { type AnyGroup, handlesOf, protocolIds, wireProviders } from "./wires.js";

const providers = wireProviders((id) =>
  id === "openai-chat" ? { features: { tools: true, toolChoice: ["auto"], parallelTools: true, prefill: false } } : {},
);
const words = "one two three four five six seven eight nine ten ".repeat(4).trim();

/** Calls two tools, then answers; continues an answer that is begun for it. */
function script({ body }: SimulatedRequest) {
  const text = JSON.stringify(body);
  if (text.includes("tools") && !text.includes("degrees"))
    return {
      reasoning: "I need the weather of both.",
      toolCalls: [
        { name: "weather", input: { city: "Rome" } },
        { name: "weather", input: { city: "Oslo" } },
      ],
    };
  const begun = [...text.matchAll(/one two[a-z ]*/g)].at(-1)?.[0] ?? "";
  return words.startsWith(begun) && begun !== words ? words.slice(begun.length) : words;
}

const simulator = createSimulator({ providers, script });
const handles = handlesOf(simulator, providers, { timeouts: { idle: 100 } });
beforeEach(() => simulator.reset());

function groupOf(from: ChatProtocolId, to: ChatProtocolId, midStream: MidStream): AnyGroup {
  return failover([handles[from], handles[to]], { midStream }) as unknown as AnyGroup;
}

const pairs = protocolIds.flatMap((from) => protocolIds.filter((to) => to !== from).map((to) => [from, to] as const));

const toolRequest: ChatOptions = {
  messages: "What is the weather in Rome and Oslo?",
  maxSteps: 3,
  tools: {
    weather: {
      input: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
      execute: ({ city }: { readonly city: string }) => `${city}: 20 degrees`,
    },
  },
};

describe("a tool loop whose model fails after its first step", () => {
  it.each(pairs)("goes from %s to %s with calls, results and reasoning, and runs no tool again", async (from, to) => {
    simulator.fault("status-503", { provider: `p-${from}`, after: 1 });
    let runs = 0;
    const { weather } = toolRequest.tools as { readonly weather: object };
    const counted = { ...weather, execute: () => `${++runs}: 20 degrees` };
    const reply = await groupOf(from, to, "fail").chat({ ...toolRequest, tools: { weather: counted as never } });
    expect(reply).toMatchObject({ text: words, provider: `p-${to}`, model: `m-${to}` });
    expect(runs).toBe(2);
    expect(reply.messages.map(({ role }) => role)).toEqual(["assistant", "tool", "tool", "assistant"]);
    expect(reply.steps).toHaveLength(2);
    expect(reply.attempts.map(({ target, outcome }) => [target, outcome])).toEqual([
      [`p-${from}/m-${from}`, "completed"],
      [`p-${from}/m-${from}`, "failed"],
      [`p-${to}/m-${to}`, "completed"],
    ]);
    const [first, second] = reply.steps.map(({ usage }) => usage);
    expect(reply.usage.outputTokens).toBe((first?.outputTokens ?? 0) + (second?.outputTokens ?? 0));
    const tokens = { input: reply.usage.inputTokens, output: reply.usage.outputTokens };
    expect(reply.cost).toMatchObject({ state: "known", currency: "USD" });
    expect(reply.cost.state === "known" && reply.cost.amount).toBeCloseTo((tokens.input + 2 * tokens.output) / 1e6, 12);
    // The history goes back to the first one, too: its own signed reasoning is still its own.
    simulator.reset();
    const again = await groupOf(from, to, "fail").chat({
      messages: [
        { role: "user", content: String(toolRequest.messages) },
        ...reply.messages,
        { role: "user", content: "Thanks." },
      ],
      tools: toolRequest.tools,
    });
    expect(again.provider).toBe(`p-${from}`);
  });
});

/** The text a reader ends up with, and that no piece of it came twice. */
async function readAll(group: AnyGroup): Promise<{ readonly text: string; readonly events: readonly ChatEvent[] }> {
  const events: ChatEvent[] = [];
  const stream = group.stream({ messages: "Count." });
  for await (const event of stream) events.push(event);
  let text = "";
  for (const event of events) {
    if (event.type === "text-delta") text += event.text;
    if (event.type === "switch" && event.mode === "restart") {
      expect(event.lostText).toBe(text);
      text = "";
    }
  }
  const reply = await stream.reply;
  expect(reply.text).toBe(text);
  expect(textOf(reply.messages)).toBe(text);
  expect(events.map(({ type }) => type).filter((type) => type === "start" || type === "finish")).toEqual([
    "start",
    "finish",
  ]);
  expect(events[0]?.type).toBe("start");
  const finish = events.at(-1);
  expect(finish).toMatchObject({ type: "finish", message: reply.message, usage: reply.usage });
  return { text, events };
}

function textOf(messages: readonly { readonly content: unknown }[]): string {
  const [message] = messages;
  const content = message?.content as string | readonly { readonly text?: string; readonly type: string }[];
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? (part.text ?? "") : "")).join("");
}

const switches = (events: readonly ChatEvent[]): SwitchEvent[] =>
  events.filter((event): event is SwitchEvent => event.type === "switch");

const midFaults: readonly FaultName[] = [
  "reset-mid-stream",
  "clean-end-mid-stream",
  "stall-mid-stream",
  "error-mid-stream",
  "malformed-chunk",
];
const positions = [0.4, 0.6, 0.8];
const from = "ollama";

describe.each(midFaults)("%s", (fault) => {
  describe.each(positions)("at %f of the answer", (at) => {
    it.each(["restart", "resume", "auto"] as const)("is gone through by %s, each delta once", async (midStream) => {
      simulator.fault(fault, { provider: `p-${from}`, at });
      const { text, events } = await readAll(groupOf(from, "anthropic-messages", midStream));
      expect(text).toBe(words);
      const [change, ...more] = switches(events);
      expect(more).toEqual([]);
      expect(change).toMatchObject({
        from: `p-${from}/m-${from}`,
        to: "p-anthropic-messages/m-anthropic-messages",
        mode: midStream === "restart" ? "restart" : "resume",
        lostUsage: { state: "partial" },
        lostCost: { state: "known" },
      });
      expect(change?.lostUsage?.outputTokens).toBeGreaterThan(0);
    });

    it("is an error with what arrived, by fail", async () => {
      simulator.fault(fault, { provider: `p-${from}`, at });
      let text = "";
      const stream = groupOf(from, "anthropic-messages", "fail").stream({ messages: "Count." });
      const error = await (async () => {
        for await (const event of stream) if (event.type === "text-delta") text += event.text;
      })().catch((thrown: unknown) => thrown);
      expect(isModelwrightError(error) && error.partial).toMatchObject({ text });
      expect(simulator.requests).toHaveLength(1);
    });
  });
});

describe("a cut answer", () => {
  it("is begun anew where the catalog says that the next one continues nothing", async () => {
    simulator.fault("reset-mid-stream", { provider: `p-${from}`, at: 0.6 });
    const { text, events } = await readAll(groupOf(from, "openai-chat", "auto"));
    expect([text, switches(events)[0]?.mode]).toEqual([words, "restart"]);
    simulator.reset();
    simulator.fault("reset-mid-stream", { provider: `p-${from}`, at: 0.6 });
    await expect(readAll(groupOf(from, "openai-chat", "resume"))).rejects.toMatchObject({ code: "stream-truncated" });
  });

  it("goes through three members, resumed twice", async () => {
    const group = failover([handles.ollama, handles["cohere-v2"], handles["anthropic-messages"]], {
      midStream: "auto",
    });
    simulator.fault("reset-mid-stream", { provider: "p-ollama", at: 0.3 });
    simulator.fault("clean-end-mid-stream", { provider: "p-cohere-v2", at: 0.5 });
    const { text, events } = await readAll(group as unknown as AnyGroup);
    expect(text).toBe(words);
    expect(switches(events).map(({ mode }) => mode)).toEqual(["resume", "resume"]);
  });
});

describe("failures before the first token", () => {
  it("are told as one switch each, behind the start", async () => {
    const group = failover([
      handles.ollama,
      handles["cohere-v2"],
      handles["anthropic-messages"],
    ]) as unknown as AnyGroup;
    simulator.fault("status-503", { provider: "p-ollama" });
    simulator.fault("quota-exhausted", { provider: "p-cohere-v2" });
    const { text, events } = await readAll(group);
    expect(text).toBe(words);
    expect(switches(events).map(({ mode, code, lostUsage }) => [mode, code, lostUsage])).toEqual([
      ["fallback", "overloaded", undefined],
      ["fallback", "quota-exceeded", undefined],
    ]);
  });

  it("of all members become one error of the last one's kind that tells all", async () => {
    simulator.fault("status-503", { provider: "p-ollama" });
    simulator.fault("quota-exhausted", { provider: "p-cohere-v2" });
    const error = await groupOf("ollama", "cohere-v2", "fail")
      .chat({ messages: "Hi" })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: "ProviderError",
      code: "quota-exceeded",
      provider: "p-cohere-v2",
    });
    expect(isModelwrightError(error) && error.message).toContain(
      "p-ollama/m-ollama: 503 overloaded; p-cohere-v2/m-cohere-v2: 402",
    );
    expect(isModelwrightError(error) && error.attempts).toHaveLength(2);
  });

  it.each(["provider-rejected", "content-filter"] as const)("do not move what is %s", async (code) => {
    simulator.fail(code);
    await expect(groupOf("openai-chat", "cohere-v2", "auto").chat({ messages: "Hi" })).rejects.toMatchObject({ code });
    expect(simulator.requests).toHaveLength(1);
  });
});
