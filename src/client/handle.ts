/** Model handles in their widest form: facts, and exactly the methods of the model's kind. */
import type { ModelFacts, ModelKind } from "../catalog/facts.js";
import { wasRetired } from "../catalog/retired.js";
import type { VideoPart } from "../chat/message.js";
import { CapabilityError } from "../errors.js";
import { feature } from "../feature.js";
import type { EmbeddingReply } from "../model/handle.js";
import type { Job, JobState } from "../model/job.js";
import type { ImageStream, SpeechStream } from "../model/media.js";
import type { Capability } from "../model/profile.js";
import type { TaskKind } from "../protocols/task.js";
import type { AnyReply } from "./any-reply.js";
import { clientFor } from "./call-policies.js";
import { chatRun } from "./chat.js";
import type { ChatOptions, EmbedOptions } from "./options.js";
import { PendingRun } from "./pending-run.js";
import { type Run, type Startable, startable } from "./run.js";
import { ChatStream } from "./stream.js";
import { supports } from "./supports.js";
import { type Client, type HandleTarget, loaded, type Target } from "./target.js";
import type { TaskOptions } from "./task-options.js";
import type { TaskReply } from "./task-reply.js";

interface Handle {
  readonly kind: ModelKind;
  /** Provider id. */
  readonly provider: string;
  /** Catalog id. */
  readonly id: string;
  readonly facts: ModelFacts;
  supports(...capabilities: Capability[]): boolean;
}

/** A chat model whose capabilities are judged at run time. */
export interface ChatHandle extends Handle {
  /**
   * Calls the model and, with tools and `maxSteps`, goes on until it answers. Throws `CapabilityError` before anything
   * is sent when the model cannot serve the request, `ProviderError` when the provider refuses, `TransportError` when
   * no usable answer arrives.
   */
  chat(options: ChatOptions): Promise<AnyReply>;
  stream(options: ChatOptions): ChatStream;
}

/** An embedding model, in its widest form. */
export interface EmbeddingHandle extends Handle {
  embed(options: EmbedOptions): Promise<EmbeddingReply>;
}

/** Kinds whose providers may work on a request for minutes. */
interface JobHandle<K extends "image" | "video"> extends Handle {
  submit(options: TaskOptions): Promise<Job<TaskReply<K>>>;
  resume(state: JobState): Promise<Job<TaskReply<K>>>;
}
/** A model that makes pictures, in its widest form. */
export interface ImageHandle extends JobHandle<"image"> {
  image(options: TaskOptions): Promise<TaskReply<"image">>;
  imageStream(options: TaskOptions): Promise<ImageStream<string>>;
}
/** A model that makes films, in its widest form. */
export interface VideoHandle extends JobHandle<"video"> {
  video(options: TaskOptions): Promise<TaskReply<"video">>;
  download(part: VideoPart, options?: TaskOptions): Promise<Uint8Array>;
}
/** A model that speaks, in its widest form. */
export interface SpeechHandle extends Handle {
  speech(options: TaskOptions): Promise<TaskReply<"speech">>;
  speechStream(options: TaskOptions): Promise<SpeechStream<string>>;
}
/** A model that writes down speech, in its widest form. */
export interface TranscriptionHandle extends Handle {
  transcribe(options: TaskOptions): Promise<TaskReply<"transcription">>;
}
/** A model that ranks documents, in its widest form. */
export interface RerankHandle extends Handle {
  rerank(options: TaskOptions): Promise<TaskReply<"rerank">>;
}
/** A model that judges content, in its widest form. */
export interface ModerationHandle extends Handle {
  moderate(options: TaskOptions): Promise<TaskReply<"moderation">>;
}

/** A handle of any kind, in its widest form. */
export type AnyHandle =
  | Handle
  | ChatHandle
  | EmbeddingHandle
  | ImageHandle
  | VideoHandle
  | SpeechHandle
  | TranscriptionHandle
  | RerankHandle
  | ModerationHandle;

export function createHandle(target: HandleTarget): AnyHandle {
  const { provider, modelId, model } = target;
  const handle: Handle = {
    kind: model.kind,
    provider: provider.id,
    id: modelId,
    facts: model,
    supports: (...capabilities) => capabilities.every((capability) => supports(provider, model, capability)),
  };
  return Object.assign(Object.create(absentMethods) as object, handle, methodsOf(target));
}

function methodsOf(target: HandleTarget): object {
  // The tombstone of the types: it says why, and every method says it again.
  if (target.model.status === "retired") return { retired: wasRetired(target.modelId, target.model) };
  switch (target.model.kind) {
    case "chat": {
      const behind = startableOf(target);
      return {
        chat: (options: ChatOptions) => chatRun(behind, options),
        stream: (options: ChatOptions) => new ChatStream((stream) => behind.start(options, stream), options.signal),
        [startable]: behind,
      } satisfies Omit<ChatHandle, keyof Handle> & { readonly [startable]: Startable };
    }
    case "embedding":
      return {
        embed: async (options: EmbedOptions) =>
          (await import("./embed.js")).embed(await loadedFor(target, options), options),
      } satisfies Omit<EmbeddingHandle, keyof Handle>;
    default:
      return taskMethods(target);
  }
}

async function loadedFor(target: HandleTarget, options: object): Promise<Target> {
  const found = await loaded(target);
  return { ...found, client: clientFor(found.client, options) };
}

/** The methods of every other kind. Their code is loaded by the first call. */
function taskMethods(target: HandleTarget): object {
  const kind = target.model.kind as TaskKind;
  const method = Object.hasOwn(taskMethod, kind) ? taskMethod[kind] : undefined;
  if (method === undefined) return {};
  const run = async (options: TaskOptions) =>
    (await import("./task.js")).runTask(await loadedFor(target, options), kind, options);
  return {
    [method]: run,
    ...(kind === "speech" && {
      speechStream: async (options: TaskOptions) =>
        (await import("./speech-stream.js")).streamSpeech(await loadedFor(target, options), options),
    }),
    ...(kind === "image" && {
      imageStream: async (options: TaskOptions) =>
        (await import("./image-stream.js")).streamImages(await loadedFor(target, options), options),
    }),
    ...(kind === "video" && {
      download: async (part: VideoPart, options?: TaskOptions) =>
        (await import("./download.js")).download(await loaded(target), part, options),
    }),
    ...((kind === "image" || kind === "video") && {
      submit: async (options: TaskOptions) =>
        (await import("./job.js")).submitTask(await loadedFor(target, options), kind, options),
      resume: async (state: JobState) => (await import("./job.js")).resumeTask(await loaded(target), kind, state),
    }),
  };
}

const taskMethod: { readonly [K in TaskKind]: string } = {
  image: "image",
  video: "video",
  speech: "speech",
  transcription: "transcribe",
  rerank: "rerank",
  moderation: "moderate",
};

type ChatCalls = typeof import("./chat-run.js");
const chatCalls = /*#__PURE__*/ feature((): Promise<ChatCalls> => import("./chat-run.js"));
const checks = /*#__PURE__*/ feature(() => import("./prepare-call.js"));

/** What a route needs of a chat handle. */
function startableOf(target: HandleTarget): Startable {
  const { provider, modelId, model } = target;
  return {
    start(options, stream) {
      const hooks = target.client.hooks();
      const calls = chatCalls();
      const client = target.client.load();
      const run = ({ ChatRun }: ChatCalls, loaded: Client): Run =>
        new ChatRun({ ...target, client: clientFor(loaded, options) }, options, { stream, hooks });
      return calls instanceof Promise || client instanceof Promise
        ? new PendingRun(async () => run(await calls, await client))
        : run(calls, client);
    },
    async check(options) {
      const [{ checkCall }, client] = await Promise.all([checks(), target.client.load()]);
      await checkCall({ ...target, client }, options);
    },
    async origins() {
      const client = await target.client.load();
      return [client.connection().baseURL(model.transport?.baseURL).origin];
    },
    models: [{ provider, modelId, model, client: target.client }],
  };
}

/** Behind every handle: a caller without types who takes a method of another kind is told so, by name. */
const absentMethods = /*#__PURE__*/ Object.fromEntries(
  [
    "chat",
    "stream",
    "embed",
    ...Object.values(taskMethod),
    "speechStream",
    "imageStream",
    "submit",
    "resume",
    "download",
  ].map((method) => [
    method,
    function (this: Handle & { readonly retired?: string }): never {
      const { id, kind, provider, retired } = this;
      const why = retired ?? `${id} is a model of kind ${kind} and has no method ${method}`;
      throw new CapabilityError("unsupported", why, { provider, model: id });
    },
  ]),
);
