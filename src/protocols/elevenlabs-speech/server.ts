/** ElevenLabs' speech and transcripts seen from the server. */
import type { MediaSource } from "../../chat/message.js";
import { taskServer } from "../no-chat-server.js";
import { asName, asObject, type Members, present, refuse } from "../served-input.js";
import type { Route, ServedTasks } from "../server.js";
import type { TaskResults } from "../task.js";

const tasks: ServedTasks = {
  decode(value, { kind, route, query }) {
    const body = asObject(value, "body");
    const modelId = asName(body.model_id, "model_id");
    if (kind === "speech") {
      const wire = { ...body, voice: route.voice, output_format: query?.get("output_format") ?? undefined };
      const paths = {
        voice: "voice",
        format: "output_format",
        speed: "voice_settings.speed",
        language: "language_code",
      };
      return { kind, modelId, request: { input: asName(body.text, "text") }, wire, paths };
    }
    const request = { audio: recordingOf(body) };
    return { kind, modelId, request, wire: withBooleans(body), paths: { language: "language_code" } };
  },
  encode(_served, result) {
    if ("audio" in result) {
      const { audio, mediaType = "audio/mpeg" } = result.audio;
      return { content: audio instanceof Uint8Array ? audio : String(audio), contentType: mediaType };
    }
    return { json: transcriptOf(result as TaskResults["transcription"]) };
  },
};

/** Fields of forms are texts. */
function withBooleans(fields: Members): Members {
  const words: Members = { true: true, false: false };
  const read = (value: unknown): unknown =>
    typeof value === "string" && Object.hasOwn(words, value) ? words[value] : value;
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, read(value)]));
}

function recordingOf({ file, cloud_storage_url: url }: Members): MediaSource {
  const bytes = present(file) ? asObject(file, "file").bytes : undefined;
  if (bytes instanceof Uint8Array) return bytes;
  return present(url) ? asName(url, "cloud_storage_url") : refuse("file", "a recording is required");
}

/** The words with the spaces between them. */
function transcriptOf({ text, language, words }: TaskResults["transcription"]): Members {
  const timed = words.flatMap((word, i) => [
    ...(i === 0 ? [] : [{ text: " ", start: words[i - 1]?.end, end: word.start, type: "spacing" }]),
    { ...word, type: "word", speaker_id: "speaker_0" },
  ]);
  return { language_code: language, language_probability: 1, text, words: timed };
}

export const elevenlabsSpeechServer = taskServer({
  id: "elevenlabs-speech",
  tasks,
  route,
  failure: (message) => ({ detail: { status: "invalid_request", message } }),
});

function route(method: string, path: string): Route | undefined {
  if (method !== "POST") return undefined;
  if (path === "/speech-to-text") return { operation: "transcription" };
  const [, voice] = /^\/text-to-speech\/([\w-]+)$/.exec(path) ?? [];
  return voice === undefined ? undefined : { operation: "speech", voice };
}
