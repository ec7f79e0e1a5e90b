/** How the options of each kind of model are read: what is asked, and what are parameters. */
import type { MediaSource } from "../chat/message.js";
import type { CallOptions } from "../model/request.js";
import type { TaskKind, TaskRequests } from "../protocols/task.js";

/** Options of a task in their widest form: the typed handles narrow these per model. */
export interface TaskOptions extends CallOptions {
  readonly [option: string]: unknown;
}

interface TaskReader<K extends TaskKind> {
  /** Options that are the request itself. */
  readonly subject: readonly string[];
  /** Options with a name of ours that are parameters of the catalog. */
  readonly params: readonly string[];
  /** The request, or what is wrong with it: the option and the end of a sentence. */
  read(options: TaskOptions): TaskRequests[K] | readonly [option: string, problem: string];
}

const mustBeText = "must be a text that is not empty";

const text = (value: unknown): value is string => typeof value === "string" && value !== "";
const texts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.length > 0 && value.every((item) => typeof item === "string");
const medium = (value: unknown): value is MediaSource =>
  text(value) || value instanceof URL || (value instanceof Uint8Array && value.length > 0);

export const taskReaders: { readonly [K in TaskKind]: TaskReader<K> } = {
  image: {
    subject: ["prompt", "images", "mask"],
    params: [
      "n",
      "seed",
      "size",
      "aspectRatio",
      "resolution",
      "quality",
      "style",
      "background",
      "outputFormat",
      "partialImages",
    ],
    read({ prompt, images = [], mask }) {
      if (!text(prompt)) return ["prompt", mustBeText];
      if (!Array.isArray(images) || !images.every(medium)) return ["images", "must be a list of URLs, bytes or base64"];
      if (mask === undefined) return { prompt, images };
      if (!medium(mask)) return ["mask", "must be a URL, bytes or base64"];
      return images.length > 0 ? { prompt, images, mask } : ["mask", "needs images, the first of which it is laid on"];
    },
  },
  video: {
    subject: ["prompt", "image"],
    params: ["duration", "size", "aspectRatio", "resolution", "seed", "generateAudio"],
    read({ prompt, image }) {
      if (!text(prompt)) return ["prompt", mustBeText];
      if (image !== undefined && !medium(image)) return ["image", "must be a URL, bytes or base64"];
      return { prompt, images: image === undefined ? [] : [image] };
    },
  },
  speech: {
    subject: ["input"],
    params: ["voice", "format", "speed", "instructions", "language"],
    read: ({ input }) => (text(input) ? { input } : ["input", mustBeText]),
  },
  transcription: {
    subject: ["audio", "mediaType"],
    params: ["language", "prompt", "format"],
    read({ audio, mediaType }) {
      if (!medium(audio)) return ["audio", "must be a URL, bytes or base64"];
      if (mediaType !== undefined && !text(mediaType)) return ["mediaType", "must be an IANA type"];
      return { audio, mediaType };
    },
  },
  rerank: {
    subject: ["query", "documents"],
    params: ["topN"],
    read({ query, documents }) {
      if (!text(query)) return ["query", mustBeText];
      return texts(documents) ? { query, documents } : ["documents", "must be a list with at least one text"];
    },
  },
  moderation: {
    subject: ["input"],
    params: [],
    read({ input }) {
      const items: unknown = typeof input === "string" ? [input] : input;
      const isPart = (item: unknown) => (item as { type?: unknown } | null)?.type === "image";
      const fits = Array.isArray(items) && items.length > 0 && items.every((item) => text(item) || isPart(item));
      return fits ? { input: items as TaskRequests["moderation"]["input"] } : ["input", "must be texts and pictures"];
    },
  },
};

/** Options of every call. */
export const callOptions: readonly string[] = [
  "options",
  "signal",
  "timeouts",
  "apiKey",
  "extraBody",
  "extraHeaders",
  "tags",
];
/** Options of waiting for a job. */
export const waitOptions: readonly string[] = ["pollMs", "onProgress"];
