/** Generated clients of Cohere and Bedrock against the simulator: signed requests, binary streams, tools, embeddings, faults. */
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { createAmazonBedrock } from "../../generated/amazon-bedrock.js";
import { createCohere } from "../../generated/cohere.js";
import { loadCatalog } from "../../src/catalog/load.js";
import type { ChatHandle, EmbeddingHandle } from "../../src/client/handle.js";
import type { FaultName } from "../../src/simulator/contract.js";
import { createSimulator } from "../../src/simulator/simulator.js";

const { providers } = await loadCatalog(fileURLToPath(new URL("../../catalog", import.meta.url)));
const simulator = createSimulator({ providers });
const options = { env: {}, retry: false } as const;

let claude: ChatHandle;
let command: ChatHandle;
let embed: EmbeddingHandle;

beforeAll(async () => {
  await simulator.listen();
  const credentials = { accessKeyId: "AKID", secretAccessKey: "secret-1", sessionToken: "token-1" };
  const vars = { region: "eu-west-1" };
  const bedrock = createAmazonBedrock({ ...options, baseURL: simulator.baseURL("amazon-bedrock"), vars, credentials });
  const cohere = createCohere({ ...options, baseURL: simulator.baseURL("cohere"), apiKey: "key-1" });
  claude = bedrock.model("us.anthropic.claude-sonnet-4-5-20250929-v1:0") as unknown as ChatHandle;
  command = cohere.model("command-a-plus-05-2026") as unknown as ChatHandle;
  embed = cohere.models["embed-v4.0"] as unknown as EmbeddingHandle;
});
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());

const models = [
  ["Bedrock", () => claude],
  ["Cohere", () => command],
] as const;

const weather = {
  description: "Weather of a city.",
  input: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
  execute: () => "sunny",
};

async function eventTypes(handle: ChatHandle, request: Parameters<ChatHandle["stream"]>[0]): Promise<string[]> {
  const types: string[] = [];
  for await (const { type } of handle.stream(request)) if (types.at(-1) !== type) types.push(type);
  return types;
}

describe.each(models)("%s", (_name, model) => {
  it("answers whole and streamed alike, counted and priced", async () => {
    const whole = await model().chat({ messages: "Hi" });
    const streamed = await model().stream({ messages: "Hi" }).reply;
    expect(whole.text).toContain('You said: "Hi"');
    expect(streamed.text).toBe(whole.text);
    expect(streamed.usage).toMatchObject({ state: "known", outputTokens: whole.usage.outputTokens });
    expect(whole.cost).toMatchObject({ state: "known", currency: "USD" });
  });

  it("reasons, calls tools and goes on with what it reasoned", async () => {
    const request = {
      messages: "What is the weather in Rome?",
      tools: { weather },
      maxSteps: 3,
      maxOutputTokens: 4000,
      reasoning: { budget: 2000 },
    };
    const answer = ["start", "reasoning-delta", "tool-call-start", "tool-call-delta", "tool-call"];
    expect(await eventTypes(model(), request)).toEqual([
      ...answer,
      "tool-result",
      "step-finish",
      "start",
      "reasoning-delta",
      "text-delta",
      "finish",
    ]);
  });

  it.each<[FaultName, string]>([
    ["status-401", "authentication"],
    ["status-429", "rate-limited"],
    ["status-503", "overloaded"],
    ["quota-exhausted", "quota-exceeded"],
    ["context-length", "context-length"],
    ["error-mid-stream", "provider-error"],
    ["clean-end-mid-stream", "stream-truncated"],
    ["reset-mid-stream", "stream-truncated"],
    ["malformed-chunk", "invalid-response"],
  ])("under the fault %s fails with %s", async (fault, code) => {
    simulator.fault(fault, { times: 1 });
    await expect(model().stream({ messages: "Hi" }).reply).rejects.toMatchObject({ code });
  });

  it("reads a stream that arrives byte by byte", async () => {
    simulator.fault("split-utf8", { times: 1 });
    expect((await model().stream({ messages: "Hi" }).reply).text).toContain("é 漢字 🙂");
  });
});

describe("Bedrock", () => {
  it("is sent signed requests with the model in the path", async () => {
    await claude.stream({ messages: "Hi" }).reply;
    const { path, headers, stream } = simulator.requests.at(-1)!;
    expect([path, stream]).toEqual(["/model/us.anthropic.claude-sonnet-4-5-20250929-v1%3A0/converse-stream", true]);
    expect(Object.keys(headers)).toEqual(
      expect.arrayContaining(["authorization", "x-amz-date", "x-amz-security-token"]),
    );
  });

  it("refuses reasoning whose signature is not its own", async () => {
    const { message } = await claude.chat({ messages: "Hi", reasoning: { budget: 2000 }, maxOutputTokens: 4000 });
    const tampered = JSON.parse(JSON.stringify(message).replace("compose", "invent")) as typeof message;
    const ask = (history: typeof message) =>
      claude.chat({ messages: [{ role: "user", content: "Hi" }, history, { role: "user", content: "And?" }] });
    await expect(ask(message)).resolves.toMatchObject({ finishReason: "stop" });
    await expect(ask(tampered)).rejects.toMatchObject({ code: "provider-rejected" });
  });
});

describe("Cohere", () => {
  it("embeds in the dimensions asked for", async () => {
    const { embeddings, usage, cost } = await embed.embed({
      input: ["a", "b"],
      dimensions: 256,
      options: { inputType: "search_query" },
    });
    expect(embeddings.map((vector) => vector.length)).toEqual([256, 256]);
    expect(usage.inputTokens).toBeGreaterThan(0);
    expect(cost.state).toBe("known");
  });
});
