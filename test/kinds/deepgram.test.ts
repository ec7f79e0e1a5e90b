/** Deepgram: recordings as the whole body, everything else in the query. */
import { afterAll, beforeEach, expect, it } from "vitest";
import { deepgram as shipped } from "../../generated/deepgram.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { createSimulator } from "../../src/testing.js";
import { mp3 } from "./simulated.js";

const simulator = createSimulator({ providers: [shipped.facts] });
await simulator.listen();
beforeEach(() => simulator.reset());
afterAll(() => simulator.close());
const deepgram = shipped.create({ baseURL: simulator.baseURL("deepgram"), apiKey: "key", env: {}, retry: false });

/** A client whose answers are given, and what it asked. */
function answering(answer: unknown, status = 200) {
  const asked: { url: string; body: unknown; headers: Headers }[] = [];
  const fetch: ClientOptions["fetch"] = async (url, { body, headers }) => {
    asked.push({ url: url.href, body, headers: new Headers(headers) });
    return answer instanceof Uint8Array ? new Response(answer as BodyInit) : Response.json(answer, { status });
  };
  return { client: shipped.create({ apiKey: "the-key", env: {}, retry: false, fetch }), asked };
}

it("transcribes a recording, with words, stretches and speakers, and prices its seconds", async () => {
  const options = { smartFormat: true, diarize: true, utterances: true } as const;
  const reply = await deepgram("nova-3").transcribe({ audio: mp3, language: "en", options });
  expect(simulator.requests[0]).toMatchObject({ path: "/listen", model: "nova-3", body: mp3 });
  expect(simulator.requests[0]?.headers["content-type"]).toBe("audio/mpeg");
  expect(reply.words.map(({ text }) => text).join(" ")).toBe(reply.text);
  expect(reply.words[0]).toMatchObject({ start: 0, end: 0.5, speaker: "0" });
  expect(reply.segments).toEqual([{ text: reply.text, start: 0, end: reply.duration }]);
  expect(reply.cost).toMatchObject({ state: "known", units: [{ meter: "second.input", quantity: reply.duration }] });
});

it("puts parameters into the query, lists as repeated names, and the key into its header", async () => {
  const { client, asked } = answering({ results: { channels: [{ alternatives: [{ transcript: "Hi" }] }] } });
  const options = { keyterm: ["Ada", "a b&c"], smartFormat: true };
  await client("nova-3").transcribe({ audio: mp3, mediaType: "audio/x-own", language: "en", options });
  await client("whisper").transcribe({ audio: "https://example.com/a.mp3", extraBody: { extra: "k:v" } });
  expect(asked.map(({ url }) => url)).toEqual([
    "https://api.deepgram.com/v1/listen?model=nova-3&language=en&keyterm=Ada&keyterm=a+b%26c&smart_format=true",
    "https://api.deepgram.com/v1/listen?model=whisper&extra=k%3Av",
  ]);
  expect(asked.map(({ headers }) => [headers.get("authorization"), headers.get("content-type")])).toEqual([
    ["Token the-key", "audio/x-own"],
    ["Token the-key", "application/json"],
  ]);
  expect(asked.map(({ body }) => body)).toEqual([mp3, '{"url":"https://example.com/a.mp3"}']);
});

it("joins channels that were transcribed by themselves, and pays for each", async () => {
  const channel = (transcript: string, word: object, rest: object = {}) => ({
    alternatives: [{ transcript, words: [{ ...word, confidence: 1 }], ...rest }],
  });
  const sentences = [{ text: "Hello.", start: 0, end: 1 }];
  const { client } = answering({
    metadata: { duration: 10 },
    results: {
      channels: [
        channel(
          "Hello.",
          { word: "hello", start: 0, end: 1, punctuated_word: "Hello." },
          { paragraphs: { paragraphs: [{ speaker: 1, sentences }] } },
        ),
        { ...channel("bonjour", { word: "bonjour", start: 1, end: 2 }), detected_language: "fr" },
      ],
    },
  });
  const reply = await client("nova-3").transcribe({ audio: mp3, options: { multichannel: true } });
  expect(reply).toMatchObject({
    text: "Hello.\nbonjour",
    language: "fr",
    duration: 10,
    segments: [{ text: "Hello.", start: 0, end: 1, speaker: "1" }],
    words: [
      { text: "Hello.", start: 0, end: 1 },
      { text: "bonjour", start: 1, end: 2 },
    ],
    cost: { state: "known", units: [{ meter: "second.input", quantity: 20 }] },
  });
});

it("speaks with a model for each voice", async () => {
  const model = deepgram("aura-2-thalia-en");
  const { audio } = await model.speech({ input: "Hello", format: "mp3", speed: 0.9, options: { sampleRate: 22_050 } });
  expect(audio).toMatchObject({ type: "audio", mediaType: expect.stringMatching(/^audio\//) });
  expect(simulator.requests[0]).toMatchObject({ path: "/speak", model: "aura-2-thalia-en", body: { text: "Hello" } });
  const { client, asked } = answering(new Uint8Array([1, 2, 3]));
  await client("aura-2-thalia-en").speech({ input: "Hello", format: "flac", speed: 1.2 });
  expect(asked[0]?.url).toBe("https://api.deepgram.com/v1/speak?model=aura-2-thalia-en&encoding=flac&speed=1.2");
});

it("refuses what no model of Deepgram takes, here and at the simulator", async () => {
  const model = deepgram("nova-2");
  // @ts-expect-error keyterms are of the third generation
  const keyterm = model.transcribe({ audio: mp3, options: { keyterm: ["Ada"] } });
  await expect(keyterm).rejects.toThrow("nova-2 does not accept keyterm");
  // @ts-expect-error the voice is the model
  const voice = deepgram("aura-asteria-en").speech({ input: "Hi", voice: "x" });
  await expect(voice).rejects.toThrow("aura-asteria-en does not accept voice");
  expect(simulator.requests).toEqual([]);
  const sent = deepgram("aura-2-thalia-en").speech({ input: "Hi", extraBody: { speed: 3 } });
  await expect(sent).rejects.toMatchObject({ name: "ProviderError", status: 400 });
});

it("reads failures in both of its forms", async () => {
  const older = { err_code: "ASR_PAYMENT_REQUIRED", err_msg: "Project does not have enough credits" };
  const newer = { category: "INVALID_JSON", message: "Invalid JSON submitted.", details: "missing field" };
  const call = (body: object, status: number) => answering(body, status).client("nova-3").transcribe({ audio: mp3 });
  await expect(call(older, 402)).rejects.toMatchObject({ code: "quota-exceeded", providerMessage: older.err_msg });
  await expect(call(newer, 400)).rejects.toMatchObject({
    code: "provider-rejected",
    providerMessage: "Invalid JSON submitted. missing field",
    providerCode: "INVALID_JSON",
  });
  await expect(call([] as object, 200)).rejects.toMatchObject({ code: "invalid-response" });
});
