/** The AI SDK with its OpenAI-compatible and its Anthropic provider, unchanged, over models of three providers. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startForClients, type Untyped, weather } from "./start.js";

const { simulator, exchanges, url, token, load, close } = await startForClients();
const ai = await load("ai");
const { createOpenAICompatible } = await load("@ai-sdk/openai-compatible");
const { createAnthropic } = await load("@ai-sdk/anthropic");
const compatible = createOpenAICompatible({
  name: "modelwright",
  baseURL: `${url}/v1`,
  apiKey: token,
  supportsStructuredOutputs: true,
});
const anthropic = createAnthropic({ baseURL: `${url}/v1`, apiKey: token });
// Else it warns that an Anthropic client does not know the names of other models.
Object.assign(globalThis, { AI_SDK_LOG_WARNINGS: false });
const once = { maxRetries: 0 };

beforeEach(() => simulator.reset());
afterAll(close);

describe.each([
  ["@ai-sdk/openai-compatible", compatible as Untyped],
  ["@ai-sdk/anthropic", anthropic as Untyped],
])("%s", (_name, provider) => {
  describe.each(["google/gemini-2.5-flash", "openai/gpt-4.1", "anthropic/claude-sonnet-4-5"])("over %s", (id) => {
    const model = provider(id);

    it("chats, and streams", async () => {
      simulator.reply("whole");
      expect((await ai.generateText({ ...once, model, prompt: "hi" })).text).toBe("whole");
      simulator.reply("piece by piece");
      const stream = ai.streamText({ ...once, model, prompt: "hi" });
      let text = "";
      for await (const piece of stream.textStream) text += piece;
      expect(text).toBe("piece by piece");
      expect(await stream.finishReason).toBe("stop");
    });

    it("runs tools round by round, streamed", async () => {
      simulator.reply({ toolCalls: [{ name: "weather", input: { city: "Rome" } }] });
      simulator.reply("It is sunny.");
      const asked: Untyped[] = [];
      const execute = async (input: Untyped) => {
        asked.push(input);
        return "sunny";
      };
      const tools = { weather: ai.tool({ description: "Weather", inputSchema: ai.jsonSchema(weather), execute }) };
      const stream = ai.streamText({ ...once, model, prompt: "hi", tools, stopWhen: ai.stepCountIs(3) });
      expect(await stream.text).toBe("It is sunny.");
      expect(asked).toEqual([{ city: "Rome" }]);
      expect(JSON.stringify(simulator.requests.at(-1)?.body)).toContain("sunny");
    });

    it("gives structured output", async () => {
      simulator.reply({ output: { city: "Oslo" } });
      const output = ai.Output.object({ schema: ai.jsonSchema(weather) });
      expect((await ai.generateText({ ...once, model, prompt: "hi", output })).output).toEqual({ city: "Oslo" });
    });

    it("reports a stream that was cut", async () => {
      simulator.fault("clean-end-mid-stream");
      simulator.reply("one two three four five six seven eight nine ten");
      const errors: unknown[] = [];
      const onError = ({ error }: { error: unknown }) => errors.push(error);
      const stream = ai.streamText({ ...once, model, prompt: "hi", onError });
      for await (const _piece of stream.textStream);
      expect(errors).toHaveLength(1);
    });
  });

  it("shows the catalog's reason", async () => {
    const model = provider("openai/gpt-4.1-nope");
    await expect(ai.generateText({ ...once, model, prompt: "hi" })).rejects.toMatchObject({
      statusCode: 404,
      message: expect.stringContaining("did you mean"),
    });
  });

  it("hangs up, and the provider is hung up on", async () => {
    simulator.fault("stall-mid-stream");
    simulator.reply("one two three four five six seven eight nine ten");
    const controller = new AbortController();
    const options = { ...once, model: provider("google/gemini-2.5-flash"), prompt: "hi", onError: () => undefined };
    for await (const _piece of ai.streamText({ ...options, abortSignal: controller.signal }).textStream) {
      controller.abort();
    }
    await expect.poll(() => exchanges.at(-1)?.error?.code).toBe("aborted");
  });
});

it("embeds", async () => {
  const model = compatible.embeddingModel("openai/text-embedding-3-small");
  const { embeddings } = await ai.embedMany({ ...once, model, values: ["a", "b"] });
  expect(embeddings.map((vector: Untyped) => vector.length)).toEqual([1536, 1536]);
});
