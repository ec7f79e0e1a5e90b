/** LangChain's `@langchain/openai`, unchanged, over models of three providers. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startForClients, type Untyped, weather } from "./start.js";

const { simulator, exchanges, url, token, load, close } = await startForClients();
const { ChatOpenAI, OpenAIEmbeddings } = await load("@langchain/openai");
const configuration = { baseURL: `${url}/v1` };
const chat = (model: string, more = {}): Untyped =>
  new ChatOpenAI({ model, apiKey: token, configuration, maxRetries: 0, ...more });

beforeEach(() => simulator.reset());
afterAll(close);

describe.each(["anthropic/claude-sonnet-4-5", "google/gemini-2.5-flash", "openai/gpt-4.1"])("over %s", (id) => {
  it("chats, and streams", async () => {
    simulator.reply("whole");
    expect((await chat(id).invoke("hi")).content).toBe("whole");
    simulator.reply("piece by piece");
    let text = "";
    for await (const chunk of await chat(id).stream("hi")) text += chunk.content;
    expect(text).toBe("piece by piece");
  });

  it("calls tools", async () => {
    simulator.reply({ toolCalls: [{ name: "weather", input: { city: "Rome" } }] });
    const tool = { type: "function", function: { name: "weather", description: "Weather", parameters: weather } };
    const { tool_calls } = await chat(id).bindTools([tool]).invoke("hi");
    expect(tool_calls).toMatchObject([{ name: "weather", args: { city: "Rome" } }]);
  });

  it("gives structured output", async () => {
    simulator.reply({ output: { city: "Oslo" } });
    const structured = chat(id).withStructuredOutput({ title: "place", ...weather }, { method: "jsonSchema" });
    expect(await structured.invoke("hi")).toEqual({ city: "Oslo" });
  });

  it("throws for a stream that was cut", async () => {
    simulator.fault("clean-end-mid-stream");
    simulator.reply("one two three four five six seven eight nine ten");
    const read = async () => {
      for await (const _chunk of await chat(id).stream("hi"));
    };
    await expect(read()).rejects.toThrow();
  });
});

it("embeds", async () => {
  const model = "openai/text-embedding-3-small";
  const embeddings = new OpenAIEmbeddings({ model, apiKey: token, configuration, dimensions: 8, maxRetries: 0 });
  expect((await embeddings.embedDocuments(["a", "b"])).map((vector: Untyped) => vector.length)).toEqual([8, 8]);
});

it("shows the catalog's reason", async () => {
  await expect(chat("openai/o3", { temperature: 0.2 }).invoke("hi")).rejects.toThrow("o3 does not accept temperature");
});

it("hangs up, and the provider is hung up on", async () => {
  simulator.fault("stall-mid-stream");
  simulator.reply("one two three four five six seven eight nine ten");
  const controller = new AbortController();
  const read = async () => {
    const stream = await chat("google/gemini-2.5-flash").stream("hi", { signal: controller.signal });
    for await (const _chunk of stream) controller.abort();
  };
  await read().catch(() => undefined);
  await expect.poll(() => exchanges.at(-1)?.error?.code).toBe("aborted");
});
