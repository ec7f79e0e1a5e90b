/** Model handles in their widest form: facts, and exactly the methods of the model's kind. */
import type { ModelFacts, ModelKind } from "../catalog/facts.js";
import { wasRetired } from "../catalog/retired.js";
import { CapabilityError } from "../errors.js";
import type { EmbeddingReply } from "../model/handle.js";
import type { Capability } from "../model/profile.js";
import { chat } from "./chat.js";
import { ChatRun } from "./chat-run.js";
import type { ChatOptions, EmbedOptions } from "./options.js";
import { checkCall } from "./prepare-call.js";
import type { AnyReply } from "./reply.js";
import { type Startable, startable } from "./run.js";
import { ChatStream } from "./stream.js";
import { supports } from "./supports.js";
import { loaded, type ModelTarget } from "./target.js";

interface Handle {
  readonly kind: ModelKind;
  /** Provider id. */
  readonly provider: string;
  /** Catalog id. */
  readonly id: string;
  readonly facts: ModelFacts;
  supports(...capabilities: Capability[]): boolean;
}

export interface ChatHandle extends Handle {
  chat(options: ChatOptions): Promise<AnyReply>;
  stream(options: ChatOptions): ChatStream;
}

export interface EmbeddingHandle extends Handle {
  embed(options: EmbedOptions): Promise<EmbeddingReply>;
}

export type AnyHandle = Handle | ChatHandle | EmbeddingHandle;

export function createHandle(target: ModelTarget): AnyHandle {
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

function methodsOf(target: ModelTarget): object {
  // The tombstone of the types: it says why, and every method says it again.
  if (target.model.status === "retired") return { retired: wasRetired(target.modelId, target.model) };
  switch (target.model.kind) {
    case "chat":
      return {
        chat: (options: ChatOptions) => chat(target, options),
        stream: (options: ChatOptions) =>
          new ChatStream((stream) => new ChatRun(target, options, stream), options.signal),
        [startable]: startableOf(target),
      } satisfies Omit<ChatHandle, keyof Handle> & { readonly [startable]: Startable };
    case "embedding":
      return {
        embed: async (options: EmbedOptions) => (await import("./embed.js")).embed(await loaded(target), options),
      } satisfies Omit<EmbeddingHandle, keyof Handle>;
    default:
      return {};
  }
}

/** What a route needs of a chat handle. */
function startableOf(target: ModelTarget): Startable {
  const { provider, modelId, model } = target;
  return {
    start: (options, stream) => new ChatRun(target, options, stream),
    check: (options) => checkCall(target, options),
    models: [{ provider, modelId, model }],
  };
}

/** Behind every handle: a caller without types who takes a method of another kind is told so, by name. */
const absentMethods = /*#__PURE__*/ Object.fromEntries(
  ["chat", "stream", "embed", "image", "speech", "transcribe", "video", "rerank", "moderate"].map((method) => [
    method,
    function (this: Handle & { readonly retired?: string }): never {
      const { id, kind, provider, retired } = this;
      const why = retired ?? `${id} is a model of kind ${kind} and has no method ${method}`;
      throw new CapabilityError("unsupported", why, { provider, model: id });
    },
  ]),
);
