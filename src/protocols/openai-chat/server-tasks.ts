/** The OpenAI wire's other kinds seen from the server: endpoints, requests, answers. */
import type { ImagePart, MediaSource } from "../../chat/message.js";
import type { Usage } from "../../chat/usage.js";
import { toBase64 } from "../base64.js";
import { asList, asName, asObject, asText, asTexts, type Members, present, refuse } from "../served-input.js";
import type { Route, ServedJob, ServedTask, ServedTasks, TaskBody, TaskContext } from "../server.js";
import type { TaskKind, TaskRequests, TaskResults, Transcript } from "../task.js";
import { audioType } from "../task-wire.js";

const posts: { readonly [path: string]: TaskKind } = {
  "/images/generations": "image",
  "/images/edits": "image",
  "/audio/speech": "speech",
  "/audio/transcriptions": "transcription",
  "/rerank": "rerank",
  "/moderations": "moderation",
  "/videos": "video",
  "/videos/generations": "video",
  // xAI's own paths.
  "/tts": "speech",
  "/stt": "transcription",
};

/** Undefined: none of these endpoints. */
export function taskRoute(method: string, path: string): Route | undefined {
  if (method === "POST") return Object.hasOwn(posts, path) ? { operation: posts[path] as TaskKind } : undefined;
  const [, id, content] = /^\/videos\/([\w.-]+)(\/content)?$/.exec(path) ?? [];
  if (id === undefined) return undefined;
  if (method === "DELETE" && content === undefined) return { operation: "cancel-job", jobId: id };
  if (method !== "GET") return undefined;
  return { operation: content === undefined ? "job" : "job-content", jobId: id };
}

/** Wire members of parameters, by canonical name. */
export const taskPaths: { readonly [K in TaskKind]: { readonly [name: string]: string } } = {
  image: {
    n: "n",
    size: "size",
    quality: "quality",
    style: "style",
    background: "background",
    outputFormat: "output_format",
    outputCompression: "output_compression",
    inputFidelity: "input_fidelity",
    responseFormat: "response_format",
    aspectRatio: "aspect_ratio",
    resolution: "resolution",
    seed: "seed",
    moderation: "moderation",
    partialImages: "partial_images",
  },
  video: {
    duration: "seconds",
    size: "size",
    aspectRatio: "aspect_ratio",
    resolution: "resolution",
    seed: "seed",
    generateAudio: "generate_audio",
  },
  speech: {
    voice: "voice",
    format: "response_format",
    speed: "speed",
    instructions: "instructions",
    language: "language",
  },
  transcription: { language: "language", prompt: "prompt", format: "response_format", temperature: "temperature" },
  rerank: { topN: "top_n" },
  moderation: {},
};

export const servedTasks: ServedTasks = {
  decode(value, { kind }): ServedTask {
    const body = asObject(value, "body");
    const modelId = present(body.model) ? asName(body.model, "model") : "";
    const request = readers[kind](body);
    const named =
      kind === "video" && present(body.duration) ? { ...taskPaths.video, duration: "duration" } : taskPaths[kind];
    return { kind, modelId, request, wire: body, paths: named };
  },
  encode: (served, result, context) => writers[served.kind](result as never, context),
  encodeStream,
  jobs: {
    kinds: ["video"],
    // xAI calls it by another name.
    encodeTicket: ({ modelId }, { id, created }) => ({
      id,
      request_id: id,
      object: "video",
      model: modelId,
      status: "queued",
      progress: 0,
      created_at: created,
    }),
    encodeStatus,
    encodeFailed: ({ id, modelId, code, message }) => ({
      id,
      object: "video",
      model: modelId,
      status: "failed",
      progress: 0,
      error: { code, message },
    }),
  },
};

/** Pictures that are drawn as a stream: unfinished ones, then the finished. */
function encodeStream(
  { wire, request }: ServedTask,
  result: TaskResults[TaskKind],
  { created, params, usage }: TaskContext,
): readonly string[] | undefined {
  if (wire.stream !== true && wire.stream !== "true") return undefined;
  const word = "images" in request && request.images.length > 0 ? "image_edit" : "image_generation";
  const images = "images" in result ? result.images : [];
  const event = (type: string, { image }: { readonly image: MediaSource }, rest: Members) => {
    const picture = { b64_json: base64Of(image), created_at: created, output_format: params.outputFormat ?? "png" };
    return `event: ${word}.${type}\ndata: ${JSON.stringify({ type: `${word}.${type}`, ...picture, ...rest })}\n\n`;
  };
  const partials = Array.from({ length: Number(params.partialImages ?? 0) }, (_, index) => index);
  return images.flatMap((one) => [
    ...partials.map((index) => event("partial_image", one, { partial_image_index: index })),
    event("completed", one, usage.state === "known" ? { usage: mediaUsage(usage) } : {}),
  ]);
}

function encodeStatus({ id, modelId, state, progress, params, result }: ServedJob): unknown {
  const status = { queued: "queued", running: "in_progress", done: "completed", cancelled: "cancelled" }[state];
  const film = result !== undefined && "videos" in result ? result.videos[0]?.video : undefined;
  return {
    id,
    object: "video",
    model: modelId,
    status,
    progress: Math.round(progress * 100),
    ...(params.duration === undefined ? {} : { seconds: String(params.duration) }),
    ...(film === undefined ? {} : { video: { url: String(film), duration: Number(params.duration ?? 4) } }),
  };
}

const readers: { readonly [K in TaskKind]: (body: Members) => TaskRequests[K] } = {
  image: (body) => ({ prompt: asName(body.prompt, "prompt"), images: picturesOf(body), ...maskOf(body.mask) }),
  video: (body) => ({
    prompt: asName(body.prompt, "prompt"),
    images: [...fileOf(body.input_reference), ...(present(body.image) ? [urlOf(body.image, "image")] : [])],
  }),
  speech: (body) => ({ input: asName(body.input ?? body.text, "input") }),
  transcription(body) {
    const [file] = fileOf(body.file);
    const audio = file ?? (present(body.url ?? body.file_url) ? asName(body.url ?? body.file_url, "url") : undefined);
    if (audio === undefined) refuse("file", "a recording is required");
    return { audio: audio as MediaSource };
  },
  rerank: (body) => ({
    query: asName(body.query, "query"),
    documents: asList(body.documents, "documents").map((item, i) => documentOf(item, `documents[${i}]`)),
  }),
  moderation: (body) => ({ input: moderated(body.input) }),
};

function picturesOf(body: Members): readonly MediaSource[] {
  const listed = present(body.images)
    ? asList(body.images, "images").map((item, i) => urlOf(item, `images[${i}]`))
    : [];
  const files = [body.image].flat().flatMap(fileOf);
  const single = present(body.image) && files.length === 0 ? [urlOf(body.image, "image")] : [];
  return [...listed, ...files, ...single];
}

function maskOf(value: unknown): Pick<TaskRequests["image"], "mask"> {
  if (!present(value)) return {};
  const [file] = fileOf(value);
  return { mask: file ?? urlOf(value, "mask") };
}

/** The bytes of a form's file. */
function fileOf(value: unknown): Uint8Array[] {
  const bytes = (value as { readonly bytes?: unknown } | null | undefined)?.bytes;
  return bytes instanceof Uint8Array ? [bytes] : [];
}

function urlOf(value: unknown, path: string): string {
  const item = asObject(value, path);
  return asName(item.image_url ?? item.url, `${path}.image_url`);
}

function documentOf(value: unknown, path: string): string {
  return typeof value === "string" ? value : asText(asObject(value, path).text, `${path}.text`);
}

function moderated(value: unknown): readonly (string | ImagePart)[] {
  if (typeof value === "string" || (Array.isArray(value) && value.every((item) => typeof item === "string")))
    return asTexts(value, "input");
  return asList(value, "input").map((part, i) => {
    const item = asObject(part, `input[${i}]`);
    if (item.type === "text") return asText(item.text, `input[${i}].text`);
    return {
      type: "image",
      image: asName(asObject(item.image_url, `input[${i}].image_url`).url, `input[${i}].image_url.url`),
    };
  });
}

const writers: { readonly [K in TaskKind]: (result: TaskResults[K], context: TaskContext) => TaskBody } = {
  image: ({ images }, { created, params, usage }) => ({
    json: {
      created,
      data: images.map(({ image, revisedPrompt }) => ({
        ...(isUrl(image) ? { url: String(image) } : { b64_json: base64Of(image) }),
        ...(revisedPrompt === undefined ? {} : { revised_prompt: revisedPrompt }),
      })),
      ...(params.outputFormat === undefined ? {} : { output_format: params.outputFormat }),
      ...(usage.state === "known" ? { usage: mediaUsage(usage) } : {}),
    },
  }),
  video: () => ({ json: {} }),
  speech: ({ audio }, { params }) => ({
    content: audio.audio instanceof Uint8Array ? audio.audio : String(audio.audio),
    contentType: audio.mediaType ?? audioType(undefined, params.format ?? "mp3") ?? "application/octet-stream",
  }),
  transcription: (transcript, context) => writeTranscript(transcript, context),
  rerank: ({ results }, { id, modelId, usage }) => ({
    json: {
      id,
      object: "rerank",
      model: modelId,
      results: results.map(({ index, score }) => ({ index, relevance_score: score })),
      usage: { prompt_tokens: usage.inputTokens, completion_tokens: 0, total_tokens: usage.inputTokens },
    },
  }),
  moderation: ({ results }, { id, modelId }) => ({
    json: {
      id: `modr-${id}`,
      model: modelId,
      results: results.map(({ flagged, categories, scores }) => ({ flagged, categories, category_scores: scores })),
    },
  }),
};

function writeTranscript(transcript: Transcript, { params, usage }: TaskContext): TaskBody {
  const { text, language, duration, segments, words } = transcript;
  switch (params.format) {
    case "text":
      return { content: `${text}\n`, contentType: "text/plain; charset=utf-8" };
    case "srt":
    case "vtt":
      return { content: subtitles(transcript, params.format), contentType: "text/plain; charset=utf-8" };
    case "verbose_json":
      return { json: { task: "transcribe", language, duration, text, segments, words, usage: seconds(duration) } };
    default:
      return { json: { text, usage: usage.state === "known" ? mediaUsage(usage) : seconds(duration) } };
  }
}

function seconds(duration: number | undefined): Members {
  return { type: "duration", seconds: Math.ceil(duration ?? 0) };
}

function subtitles({ segments }: Transcript, format: "srt" | "vtt"): string {
  const point = format === "srt" ? "," : ".";
  const time = (at: number) => new Date(at * 1000).toISOString().slice(11, 23).replace(".", point);
  const cues = segments.map(({ start, end, text }, i) => {
    const number = format === "srt" ? `${i + 1}\n` : "";
    return `${number}${time(start)} --> ${time(end)}\n${text}\n`;
  });
  return (format === "vtt" ? "WEBVTT\n\n" : "") + cues.join("\n");
}

function mediaUsage({ inputTokens, outputTokens, buckets }: Usage): Members {
  const { input = 0, imageInput = 0, audioInput = 0, output = 0, imageOutput = 0 } = buckets;
  return {
    input_tokens: inputTokens,
    input_tokens_details: { text_tokens: input, image_tokens: imageInput, audio_tokens: audioInput },
    output_tokens: outputTokens,
    output_tokens_details: { text_tokens: output, image_tokens: imageOutput },
    total_tokens: inputTokens + outputTokens,
  };
}

function isUrl(source: MediaSource): boolean {
  return source instanceof URL || (typeof source === "string" && /^https?:/.test(source));
}

function base64Of(source: MediaSource): string {
  return source instanceof Uint8Array ? toBase64(source) : String(source);
}
