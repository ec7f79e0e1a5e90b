/** Deepgram's transcripts and speech seen from the server. */
import type { MediaSource } from "../../chat/message.js";
import { taskServer } from "../no-chat-server.js";
import { asName, asObject, type Members, refuse } from "../served-input.js";
import type { Route, ServedTasks } from "../server.js";
import type { TaskResults, TimedText } from "../task.js";

const tasks: ServedTasks = {
  decode(value, { kind, query = new URLSearchParams() }) {
    const wire = parametersOf(query);
    const modelId = asName(wire.model, "model");
    if (kind !== "speech") return { kind, modelId, request: { audio: recordingOf(value) }, wire, paths: {} };
    const { text } = asObject(value, "body");
    return { kind, modelId, request: { input: asName(text, "text") }, wire, paths: { format: "encoding" } };
  },
  encode(_served, result, { params }) {
    if ("audio" in result) {
      const { audio, mediaType = "audio/mpeg" } = result.audio;
      return { content: audio instanceof Uint8Array ? audio : String(audio), contentType: mediaType };
    }
    return { json: transcriptOf(result as TaskResults["transcription"], params) };
  },
};

/** Repeated names are lists; a query knows texts only, of which `true` and `false` mean what they say. */
function parametersOf(query: URLSearchParams): Members {
  const words: Members = { true: true, false: false };
  return Object.fromEntries(
    [...new Set(query.keys())].map((name) => {
      const all = query.getAll(name);
      const [first = ""] = all;
      return [name, all.length > 1 ? all : Object.hasOwn(words, first) ? words[first] : first];
    }),
  );
}

function recordingOf(body: unknown): MediaSource {
  if (body instanceof Uint8Array) return body.length > 0 ? body : refuse("body", "a recording is required");
  return asName(asObject(body, "body").url, "url");
}

function transcriptOf({ text, duration, segments, words }: TaskResults["transcription"], params: Members): Members {
  const speaker = params.diarize === true ? { speaker: 0 } : {};
  const punctuated = params.smartFormat === true || params.punctuate === true;
  const spoken = ({ text: word, start, end }: TimedText) => {
    const plain = word.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
    return { word: plain, start, end, confidence: 1, ...speaker, ...(punctuated ? { punctuated_word: word } : {}) };
  };
  const utterances = segments.map((one) => ({ ...times(one), channel: 0, confidence: 1, transcript: one.text }));
  return {
    metadata: { request_id: "simulated", duration, channels: 1 },
    results: {
      channels: [{ alternatives: [{ transcript: text, confidence: 1, words: words.map(spoken) }] }],
      ...(params.utterances === true ? { utterances } : {}),
    },
  };
}

function times({ start, end }: TimedText): Members {
  return { start, end };
}

export const deepgramSpeechServer = taskServer({
  id: "deepgram-speech",
  tasks,
  route,
  failure: (message) => ({ err_code: "Bad Request", err_msg: message }),
});

function route(method: string, path: string): Route | undefined {
  if (method !== "POST") return undefined;
  if (path === "/listen") return { operation: "transcription" };
  return path === "/speak" ? { operation: "speech" } : undefined;
}
