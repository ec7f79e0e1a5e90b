/** The official `@anthropic-ai/sdk` client, unchanged, over models of three providers. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startForClients, type Untyped, weather } from "./start.js";

const { simulator, exchanges, url, token, load, close } = await startForClients();
const { default: Anthropic } = await load("@anthropic-ai/sdk");
const client: Untyped = new Anthropic({ baseURL: url, apiKey: token, maxRetries: 0 });
const ask = { max_tokens: 500, messages: [{ role: "user", content: "hi" }] };

beforeEach(() => simulator.reset());
afterAll(close);

describe.each(["google/gemini-2.5-flash", "openai/gpt-4.1", "anthropic/claude-sonnet-4-5"])("over %s", (model) => {
  it("chats, and streams", async () => {
    simulator.reply("whole");
    const message = await client.messages.create({ ...ask, model });
    expect(message.content.find((block: Untyped) => block.type === "text").text).toBe("whole");
    expect(message.stop_reason).toBe("end_turn");
    simulator.reply("piece by piece");
    const stream = client.messages.stream({ ...ask, model });
    let text = "";
    stream.on("text", (delta: string) => {
      text += delta;
    });
    const last = await stream.finalMessage();
    expect(text).toBe("piece by piece");
    expect(last.usage.output_tokens).toBeGreaterThan(0);
  });

  it("calls tools and takes their results", async () => {
    const tools = [{ name: "weather", input_schema: weather }];
    simulator.reply({ toolCalls: [{ name: "weather", input: { city: "Rome" } }] });
    const message = await client.messages.stream({ ...ask, model, tools }).finalMessage();
    expect(message.stop_reason).toBe("tool_use");
    const call = message.content.find((block: Untyped) => block.type === "tool_use");
    expect(call).toMatchObject({ name: "weather", input: { city: "Rome" } });
    const result = { role: "user", content: [{ type: "tool_result", tool_use_id: call.id, content: "sunny" }] };
    const messages = [...ask.messages, { role: "assistant", content: message.content }, result];
    simulator.reply("It is sunny.");
    const answer = await client.messages.create({ ...ask, messages, model, tools });
    expect(answer.content.at(-1).text).toBe("It is sunny.");
    expect(JSON.stringify(simulator.requests.at(-1)?.body)).toContain("sunny");
  });

  it("gives structured output", async () => {
    simulator.reply({ output: { city: "Oslo" } });
    const output_config = { format: { type: "json_schema", schema: weather } };
    const message = await client.messages.create({ ...ask, model, output_config });
    expect(JSON.parse(message.content.at(-1).text)).toEqual({ city: "Oslo" });
  });

  it("throws for a stream that was cut", async () => {
    simulator.fault("clean-end-mid-stream");
    simulator.reply("one two three four five six seven eight nine ten");
    await expect(client.messages.stream({ ...ask, model }).finalMessage()).rejects.toThrow();
  });
});

describe("the client", () => {
  it("counts tokens and lists models", async () => {
    const { input_tokens } = await client.messages.countTokens({
      model: "google/gemini-2.5-flash",
      messages: ask.messages,
    });
    expect(input_tokens).toBeGreaterThan(0);
    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toContain("google/gemini-2.5-flash");
  });

  it("keeps thinking and its signature over a turn", async () => {
    const thinking = { type: "enabled", budget_tokens: 1024 };
    const model = "anthropic/claude-sonnet-4-5";
    const first = await client.messages.create({ ...ask, max_tokens: 4000, model, thinking });
    const [thought] = first.content;
    expect(thought).toMatchObject({ type: "thinking", signature: expect.stringMatching(/./) });
    const messages = [
      ...ask.messages,
      { role: "assistant", content: first.content },
      { role: "user", content: "go on" },
    ];
    await client.messages.create({ ...ask, max_tokens: 4000, messages, model, thinking });
    expect(JSON.stringify(simulator.requests.at(-1)?.body)).toContain('"thinking"');
  });

  it("gets its own error classes, with the catalog's reason", async () => {
    const refused = client.messages.create({ ...ask, model: "openai/o3", temperature: 0.2 });
    await expect(refused).rejects.toSatisfy((error: Untyped) => {
      expect(error).toBeInstanceOf(Anthropic.BadRequestError);
      expect(error.error.error.message).toContain("o3 does not accept temperature");
      return true;
    });
    await expect(client.messages.create({ ...ask, model: "claude-99" })).rejects.toBeInstanceOf(
      Anthropic.NotFoundError,
    );
    const stranger = new Anthropic({ baseURL: url, apiKey: "wrong", maxRetries: 0 });
    await expect(stranger.messages.create({ ...ask, model: "steady" })).rejects.toBeInstanceOf(
      Anthropic.AuthenticationError,
    );
  });

  it("hangs up, and the provider is hung up on", async () => {
    simulator.fault("stall-mid-stream");
    simulator.reply("one two three four five six seven eight nine ten");
    const stream = await client.messages.create({ ...ask, model: "google/gemini-2.5-flash", stream: true });
    for await (const _event of stream) break;
    await expect.poll(() => exchanges.at(-1)?.error?.code).toBe("aborted");
  });
});
