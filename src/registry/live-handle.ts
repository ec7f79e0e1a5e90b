/** Handles that stand for a model in whatever generation holds when they are called. */
import { chatRun } from "../client/chat.js";
import type { AnyHandle } from "../client/handle.js";
import type { ChatOptions } from "../client/options.js";
import { type Run, type Startable, type StreamSignal, startable } from "../client/run.js";
import { ChatStream } from "../client/stream.js";
import { CapabilityError, isModelwrightError } from "../errors.js";

type Tags = { readonly [name: string]: string } | undefined;

/** The handle of one generation, and who wants to know how the call ended. */
export interface Resolved {
  readonly handle: AnyHandle;
  readonly ended?: ((ok: boolean, ms: number) => void) | undefined;
}

/** Chooses for a call; without a call what most calls get. Throws when the model is gone. */
export type Resolve = (call?: { readonly tags?: Tags }) => Resolved;

type Methods = { readonly [method: string]: (...args: unknown[]) => unknown };

const otherMethods = ["embed", "image", "speech", "transcribe", "video", "rerank", "moderate"];

/** What is running keeps the generation that it began with. */
export function liveHandle(resolve: Resolve): AnyHandle {
  const { kind, provider, id } = resolve().handle;
  const behind = (handle: AnyHandle): Startable => {
    const found = (handle as unknown as { readonly [startable]?: Startable })[startable];
    if (found !== undefined) return found;
    // A model that was retired meanwhile: its own method says why.
    (handle as unknown as Methods).chat?.();
    throw new CapabilityError("unsupported", `${provider}/${id} is no chat model`, { provider, model: id });
  };
  const start = (options: ChatOptions, stream: StreamSignal | undefined): Run => {
    const { handle, ended } = resolve(options);
    const run = behind(handle).start(options, stream);
    return ended === undefined ? run : observed(run, ended);
  };
  const ask = async (method: string, args: readonly unknown[]): Promise<unknown> => {
    const { handle } = resolve(args[0] as ChatOptions | undefined);
    return (handle as unknown as Methods)[method]?.(...args);
  };
  const common = {
    kind,
    provider,
    id,
    get facts() {
      return resolve().handle.facts;
    },
    supports: (...capabilities: Parameters<AnyHandle["supports"]>) => resolve().handle.supports(...capabilities),
  };
  const methods: { [method: string]: unknown } = Object.fromEntries(
    otherMethods.map((method) => [method, (...args: unknown[]) => ask(method, args)]),
  );
  if (kind === "chat") {
    methods.chat = (options: ChatOptions) => chatRun({ start }, options);
    methods.stream = (options: ChatOptions) => new ChatStream((stream) => start(options, stream), options.signal);
    methods[startable as never] = {
      start,
      check: async (options) => behind(resolve(options).handle).check(options),
      origins: async () => behind(resolve().handle).origins(),
      get models() {
        return behind(resolve().handle).models;
      },
    } satisfies Startable;
  } else {
    methods.chat = (...args: unknown[]) => ask("chat", args);
    methods.stream = (...args: unknown[]) => (resolve().handle as unknown as Methods).stream?.(...args);
  }
  return Object.assign(common, methods) as unknown as AnyHandle;
}

/** Tells how a run ended, once. What the caller broke off did not fail. */
function observed(run: Run, ended: NonNullable<Resolved["ended"]>): Run {
  const began = performance.now();
  let open = true;
  const end = (ok: boolean) => {
    if (open) ended(ok, performance.now() - began);
    open = false;
  };
  return {
    get reply() {
      return run.reply;
    },
    get progress() {
      return run.progress;
    },
    async read() {
      try {
        const events = await run.read();
        if (run.reply !== undefined) end(true);
        return events;
      } catch (error) {
        if (!isModelwrightError(error) || error.code !== "aborted") end(false);
        throw error;
      }
    },
    close: () => run.close(),
  };
}
