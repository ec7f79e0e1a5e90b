/** The official `openai` client, unchanged, over models of three providers. */
import { afterAll, beforeEach, describe, expect, it } from "vitest";
import { startForClients, type Untyped, weather } from "./start.js";

const { simulator, exchanges, url, token, load, close } = await startForClients();
const { default: OpenAI } = await load("openai");
const client: Untyped = new OpenAI({ baseURL: `${url}/v1`, apiKey: token, maxRetries: 0 });
const messages = [{ role: "user", content: "hi" }];

beforeEach(() => simulator.reset());
afterAll(close);

describe.each(["openai/gpt-4.1", "anthropic/claude-sonnet-4-5", "google/gemini-2.5-flash"])("over %s", (model) => {
  it("chats, and streams with usage", async () => {
    simulator.reply("whole");
    expect((await client.chat.completions.create({ model, messages })).choices[0].message.content).toBe("whole");
    simulator.reply("piece by piece");
    const options = { model, messages, stream: true, stream_options: { include_usage: true } };
    let text = "";
    let usage: Untyped;
    for await (const chunk of await client.chat.completions.create(options)) {
      text += chunk.choices[0]?.delta.content ?? "";
      usage = chunk.usage ?? usage;
    }
    expect(text).toBe("piece by piece");
    expect(usage.completion_tokens).toBeGreaterThan(0);
  });

  it("runs tools round by round", async () => {
    simulator.reply({ toolCalls: [{ name: "weather", input: { city: "Rome" } }] });
    const asked: Untyped[] = [];
    const tool = {
      type: "function",
      function: {
        name: "weather",
        description: "Weather",
        parameters: weather,
        parse: JSON.parse,
        function: (input: Untyped) => {
          asked.push(input);
          return "sunny";
        },
      },
    };
    const runner = client.chat.completions.runTools({ model, messages, tools: [tool] });
    expect(await runner.finalContent()).toContain("simulated");
    expect(asked).toEqual([{ city: "Rome" }]);
    expect(JSON.stringify(simulator.requests.at(-1)?.body)).toContain("sunny");
  });

  it("parses structured output", async () => {
    simulator.reply({ output: { city: "Oslo" } });
    const response_format = { type: "json_schema", json_schema: { name: "place", schema: weather, strict: true } };
    const answer = await client.chat.completions.create({ model, messages, response_format });
    expect(JSON.parse(answer.choices[0].message.content)).toEqual({ city: "Oslo" });
  });

  it("answers over the Responses API, whole and streamed", async () => {
    simulator.reply("a response");
    expect((await client.responses.create({ model, input: "hi" })).output_text).toBe("a response");
    simulator.reply("a streamed response");
    const stream = client.responses.stream({ model, input: "hi" });
    let text = "";
    for await (const event of stream) if (event.type === "response.output_text.delta") text += event.delta;
    expect(text).toBe("a streamed response");
    expect((await stream.finalResponse()).status).toBe("completed");
  });

  it("throws for a stream that was cut", async () => {
    simulator.fault("clean-end-mid-stream");
    simulator.reply("one two three four five six seven eight nine ten");
    const read = async () => {
      for await (const _chunk of await client.chat.completions.create({ model, messages, stream: true }));
    };
    await expect(read()).rejects.toThrow();
    simulator.reply("one two three four five six seven eight nine ten");
    await expect(client.responses.stream({ model, input: "hi" }).finalResponse()).rejects.toThrow();
  });
});

describe("the client", () => {
  it("embeds in its default encoding", async () => {
    const answer = await client.embeddings.create({
      model: "openai/text-embedding-3-small",
      input: ["a", "b"],
      dimensions: 8,
    });
    expect(answer.data.map((entry: Untyped) => entry.embedding.length)).toEqual([8, 8]);
    expect(answer.data[0].embedding.every(Number.isFinite)).toBe(true);
  });

  it("lists and finds models, and reads past the catalog's members", async () => {
    const ids = [];
    for await (const { id } of client.models.list()) ids.push(id);
    expect(ids).toEqual(expect.arrayContaining(["steady", "google/gemini-2.5-flash"]));
    expect((await client.models.retrieve("openai/gpt-4.1")).modelwright.kind).toBe("chat");
  });

  it("gets its own error classes, with the catalog's reason", async () => {
    const refused = client.chat.completions.create({ model: "openai/o3", messages, temperature: 0.2 });
    await expect(refused).rejects.toSatisfy((error: Untyped) => {
      expect(error).toBeInstanceOf(OpenAI.BadRequestError);
      expect(error).toMatchObject({ status: 400, param: "temperature", code: "unsupported_parameter" });
      expect(error.message).toContain("o3 does not accept temperature");
      return true;
    });
    await expect(client.chat.completions.create({ model: "gpt-9", messages })).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
    simulator.fault("status-429", { times: 9, delayMs: 1 });
    await expect(client.chat.completions.create({ model: "openai/gpt-4.1", messages })).rejects.toBeInstanceOf(
      OpenAI.RateLimitError,
    );
    const stranger = new OpenAI({ baseURL: `${url}/v1`, apiKey: "wrong", maxRetries: 0 });
    await expect(stranger.models.list()).rejects.toBeInstanceOf(OpenAI.AuthenticationError);
  });

  it("hangs up, and the provider is hung up on", async () => {
    simulator.fault("stall-mid-stream");
    simulator.reply("one two three four five six seven eight nine ten");
    const stream = await client.chat.completions.create({ model: "openai/gpt-4.1", messages, stream: true });
    for await (const _chunk of stream) break;
    await expect.poll(() => exchanges.at(-1)?.error?.code).toBe("aborted");
  });
});

describe("the client's other endpoints", () => {
  it("draw, speak and transcribe", async () => {
    const { data } = await client.images.generate({ model: "openai/gpt-image-1", prompt: "a cat", size: "1024x1024" });
    expect(data[0].b64_json).toMatch(/^iVBOR/);
    const speech = await client.audio.speech.create({ model: "openai/tts-1", input: "hello", voice: "alloy" });
    expect((await speech.arrayBuffer()).byteLength).toBeGreaterThan(0);
    const file = await OpenAI.toFile(Buffer.from("RIFF....WAVEfmt "), "hello.wav");
    const { text } = await client.audio.transcriptions.create({ model: "openai/whisper-1", file });
    expect(text).toContain("simulated");
    const { results } = await client.moderations.create({ model: "openai/omni-moderation-latest", input: "hello" });
    expect(results[0].flagged).toBe(false);
  });

  it.each(["openai/sora-2", "google/veo-3.1-generate-preview"])(
    "order a film of %s, ask for it and fetch it",
    async (model) => {
      const ordered = await client.videos.create({ model, prompt: "rain", seconds: "8" });
      expect(ordered).toMatchObject({ id: expect.stringMatching(/^video_/), status: "queued", model });
      const states = new Set<string>();
      let film = ordered;
      for (let i = 0; i < 5 && film.status !== "completed"; i++) {
        film = await client.videos.retrieve(ordered.id);
        states.add(film.status);
      }
      expect([...states].slice(-2)).toEqual(["in_progress", "completed"]);
      expect(film.video.url).toBe("https://simulator.invalid/film.mp4");
      await expect(client.videos.downloadContent(ordered.id)).rejects.toThrow("this film is simulated");
      expect(await client.videos.delete(ordered.id)).toMatchObject({ deleted: true });
      await expect(client.videos.retrieve(ordered.id)).rejects.toBeInstanceOf(OpenAI.NotFoundError);
    },
  );

  it("refuse what the model does not take, and another kind of model", async () => {
    const wrong = client.images.generate({ model: "openai/gpt-image-1", prompt: "a cat", size: "1x1" });
    await expect(wrong).rejects.toMatchObject({ status: 400, param: "size" });
    const other = client.images.generate({ model: "openai/gpt-4.1", prompt: "a cat" });
    await expect(other).rejects.toThrow("a model of kind chat, not image");
  });
});
