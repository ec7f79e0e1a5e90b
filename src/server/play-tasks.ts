/** The playground's requests to models of other kinds than chat: as the gateway takes them, and as TypeScript. */
import type { ModelKind } from "../catalog/facts.js";
import { taskReaders } from "../client/task-options.js";
import { taskPaths } from "../protocols/openai-chat/server-tasks.js";
import type { TaskKind } from "../protocols/task.js";
import { mediumCode, type PlayValues } from "./play-files.js";

export type PlayTask = TaskKind | "embedding";

interface TaskPlay {
  path(values: PlayValues): string;
  readonly method: string;
  /** What a program takes out of the reply. */
  readonly takes: string;
  /** Members of the request itself. */
  members(prompt: string, values: PlayValues): { readonly [member: string]: unknown };
  /** Options of the request itself, as code. */
  options(prompt: string, values: PlayValues): readonly (readonly [name: string, code: string])[];
}

const code = JSON.stringify;

/** A picture that goes with the prompt, where one was chosen. */
const withImage = (values: PlayValues, name: string, write: (value: unknown) => string) =>
  values.image === undefined ? [] : [[name, write(values.image)] as const];

const plays: { readonly [K in PlayTask]: TaskPlay } = {
  embedding: {
    path: () => "/v1/embeddings",
    method: "embed",
    takes: "embeddings, usage, cost",
    members: (prompt) => ({ input: prompt }),
    options: (prompt) => [["input", code(prompt)]],
  },
  image: {
    path: ({ image }) => (image === undefined ? "/v1/images/generations" : "/v1/images/edits"),
    method: "image",
    takes: "images, cost",
    members: (prompt, { image }) => ({ prompt, ...(image === undefined ? {} : { images: [{ image_url: image }] }) }),
    options: (prompt, values) => [
      ["prompt", code(prompt)],
      ...withImage(values, "images", (image) => `[${mediumCode(image)}]`),
    ],
  },
  video: {
    path: () => "/v1/videos",
    method: "video",
    takes: "videos, cost",
    members: (prompt, { image }) => ({ prompt, ...(image === undefined ? {} : { image: { url: image } }) }),
    options: (prompt, values) => [["prompt", code(prompt)], ...withImage(values, "image", mediumCode)],
  },
  speech: {
    path: () => "/v1/audio/speech",
    method: "speech",
    takes: "audio, cost",
    members: (prompt) => ({ input: prompt }),
    options: (prompt) => [["input", code(prompt)]],
  },
  transcription: {
    path: () => "/v1/audio/transcriptions",
    method: "transcribe",
    takes: "text, cost",
    members: (_prompt, { audio }) => ({ url: audio }),
    options: (_prompt, { audio = "" }) => [["audio", mediumCode(audio)]],
  },
  rerank: {
    path: () => "/v1/rerank",
    method: "rerank",
    takes: "results, cost",
    members: (prompt, values) => ({ query: prompt, documents: documentsOf(values) }),
    options: (prompt, values) => [
      ["query", code(prompt)],
      ["documents", code(documentsOf(values))],
    ],
  },
  moderation: {
    path: () => "/v1/moderations",
    method: "moderate",
    takes: "results",
    members: (prompt) => ({ input: prompt }),
    options: (prompt) => [["input", code(prompt)]],
  },
};

/** One to a line. */
function documentsOf({ documents = "" }: PlayValues): readonly string[] {
  return String(documents)
    .split("\n")
    .filter((line) => line.trim() !== "");
}

/** What a playground sets beside parameters. */
const subjects: ReadonlySet<string> = new Set(["image", "audio", "documents"]);

/** Parameters that the gateway takes for models of the kind: wire members by canonical name. */
export function taskParamPaths(kind: PlayTask): { readonly [name: string]: string } {
  return kind === "embedding" ? { dimensions: "dimensions" } : taskPaths[kind];
}

export function isPlayTask(kind: ModelKind): kind is PlayTask {
  return Object.hasOwn(plays, kind);
}

export function taskPath(kind: PlayTask, values: PlayValues): string {
  return plays[kind].path(values);
}

export function taskBody(
  { kind, model }: { readonly kind: PlayTask; readonly model: string },
  prompt: string,
  values: PlayValues,
): { readonly [member: string]: unknown } {
  const paths = taskParamPaths(kind);
  const params = paramsOf(values).map(([name, value]) => [paths[name] ?? name, value]);
  return { model, ...plays[kind].members(prompt, values), ...Object.fromEntries(params) };
}

/** The call, without imports. `model` is the code of the handle. */
export function taskCall(
  { kind, model }: { readonly kind: PlayTask; readonly model: string },
  prompt: string,
  values: PlayValues,
): string {
  const { method, takes, options } = plays[kind];
  const named = kind === "embedding" ? ["dimensions"] : taskReaders[kind].params;
  const given = paramsOf(values).map(([name, value]) => [name, code(value)] as const);
  const others = given.filter(([name]) => !named.includes(name)).map(([name, text]) => `${name}: ${text}`);
  const lines = [
    ...options(prompt, values),
    ...given.filter(([name]) => named.includes(name)),
    ...(others.length === 0 ? [] : [["options", `{ ${others.join(", ")} }`] as const]),
  ].map(([name, text]) => `  ${name}: ${text},\n`);
  return `const { ${takes} } = await ${model}.${method}({\n${lines.join("")}});\n`;
}

function paramsOf(values: PlayValues) {
  return Object.entries(values).filter(([name]) => !subjects.has(name));
}
