/** ElevenLabs: speech whose voice is part of the path, and transcripts with speakers. */
import { afterAll, beforeEach, expect, it } from "vitest";
import { elevenlabs as shipped } from "../../generated/elevenlabs.js";
import { createSimulator } from "../../src/testing.js";
import { mp3 } from "./simulated.js";

const simulator = createSimulator({ providers: [shipped.facts] });
await simulator.listen();
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());
const elevenlabs = shipped.create({ baseURL: simulator.baseURL("elevenlabs"), apiKey: "key", env: {}, retry: false });
const voice = "21m00Tcm4TlvDq8ikWAM";

it("speaks, and prices the characters", async () => {
  const model = elevenlabs("eleven_multilingual_v2");
  const { audio, cost } = await model.speech({ input: "Hello", voice, speed: 1.1, format: "mp3_44100_128" });
  expect(audio.audio).toBeInstanceOf(Uint8Array);
  expect(audio.mediaType).toMatch(/^audio\//);
  expect(simulator.requests[0]).toMatchObject({
    path: `/text-to-speech/${voice}`,
    body: { text: "Hello", model_id: "eleven_multilingual_v2", voice_settings: { speed: 1.1 } },
  });
  expect(cost).toMatchObject({ state: "known", units: [{ meter: "character.input", quantity: 5 }] });
  let size = 0;
  for await (const chunk of await model.speechStream({ input: "Hello", voice })) size += chunk.length;
  expect(size).toBeGreaterThan(0);
});

it("names voice and format in the address, with the key in its own header", async () => {
  const asked: [string, string | null][] = [];
  const client = shipped.create({
    apiKey: "the-key",
    env: {},
    fetch: async (url, { headers }) => {
      asked.push([url.href, new Headers(headers).get("xi-api-key")]);
      return new Response(mp3, { headers: { "content-type": "application/octet-stream" } });
    },
  });
  const { audio } = await client("eleven_v3").speech({ input: "Hi", voice: "a/b", format: "pcm_24000" });
  expect(asked).toEqual([["https://api.elevenlabs.io/v1/text-to-speech/a%2Fb?output_format=pcm_24000", "the-key"]]);
  expect(audio.mediaType).toBe("audio/pcm");
});

it("refuses speech without a voice before anything is sent", async () => {
  const model = elevenlabs("eleven_v3") as { speech(options: object): Promise<unknown> };
  await expect(model.speech({ input: "Hello" })).rejects.toMatchObject({ code: "unsupported", path: "voice" });
  expect(simulator.requests).toEqual([]);
});

it("transcribes files and addresses, with words, times and speakers", async () => {
  const model = elevenlabs("scribe_v1");
  const reply = await model.transcribe({ audio: mp3, language: "en", options: { diarize: true } });
  expect(simulator.requests[0]).toMatchObject({
    path: "/speech-to-text",
    body: { model_id: "scribe_v1", language_code: "en", diarize: "true", file: { mediaType: "audio/mpeg" } },
  });
  expect(reply.words.map(({ text }) => text).join(" ")).toBe(reply.text);
  expect(reply.words[0]).toMatchObject({ start: 0, end: 0.5, speaker: "speaker_0" });
  expect(reply.cost).toMatchObject({ state: "known", units: [{ meter: "second.input", quantity: reply.duration }] });
  await model.transcribe({ audio: "https://example.com/a.mp3" });
  expect(simulator.requests[1]?.body).toEqual({
    model_id: "scribe_v1",
    cloud_storage_url: "https://example.com/a.mp3",
  });
});

it("knows used-up quota by the provider's word, though its status says otherwise", async () => {
  const detail = { status: "quota_exceeded", message: "This request exceeds your quota." };
  const fetch = async () => Response.json({ detail }, { status: 401 });
  const model = shipped.create({ apiKey: "k", env: {}, fetch })("eleven_v3");
  await expect(model.speech({ input: "Hi", voice })).rejects.toMatchObject({
    code: "quota-exceeded",
    providerMessage: detail.message,
  });
});
