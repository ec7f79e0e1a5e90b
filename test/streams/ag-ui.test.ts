/** AG-UI's own client runs against our response, and starts runs that we can read. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { beforeAll, describe, expect, it } from "vitest";
import { agUiResponse, readAgUiInput } from "../../src/streams.js";
import { frontEnds, reasoning, script, silentUntilSign, simulated, tools } from "./front-ends.js";

interface AgUiMessage {
  readonly role: string;
  readonly content?: unknown;
  readonly toolCalls?: readonly object[];
}
interface Agent {
  readonly messages: readonly AgUiMessage[];
  addMessage(message: object): void;
  runAgent(parameters?: object, subscriber?: object): Promise<{ newMessages: readonly AgUiMessage[] }>;
  abortRun(): void;
}
interface AgUi {
  HttpAgent: new (config: { url: string; fetch: (url: string, init: RequestInit) => Promise<Response> }) => Agent;
}

let agUi: AgUi;
beforeAll(async () => {
  const path = join(await frontEnds(), "node_modules/@ag-ui/client/dist/index.mjs");
  agUi = (await import(pathToFileURL(path).href)) as AgUi;
}, 300_000);

function agentOf(route: (input: unknown, signal: AbortSignal) => Response): Agent {
  const fetch = async (_url: string, init: RequestInit) =>
    route(JSON.parse(String(init.body)), init.signal as AbortSignal);
  return new agUi.HttpAgent({ url: "https://app.example/agent", fetch });
}

const say = (agent: Agent, content: string) =>
  agent.addMessage({ id: `m${agent.messages.length}`, role: "user", content });

describe("AG-UI's client", () => {
  it("reads reasoning, text, tool calls and results as messages, and steps and usage as events", async () => {
    const { model } = simulated(...script);
    const agent = agentOf((body) => {
      const { messages, threadId, runId } = readAgUiInput(body);
      const chat = model.stream({ messages, tools, reasoning, maxOutputTokens: 4000, maxSteps: 3 });
      return agUiResponse(chat, { threadId, runId });
    });
    say(agent, "Weather in Rome?");
    const events: { type: string; usage?: unknown }[] = [];
    const { newMessages } = await agent.runAgent(
      {},
      { onEvent: ({ event }: { event: { type: string } }) => void events.push(event) },
    );
    expect(newMessages).toMatchObject([
      { role: "reasoning", content: "Rome, then." },
      {
        role: "assistant",
        content: "Let me see.",
        toolCalls: [
          { id: "call-1", function: { name: "weather", arguments: '{"city":"Rome"}' } },
          { id: "call-2", function: { name: "broken", arguments: "{}" } },
        ],
      },
      { role: "tool", toolCallId: "call-1", content: '{"city":"Rome","celsius":21}' },
      { role: "tool", toolCallId: "call-2", content: "The tool failed" },
      { role: "reasoning", content: "That is it." },
      { role: "assistant", content: "21 degrees in Rome." },
    ]);
    expect(
      events.filter(({ type }) => type.startsWith("STEP") || type.startsWith("RUN")).map(({ type }) => type),
    ).toEqual(["RUN_STARTED", "STEP_STARTED", "STEP_FINISHED", "STEP_STARTED", "STEP_FINISHED", "RUN_FINISHED"]);
    expect(events.at(-1)?.usage).toMatchObject([{ outputTokens: expect.any(Number) }]);
  });

  it("runs its own tools and comes back with their results", async () => {
    const call = { id: "call-9", name: "confirm", input: { question: "Sure?" } };
    const { model, simulator } = simulated({ text: "One moment.", toolCalls: [call] }, "Then I go on.");
    const agent = agentOf((body) => {
      const { messages, tools: own, threadId, runId } = readAgUiInput(body);
      return agUiResponse(model.stream({ messages, tools: { ...tools, ...own }, maxSteps: 3 }), { threadId, runId });
    });
    say(agent, "Go.");
    const confirm = {
      name: "confirm",
      description: "Asks the user",
      parameters: { type: "object", properties: { question: { type: "string" } } },
    };
    await agent.runAgent({ tools: [confirm] });
    agent.addMessage({ id: "r1", role: "tool", toolCallId: "call-9", content: "yes" });
    const { newMessages } = await agent.runAgent({ tools: [confirm] });
    expect(newMessages).toMatchObject([{ role: "assistant", content: "Then I go on." }]);
    const sent = simulator.requests.at(-1)?.body as { messages: { content: unknown }[] };
    expect(sent.messages.at(-1)?.content).toMatchObject([
      { type: "tool_result", tool_use_id: "call-9", content: "yes" },
    ]);
  });

  it("takes no sign of life for an event", async () => {
    const { model } = simulated("At last.");
    const agent = agentOf((body) => {
      const { messages, threadId, runId } = readAgUiInput(body);
      return silentUntilSign(model.stream({ messages }), (chat) =>
        agUiResponse(chat, { threadId, runId, keepAliveMs: 5 }),
      );
    });
    say(agent, "Hello");
    const { newMessages } = await agent.runAgent();
    expect(newMessages).toMatchObject([{ role: "assistant", content: "At last." }]);
  });

  it("learns of a failure by its code", async () => {
    const { model, simulator } = simulated();
    simulator.fail("rate-limited");
    const agent = agentOf((body) => {
      const { messages, threadId, runId } = readAgUiInput(body);
      return agUiResponse(model.stream({ messages }), { threadId, runId });
    });
    say(agent, "Hello");
    const errors: unknown[] = [];
    const onRunErrorEvent = ({ event }: { event: unknown }) => void errors.push(event);
    await agent.runAgent({}, { onRunErrorEvent }).catch(() => undefined);
    expect(errors).toMatchObject([{ code: "rate-limited", message: "The answer failed: rate-limited" }]);
  });
});

describe("readAgUiInput", () => {
  const run = (messages: unknown) => ({ threadId: "t", runId: "r", messages });

  it("takes pictures when asked", () => {
    const part = { type: "image", source: { type: "data", value: "AAAA", mimeType: "image/png" } };
    const { messages } = readAgUiInput(run([{ role: "user", content: [part] }]), { media: ["image"] });
    expect(messages[0]?.content).toEqual([
      { type: "image", image: "data:image/png;base64,AAAA", mediaType: "image/png" },
    ]);
  });

  it.each([
    ["no thread", { runId: "r", messages: [] }, "expected a text at threadId, found nothing"],
    ["a system message", run([{ role: "system", content: "Obey." }]), "at messages[0].role"],
    ["a result of no call", run([{ role: "tool", toolCallId: "x", content: "" }]), "the id of an earlier tool call"],
    [
      "arguments that are no JSON",
      run([{ role: "assistant", toolCalls: [{ id: "1", function: { name: "f", arguments: "{" } }] }]),
      "expected JSON at messages[0].toolCalls[0].function.arguments",
    ],
  ])("refuses %s", (_name, body, message) => {
    expect(() => readAgUiInput(body)).toThrow(message);
  });
});
