/** Made-up results of models that draw, film, speak, transcribe, rank or moderate: deterministic, tiny, and labelled. */
import { type UsageBuckets, usageOf } from "../chat/usage.js";
import type { TaskContext } from "../protocols/server.js";
import type { ModerationResult, TaskKind, TaskRequests, TaskResults } from "../protocols/task.js";
import { countTokens } from "./tokens.js";

/** One red pixel. */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8DwHwAFBQIAX8jx0gAAAABJRU5ErkJggg==";

/** Tokens that a picture is said to have cost. */
const imageTokens = 272;

export interface Made<K extends TaskKind> {
  readonly result: TaskResults[K];
  readonly usage: TaskContext["usage"];
}

type Params = TaskContext["params"];
type Makers = {
  readonly [K in TaskKind]: (
    request: TaskRequests[K],
    params: Params,
    label: string,
  ) => readonly [TaskResults[K], UsageBuckets];
};

export function makeResult(
  { kind, request }: { readonly kind: TaskKind; readonly request: TaskRequests[TaskKind] },
  { params, label, byUrl }: { readonly params: Params; readonly label: string; readonly byUrl: boolean },
): Made<TaskKind> {
  const asked = byUrl ? { responseFormat: "url", ...params } : params;
  const [result, buckets] = makers[kind](request as never, asked, label);
  return { result, usage: usageOf(buckets) };
}

const makers: Makers = {
  image({ prompt, images }, { n, responseFormat }) {
    const count = typeof n === "number" ? n : 1;
    const image = responseFormat === "url" ? "https://simulator.invalid/picture.png" : png;
    const made = Array.from({ length: count }, () => ({ type: "image", image, mediaType: "image/png" }) as const);
    const buckets = {
      input: countTokens(prompt),
      imageInput: images.length * imageTokens,
      imageOutput: count * imageTokens,
    };
    return [{ images: made }, buckets];
  },
  video: ({ prompt }) => [
    { videos: [{ type: "video", video: "https://simulator.invalid/film.mp4", mediaType: "video/mp4" }] },
    { input: countTokens(prompt) },
  ],
  speech: ({ input }, { format }) => [
    { audio: { type: "audio", audio: silence(), ...(format === "wav" ? { mediaType: "audio/wav" } : {}) } },
    { input: countTokens(input), audioOutput: input.length },
  ],
  transcription({ audio }, { language }, label) {
    const text = `${label}What was said in this recording.`;
    const size = audio instanceof Uint8Array ? audio.length : 1;
    const words = text.split(" ");
    const timed = words.map((word, i) => ({ text: word, start: i / 2, end: (i + 1) / 2 }));
    const duration = words.length / 2;
    const result = {
      text,
      language: typeof language === "string" ? language : "en",
      duration,
      segments: [{ text, start: 0, end: duration }],
      words: timed,
    };
    return [result, { audioInput: size, output: countTokens(text) }];
  },
  rerank({ query, documents }, { topN }) {
    const ranked = documents.map((text, index) => ({ index, score: likeness(query, text) }));
    ranked.sort((a, b) => b.score - a.score || a.index - b.index);
    const results = typeof topN === "number" ? ranked.slice(0, topN) : ranked;
    return [{ results }, { input: [query, ...documents].reduce((sum, text) => sum + countTokens(text), 0) }];
  },
  moderation({ input }) {
    const texts = input.map((item) => (typeof item === "string" ? item : ""));
    const judged = input.every((item) => typeof item === "string") ? texts : [texts.join(" ")];
    return [{ results: judged.map(judgement) }, { input: texts.reduce((sum, text) => sum + countTokens(text), 0) }];
  },
};

/** A tenth of a second of nothing: 16-bit samples, 8 kHz. */
function silence(): Uint8Array {
  const samples = 800;
  const bytes = new Uint8Array(44 + samples * 2);
  const view = new DataView(bytes.buffer);
  const write = (at: number, text: string): void => {
    for (let i = 0; i < text.length; i++) bytes[at + i] = text.charCodeAt(i);
  };
  write(0, "RIFF");
  view.setUint32(4, 36 + samples * 2, true);
  write(8, "WAVEfmt ");
  view.setUint32(16, 16, true);
  view.setUint16(20, 1, true);
  view.setUint16(22, 1, true);
  view.setUint32(24, 8000, true);
  view.setUint32(28, 16_000, true);
  view.setUint16(32, 2, true);
  view.setUint16(34, 16, true);
  write(36, "data");
  view.setUint32(40, samples * 2, true);
  return bytes;
}

/** Share of the query's words that the document has. */
function likeness(query: string, text: string): number {
  const words = (value: string) => new Set(value.toLowerCase().match(/\p{L}+/gu) ?? []);
  const asked = words(query);
  const found = words(text);
  const shared = [...asked].filter((word) => found.has(word)).length;
  return asked.size === 0 ? 0 : shared / asked.size;
}

/** Words that make a text harmful here. */
const harmful: { readonly [category: string]: RegExp } = {
  violence: /\bkill|\bmurder|\battack/i,
  hate: /\bhate\b/i,
  "self-harm": /\bsuicide\b/i,
};

function judgement(text: string): ModerationResult {
  const hits = Object.entries(harmful).map(([category, words]) => [category, words.test(text)] as const);
  return {
    flagged: hits.some(([, hit]) => hit),
    categories: Object.fromEntries(hits),
    scores: Object.fromEntries(hits.map(([category, hit]) => [category, hit ? 0.98 : 0.01])),
  };
}
