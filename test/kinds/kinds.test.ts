/** Models that draw, speak, transcribe, rank and moderate: what goes on the wire, and what a reply holds. */
import { describe, expect, it } from "vitest";
import type { ModelwrightError } from "../../src/errors.js";
import { unverified } from "../../src/model/unverified.js";
import { cohere, google, groq, lastBody, mistral, mp3, openai, png, simulator, xai } from "./simulated.js";

async function failure(call: Promise<unknown>): Promise<ModelwrightError> {
  return call.then(
    () => expect.unreachable("it was served"),
    (error: ModelwrightError) => error,
  );
}

describe("image", () => {
  it("draws as many pictures as asked, and prices their tokens", async () => {
    const reply = await openai("gpt-image-1").image({ prompt: "A cat", n: 2, size: "1536x1024", outputFormat: "png" });
    expect(lastBody()).toEqual({
      model: "gpt-image-1",
      prompt: "A cat",
      n: 2,
      size: "1536x1024",
      output_format: "png",
    });
    expect(reply.images.map(({ type, mediaType }) => [type, mediaType])).toEqual(Array(2).fill(["image", "image/png"]));
    expect(reply.usage.buckets).toMatchObject({ imageOutput: 544 });
    expect(reply.cost).toMatchObject({ state: "known", currency: "USD" });
    expect(reply).toMatchObject({ provider: "openai", model: "gpt-image-1", adjustments: [] });
    expect(reply.requestId).toMatch(/^req_/);
  });

  it("prices by the piece where tokens have no price, by size and quality", async () => {
    const { cost } = await openai("dall-e-3").image({ prompt: "A cat", quality: "hd", size: "1024x1792" });
    expect(cost).toMatchObject({ state: "known", amount: 0.12, units: [{ meter: "image", quantity: 1, price: 0.12 }] });
  });

  it("gives the provider's URL and fetches nothing", async () => {
    const { images } = await openai("dall-e-3").image({ prompt: "A cat", options: { responseFormat: "url" } });
    expect(images[0]?.image).toMatch(/^https:/);
    expect(simulator.requests).toHaveLength(1);
  });

  it("starts from pictures: as URLs, as a form of files, as one URL, as content", async () => {
    await openai("gpt-image-1").image({ prompt: "Greener", images: [png] });
    expect(simulator.requests.at(-1)?.path).toBe("/images/edits");
    expect(lastBody().images).toEqual([{ image_url: expect.stringMatching(/^data:image\/png;base64,/) }]);
    await openai("dall-e-2").image({ prompt: "Greener", images: [png] });
    expect(lastBody()).toMatchObject({ model: "dall-e-2", image: { filename: "image-1.png", mediaType: "image/png" } });
    await xai("grok-imagine-image").image({ prompt: "Greener", images: ["https://example.com/a.png"] });
    expect(lastBody().image).toEqual({ type: "image_url", url: "https://example.com/a.png" });
    await google("gemini-2.5-flash-image").image({ prompt: "Greener", images: [png], aspectRatio: "16:9" });
    expect(lastBody()).toMatchObject({
      contents: [{ parts: [{ text: "Greener" }, { inlineData: { mimeType: "image/png" } }] }],
      generationConfig: { responseModalities: ["TEXT", "IMAGE"], imageConfig: { aspectRatio: "16:9" } },
    });
  });

  it("asks Imagen by predict", async () => {
    const { images, cost } = await google("imagen-4.0-generate-001").image({
      prompt: "A cat",
      n: 3,
      aspectRatio: "4:3",
    });
    expect(lastBody()).toEqual({
      instances: [{ prompt: "A cat" }],
      parameters: { sampleCount: 3, aspectRatio: "4:3" },
    });
    expect(images).toHaveLength(3);
    expect(cost).toMatchObject({ state: "known", amount: 0.12 });
  });

  it("refuses before anything is sent what the types refuse", async () => {
    const model = openai("gpt-image-1");
    const calls: readonly (readonly [string, Promise<unknown>])[] = [
      ["size must be one of", model.image({ prompt: "A cat", size: "512x512" as never })],
      ["gpt-image-1 does not accept style", model.image({ prompt: "A cat", style: "vivid" as never })],
      ["n must be between 1 and 10", model.image({ prompt: "A cat", n: 11 })],
      ["prompt must be a text", model.image({ prompt: "" })],
      ['unknown option "promt" (did you mean "prompt"', model.image({ promt: "A cat" } as never)],
      ["dall-e-3 does not accept image input", openai("dall-e-3").image({ prompt: "A", images: [png] as never })],
      ["dall-e-2 accepts at most 1 image parts", openai("dall-e-2").image({ prompt: "A", images: [png, png] })],
      [
        "does not accept image input by URL",
        openai("dall-e-2").image({ prompt: "A", images: ["https://x.example/a.png"] }),
      ],
      ["gpt-image-1 answers at once", model.submit({ prompt: "A cat" } as never)],
    ];
    for (const [words, call] of calls) expect((await failure(call)).message).toContain(words.split(" (")[0]);
    expect(simulator.requests).toEqual([]);
  });

  it("sends what is marked unverified, and the provider decides", async () => {
    const error = await failure(openai("gpt-image-1").image({ prompt: "A cat", size: unverified("512x512") }));
    expect(error).toMatchObject({ name: "ProviderError", status: 400 });
  });
});

describe("speech", () => {
  it("gives the bytes and their type", async () => {
    const { audio, cost } = await openai("tts-1").speech({ input: "Hello", voice: "alloy", format: "mp3", speed: 2 });
    expect(lastBody()).toEqual({ model: "tts-1", input: "Hello", voice: "alloy", response_format: "mp3", speed: 2 });
    expect(audio.mediaType).toBe("audio/mpeg");
    expect(audio.audio).toBeInstanceOf(Uint8Array);
    expect(cost).toMatchObject({
      state: "known",
      amount: 0.000075,
      units: [{ meter: "character.input", quantity: 5 }],
    });
  });

  it("streams them as they come", async () => {
    const stream = await groq("canopylabs/orpheus-v1-english").speechStream({
      input: "Hi",
      voice: "hannah",
      format: "wav",
    });
    const sizes: number[] = [];
    for await (const bytes of stream) sizes.push(bytes.length);
    expect(stream.mediaType).toBe("audio/wav");
    expect(sizes.reduce((a, b) => a + b)).toBe(1644);
  });

  it("never takes a sound that was cut for a whole one", async () => {
    simulator.fault("reset-mid-stream", { times: 2 });
    const model = openai("tts-1");
    const stream = await model.speechStream({ input: "Hello", voice: "alloy" });
    const read = (async () => {
      for await (const _bytes of stream);
    })();
    expect(await failure(read)).toMatchObject({ name: "TransportError", code: "network" });
    expect(await failure(model.speech({ input: "Hello", voice: "alloy" }))).toMatchObject({ code: "network" });
  });

  it("speaks xAI's and Google's forms", async () => {
    await xai("grok-tts").speech({ input: "Hello", language: "en", voice: "eve", format: "mp3" });
    expect(simulator.requests.at(-1)?.path).toBe("/tts");
    expect(lastBody()).toEqual({ text: "Hello", language: "en", voice_id: "eve", output_format: { codec: "mp3" } });
    const { audio } = await google("gemini-2.5-flash-preview-tts").speech({ input: "Hello", voice: "Kore" });
    expect(audio.mediaType).toMatch(/^audio\/L16/);
  });

  it("demands the voice that a model needs", async () => {
    // @ts-expect-error the compiler demands it, too.
    expect((await failure(openai("tts-1").speech({ input: "Hello" }))).message).toBe("tts-1 requires voice");
  });
});

describe("transcription", () => {
  it("sends a form, and reads segments, words, language and length", async () => {
    const reply = await openai("whisper-1").transcribe({
      audio: mp3,
      language: "de",
      format: "verbose_json",
      options: { timestampGranularities: ["word", "segment"] },
    });
    expect(lastBody()).toEqual({
      model: "whisper-1",
      language: "de",
      response_format: "verbose_json",
      timestamp_granularities: ["word", "segment"],
      file: { filename: "audio.mp3", mediaType: "audio/mpeg", bytes: expect.anything() },
    });
    expect(reply).toMatchObject({
      language: "de",
      duration: 3.5,
      text: "[simulated] What was said in this recording.",
    });
    expect(reply.segments).toEqual([{ start: 0, end: 3.5, text: reply.text }]);
    expect(reply.words.map(({ text }) => text).join(" ")).toBe(reply.text);
    expect(reply.cost).toMatchObject({ state: "known", units: [{ meter: "second.input" }] });
  });

  it("gives subtitles as they are", async () => {
    const { text } = await openai("whisper-1").transcribe({ audio: mp3, format: "vtt" });
    expect(text).toBe("WEBVTT\n\n00:00:00.000 --> 00:00:03.500\n[simulated] What was said in this recording.");
  });

  it("passes a URL on where the provider fetches it, and refuses it elsewhere", async () => {
    const audio = new URL("https://example.com/a.mp3");
    await groq("whisper-large-v3").transcribe({ audio });
    expect(lastBody()).toEqual({ model: "whisper-large-v3", url: audio.href });
    await mistral("voxtral-mini-latest").transcribe({ audio });
    expect(lastBody()).toMatchObject({ file_url: audio.href });
    await xai("grok-stt").transcribe({ audio });
    expect(lastBody()).toEqual({ url: audio.href });
    simulator.reset();
    expect((await failure(openai("whisper-1").transcribe({ audio }))).message).toContain(
      "does not accept audio input by URL",
    );
    expect(simulator.requests).toEqual([]);
  });
});

describe("rerank", () => {
  const documents = ["Paris is in France", "Ruby is a language", "Ruby on Rails is a framework of the Ruby language"];

  it("orders documents", async () => {
    const { results, cost } = await cohere("rerank-v3.5").rerank({ query: "Ruby language", documents, topN: 2 });
    expect(lastBody()).toEqual({ model: "rerank-v3.5", query: "Ruby language", documents, top_n: 2 });
    expect(results).toEqual([
      { index: 1, score: 1 },
      { index: 2, score: 1 },
    ]);
    expect(cost).toMatchObject({ state: "known", amount: 0.002 });
  });

  it("refuses an empty list", async () => {
    expect((await failure(cohere("rerank-v3.5").rerank({ query: "?", documents: [] }))).message).toContain("documents");
  });
});

describe("moderation", () => {
  it("judges texts one by one", async () => {
    const { results } = await openai("omni-moderation-latest").moderate({ input: ["Good morning", "I will kill you"] });
    expect(results.map(({ flagged }) => flagged)).toEqual([false, true]);
    expect(results[1]?.categories).toMatchObject({ violence: true });
    expect(results[1]?.scores.violence).toBeGreaterThan(0.9);
  });

  it("judges texts and pictures together", async () => {
    const input = ["Look", { type: "image", image: "https://example.com/a.png" }] as const;
    await openai("omni-moderation-latest").moderate({ input });
    expect(lastBody().input).toEqual([
      { type: "text", text: "Look" },
      { type: "image_url", image_url: { url: "https://example.com/a.png" } },
    ]);
  });

  it("is free where the catalog says so", async () => {
    const { cost } = await openai("omni-moderation-latest").moderate({ input: "Hello" });
    expect(cost).toMatchObject({ state: "known", amount: 0 });
    expect((await mistral("mistral-moderation-latest").moderate({ input: "Hello" })).cost.state).toBe("unknown");
  });
});

it("maps failures, retries what may pass, and never shows the key", async () => {
  simulator.fail("overloaded", { times: 1 });
  const model = openai.create({
    baseURL: simulator.baseURL("openai"),
    apiKey: "sk-secret-12345",
    env: {},
    retry: { baseMs: 1 },
  });
  await model("tts-1").speech({ input: "Hello", voice: "alloy" });
  expect(simulator.requests).toHaveLength(2);
  simulator.fail("authentication", { message: "wrong key sk-secret-12345" });
  const error = await failure(model("whisper-1").transcribe({ audio: mp3 }));
  expect(error).toMatchObject({ code: "authentication", provider: "openai", model: "whisper-1" });
  expect(`${error.message} ${error.providerMessage}`).not.toContain("sk-secret-12345");
  expect(error.attempts).toHaveLength(1);
});
