/** Jobs: what a provider works on for minutes. Submitted once, asked for as often as needed, also from another process. */
import { CapabilityError, isModelwrightError, ModelwrightError, TransportError } from "../errors.js";
import type { Job, JobOptions, JobProgress, JobState } from "../model/job.js";
import type { JobCall, JobCodec, JobTicket, TaskKind } from "../protocols/task.js";
import { sleep, systemClock } from "./clock.js";
import type { Target } from "./target.js";
import { answersAtOnce, ask, codecOf, costOfOrder, isJob, prepareTask, type Running, replyOf } from "./task-call.js";
import { hookedReply, hooksOf, tell, telling } from "./task-hooks.js";
import type { TaskOptions } from "./task-options.js";
import type { TaskReply } from "./task-reply.js";
import { readWhole } from "./task-send.js";

/** Milliseconds between two questions: few for a quick picture, not many for a film of minutes. */
const firstWait = 1000;
const longestWait = 10_000;

/** Submits a prepared task. From here on the job is named in whatever fails. */
export async function submit<K extends TaskKind>(running: Running<K>): Promise<Job<TaskReply<K>>> {
  const { codec, call, target, kind, adjustments, hooks } = running;
  if (!isJob(codec)) throw answersAtOnce(target);
  const { value: begun, requestId } = await telling(hooks, () =>
    ask(
      { ...running, once: true },
      () => codec.encode(call),
      async (exchanged) => {
        const ticket = await readWhole(exchanged, (answer) => codec.decodeTicket(answer, call));
        return { value: ticket, cost: costOfOrder(running) };
      },
    ),
  );
  const { provider, modelId, params } = call;
  const reply = "answer" in begun ? await hookedReply(hooks, replyOf(running, begun.answer, requestId)) : undefined;
  const ticket: JobTicket = "answer" in begun ? { id: begun.id } : begun;
  const submittedAt = target.client.now();
  const state: JobState = { provider: provider.id, model: modelId, kind, ...ticket, params, submittedAt };
  return new RunningJob({ target, kind, codec, state, ticket, adjustments, hooks, options: running.options, reply });
}

/** Checks, submits and gives back the job. */
export async function submitTask<K extends TaskKind>(
  target: Target,
  kind: K,
  options: TaskOptions,
): Promise<Job<TaskReply<K>>> {
  return submit(await prepareTask(target, kind, options));
}

/** Takes up a job by its state. Throws when the state belongs to another model, or is none. */
export async function resumeTask<K extends TaskKind>(
  target: Target,
  kind: K,
  state: JobState,
): Promise<Job<TaskReply<K>>> {
  const { provider, modelId } = target;
  const about = { provider: provider.id, model: modelId };
  if (typeof state?.id !== "string" || state.id === "")
    throw new CapabilityError("invalid-request", "this is no state of a job: it has no id", about);
  if (state.provider !== provider.id || state.model !== modelId || state.kind !== kind)
    throw new CapabilityError(
      "invalid-request",
      `job ${state.id} belongs to ${state.provider}/${state.model}, not to ${provider.id}/${modelId}`,
      about,
    );
  const codec = await codecOf(target, kind);
  if (!isJob(codec)) throw answersAtOnce(target);
  const { id, url } = state;
  const ticket: JobTicket = url === undefined ? { id } : { id, url };
  return new RunningJob({
    target,
    kind,
    codec,
    state,
    ticket,
    adjustments: [],
    hooks: hooksOf(target, {}),
    options: {},
  });
}

interface Parts<K extends TaskKind> extends Pick<Running<K>, "target" | "kind" | "adjustments" | "hooks" | "options"> {
  readonly codec: JobCodec<K>;
  readonly state: JobState;
  readonly ticket: JobTicket;
  /** Of a job that was over when it began. */
  readonly reply?: TaskReply<K> | undefined;
}

class RunningJob<K extends TaskKind> implements Job<TaskReply<K>> {
  readonly provider: string;
  readonly model: string;
  readonly id: string;
  readonly #parts: Parts<K>;
  readonly #call: JobCall<K>;
  #reply: TaskReply<K> | undefined;

  constructor(parts: Parts<K>) {
    const { provider, modelId, model } = parts.target;
    this.provider = provider.id;
    this.model = modelId;
    this.id = parts.state.id;
    this.#parts = parts;
    this.#reply = parts.reply;
    this.#call = { provider, modelId, model, params: parts.state.params ?? {} };
  }

  toJSON(): JobState {
    return this.#parts.state;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<JobProgress, void> {
    yield* this.#watch({});
  }

  async result(options: JobOptions = {}): Promise<TaskReply<K>> {
    for await (const progress of this.#watch(options)) options.onProgress?.(progress);
    // `watch` ends only when there is one.
    return this.#reply as TaskReply<K>;
  }

  async cancel(): Promise<void> {
    const { codec, target } = this.#parts;
    const encode = codec.encodeCancel;
    if (encode === undefined)
      throw new CapabilityError("unsupported", `${target.provider.id} cannot cancel jobs`, {
        provider: this.provider,
        model: this.model,
      });
    await this.#ask(
      {},
      () => encode(this.ticket(), this.#call),
      () => ({}),
    );
  }

  async *#watch(options: JobOptions): AsyncGenerator<JobProgress, void> {
    try {
      yield* this.#asked(options);
    } catch (error) {
      await tell(this.#parts.hooks, error);
      throw error;
    }
  }

  private ticket(): JobTicket {
    return this.#parts.ticket;
  }

  async *#asked(options: JobOptions): AsyncGenerator<JobProgress, void> {
    const { pollMs, signal, timeouts } = options;
    const began = systemClock.now();
    let wait = pollMs ?? firstWait;
    let last: string | undefined;
    while (this.#reply === undefined) {
      const status = await this.#poll(options);
      const progress: JobProgress = { state: status.state, progress: status.state === "done" ? 1 : status.progress };
      const text = JSON.stringify(progress);
      if (text !== last) yield progress;
      last = text;
      if (status.state === "done") return;
      const left = timeouts?.total === undefined ? undefined : timeouts.total - (systemClock.now() - began);
      if (left !== undefined && left < wait) throw this.#failure(this.#late(timeouts?.total ?? 0));
      try {
        await sleep(systemClock, wait, signal);
      } catch (error) {
        throw this.#failure(error);
      }
      wait = pollMs ?? Math.min(longestWait, wait * 1.5);
    }
  }

  async #poll(options: JobOptions): Promise<{ state: JobProgress["state"]; progress?: number | undefined }> {
    const { codec, target, kind, adjustments, hooks } = this.#parts;
    const { value: status, requestId } = await this.#ask(
      options,
      () => codec.encodePoll(this.ticket(), this.#call),
      (answer) => codec.decodeStatus(answer, this.#call, this.ticket()),
    );
    if (status.state !== "done") return status;
    const running = { target, kind, adjustments, call: this.#call };
    if ("answer" in status) this.#reply = await hookedReply(hooks, replyOf(running, status.answer, requestId));
    else {
      const decode = codec.decodeResult;
      if (decode === undefined)
        throw new ModelwrightError("invalid-configuration", `${this.provider}: no result is read`);
      const fetched = await this.#ask(
        options,
        () => status.fetch,
        (answer) => decode(answer, this.#call),
      );
      this.#reply = await hookedReply(hooks, replyOf(running, fetched.value, fetched.requestId));
    }
    return { state: "done" };
  }

  async #ask<Value extends object>(
    { signal }: JobOptions,
    encode: () => ReturnType<JobCodec<K>["encodePoll"]>,
    decode: (answer: Parameters<JobCodec<K>["decodeStatus"]>[0]) => Value,
  ) {
    const { target, options, hooks } = this.#parts;
    const { apiKey, tags } = options;
    try {
      return await ask(
        { target, hooks, options: { apiKey, tags, signal }, attempts: [] },
        encode,
        async (exchanged) => ({
          value: await readWhole(exchanged, decode),
        }),
      );
    } catch (error) {
      throw this.#failure(error);
    }
  }

  #late(total: number): TransportError {
    return new TransportError(
      "timeout",
      `${this.provider}/${this.model}: timeout: job ${this.id} did not end within ${total} ms`,
      {
        provider: this.provider,
        model: this.model,
      },
    );
  }

  /** What fails while a job runs carries the job, so that a paid result is never lost. */
  #failure(error: unknown): unknown {
    if (!isModelwrightError(error) || error.partial !== undefined) return error;
    return Object.defineProperty(error, "partial", { value: { job: this.toJSON() }, enumerable: true });
  }
}
