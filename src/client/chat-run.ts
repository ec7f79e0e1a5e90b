/** One chat call from request to reply: prepares, sends, collects, runs tools, and goes round until the model is done. */
import type { ChatEvent, FinishEvent, ProtocolEvent, Source } from "../chat/events.js";
import type { AddedMessage, ToolCallPart } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";
import { isModelwrightError, TransportError } from "../errors.js";
import { feature } from "../feature.js";
import type { Step } from "../model/reply.js";
import type { OnStep, PrepareStep } from "../model/tool-loop.js";
import type { AnyReply } from "./any-reply.js";
import { withTimeLeft } from "./connection.js";
import { located } from "./failure.js";
import type { Answer, PreparedCall } from "./handler.js";
import { type HookCall, type Hooked, type Hooks, passThrough, recovery } from "./hooks.js";
import type { ChatOptions } from "./options.js";
import type { OutputToolReader } from "./output.js";
import { type Prepared, prepareCall } from "./prepare-call.js";
import { isToolCall, replyOf } from "./reply.js";
import type { Progress, Run, StreamSignal } from "./run.js";
import { stepsCost } from "./steps-cost.js";
import type { ModelTarget } from "./target.js";

const outputs = /*#__PURE__*/ feature(() => import("./output.js"));
const toolLoop = /*#__PURE__*/ feature(() => import("./tool-loop.js"));

export class ChatRun implements Run {
  /** Set when the call is complete. */
  reply: AnyReply | undefined;
  private readonly target: ModelTarget;
  /** Without marks, once the call is prepared. */
  private options: ChatOptions;
  private recheck: Prepared["recheck"] | undefined;
  private readonly signal: AbortSignal | undefined;
  private readonly hooks: readonly Hooks[];
  private readonly hookCall: HookCall;
  private readonly messages: AddedMessage[] = [];
  private readonly steps: Step[] = [];
  private sources: Source[] = [];
  private call: PreparedCall | undefined;
  private answer: Answer | undefined;
  private outputTool: OutputToolReader | undefined;
  private startedAt = 0;
  private firstTokenAt: number | undefined;
  private id: string | undefined;
  /** Of the unfinished answer. */
  private text = "";
  private delivered = false;
  private closed = false;

  constructor(
    target: ModelTarget,
    options: ChatOptions,
    { stream, hooks }: { readonly stream: StreamSignal | undefined; readonly hooks: readonly Hooks[] },
  ) {
    this.target = target;
    this.options = options;
    this.signal = stream?.signal ?? options.signal;
    this.hooks = hooks;
    const { provider, modelId, generation } = target;
    this.hookCall = {
      kind: "chat",
      provider: provider.id,
      model: modelId,
      generation,
      stream: stream !== undefined,
      tags: options.tags,
    };
  }

  /** The next events; undefined when the call is complete or closed. */
  async read(): Promise<readonly ChatEvent[] | undefined> {
    if (this.closed || this.reply !== undefined) return undefined;
    try {
      const events = await this.advance();
      if (this.closed) return undefined;
      this.delivered ||= events.length > 0;
      for (const { onEvent } of this.hooks)
        if (onEvent !== undefined) for (const event of events) onEvent(event, this.hookCall);
      return events;
    } catch (error) {
      return this.recover(error);
    }
  }

  get progress(): Progress {
    const { messages, steps } = this;
    return { messages, steps, text: this.text };
  }

  /** Ends the call and closes its connection. */
  close(): void {
    this.closed = true;
    this.answer?.events.close();
  }

  private async advance(): Promise<readonly ChatEvent[]> {
    if (this.call === undefined) {
      this.startedAt = performance.now();
      const { target, options, signal, hooks, hookCall } = this;
      const prepared = await prepareCall(target, options, { signal, hooks, hookCall });
      this.call = prepared.call;
      this.options = prepared.options;
      this.recheck = prepared.recheck;
      const { output } = this.call.request;
      if (output?.path === "tool") this.outputTool = new (await outputs()).OutputToolReader(output);
    }
    if (this.answer === undefined && this.options.prepareStep !== undefined)
      this.call = { ...this.call, request: await this.preparedRequest(this.call, this.options.prepareStep) };
    // The total time-out is that of all steps together.
    const elapsed = this.steps.length === 0 ? 0 : performance.now() - this.startedAt;
    this.answer ??= await this.target.client.handler(withTimeLeft(this.call, elapsed));
    if (this.closed) {
      this.answer.events.close();
      return [];
    }
    const batch = await this.answer.events.read();
    if (batch === undefined) throw new TransportError("stream-truncated", "the answer ended without its finish");
    const events = this.outputTool === undefined ? batch : this.outputTool.read(batch);
    this.collect(events);
    const last = events.at(-1);
    if (last?.type !== "finish") return events;
    return [...events.slice(0, -1), ...(await this.finishStep(last, this.call))];
  }

  private collect(events: readonly ProtocolEvent[]): void {
    for (const event of events) {
      if (event.type === "start") this.id = event.id;
      else if (event.type === "source") this.sources.push(event.source);
      else if (event.type !== "finish") this.firstTokenAt ??= performance.now();
      if (event.type === "text-delta") this.text += event.text;
    }
  }

  private async finishStep(finish: FinishEvent, call: PreparedCall): Promise<ChatEvent[]> {
    const { message, finishReason, usage } = finish;
    const tools = this.options.tools;
    const calls = typeof message.content === "string" ? [] : message.content.filter(isToolCall);
    this.messages.push(message);
    this.text = "";
    const more = this.steps.length + 1 < (this.options.maxSteps ?? 1);
    if (tools === undefined || calls.length === 0) {
      await this.endStep({ message, finishReason, usage, toolResults: [] });
      return [await this.lastEvent(finish, call, calls)];
    }
    const loop = await toolLoop();
    const { signal } = this;
    const toolResults = more ? await loop.runTools(tools, calls, { approve: this.options.approve, signal }) : undefined;
    if (signal?.aborted) throw new TransportError("aborted", "the call was aborted", { cause: signal.reason });
    await this.endStep({ message, finishReason, usage, toolResults: toolResults ?? [] });
    if (toolResults === undefined) return [await this.lastEvent(finish, call, await loop.checkedCalls(tools, calls))];
    const answers = toolResults.map(loop.toolMessage);
    this.messages.push(...answers);
    const results = toolResults.map((result) => ({ type: "tool-result", ...result }) as const);
    if (await this.options.stopWhen?.([...this.steps])) return [...results, await this.lastEvent(finish, call, [])];
    this.answer = undefined;
    this.call = { ...call, request: this.nextRequest(call, [message, ...answers]) };
    return [...results, { type: "step-finish", step: this.steps.length - 1, finishReason, usage }];
  }

  private endStep(step: Step): ReturnType<OnStep> | undefined {
    const index = this.steps.push(step) - 1;
    return this.options.onStep?.(step, index);
  }

  private async preparedRequest({ request }: PreparedCall, prepare: PrepareStep): Promise<NeutralRequest> {
    const change = await prepare({ steps: [...this.steps], messages: request.messages });
    if (change === undefined || this.recheck === undefined) return request;
    const { messages = request.messages, toolChoice = request.toolChoice } = change;
    return this.recheck({ ...request, messages, toolChoice });
  }

  private nextRequest({ request, adjust }: PreparedCall, added: readonly AddedMessage[]): NeutralRequest {
    const { toolChoice } = request;
    const messages = [...request.messages, ...added];
    if (toolChoice !== "required" && typeof toolChoice !== "object") return { ...request, messages };
    // A call that is forced again and again would never let the model answer.
    adjust({
      path: "toolChoice",
      action: "replaced",
      reason: "obeyed in the first step",
      from: toolChoice,
      to: "auto",
    });
    return { ...request, messages, toolChoice: "auto" };
  }

  /** Completes the reply. */
  private async lastEvent(
    finish: FinishEvent,
    call: PreparedCall,
    calls: readonly ToolCallPart[],
  ): Promise<FinishEvent> {
    const { output } = call.request;
    const now = performance.now();
    const cost = stepsCost(
      call,
      this.steps.map((step) => step.usage),
      this.target.client.now(),
    );
    const reply = replyOf(call, {
      finish,
      steps: this.steps,
      messages: this.messages,
      sources: this.sources,
      id: this.id,
      requestId: this.answer?.requestId,
      output: output === undefined ? undefined : await (await outputs()).readOutput(finish, this.options.output),
      outputPath: output?.path,
      calls: calls.map(({ id, name, input }) => ({ id, name, input })),
      timing: {
        firstTokenMs: this.firstTokenAt === undefined ? undefined : this.firstTokenAt - this.startedAt,
        totalMs: now - this.startedAt,
        tokensPerSecond: this.tokensPerSecond(now),
      },
      cost: cost instanceof Promise ? await cost : cost,
    });
    const changes = this.hooks.map((hooks) => hooks.onResponse);
    this.reply = changes.length === 0 ? reply : await passThrough(changes, reply, this.hooked(now - this.startedAt));
    return this.steps.length === 1 ? finish : { ...finish, usage: this.reply.usage };
  }

  private hooked(elapsedMs: number): Hooked {
    const { total } = this.call?.connection.timeouts ?? this.options.timeouts ?? {};
    const left = total === undefined ? undefined : Math.max(0, total - elapsedMs);
    return { call: this.hookCall, signal: this.signal, total: left };
  }

  /** Neither whole answers nor those of one packet show the model's pace, and between steps tools take their time. */
  private tokensPerSecond(now: number): number | undefined {
    const [step, further] = this.steps;
    const ms = now - (this.firstTokenAt ?? now);
    if (!this.hookCall.stream || step?.usage.state !== "known" || further !== undefined || ms < 1) return undefined;
    return (1000 * step.usage.outputTokens) / ms;
  }

  /** Lets hooks answer in the place of an error, unless part of an answer is out. */
  private async recover(error: unknown): Promise<readonly ChatEvent[]> {
    this.close();
    if (!isModelwrightError(error)) throw error;
    const { provider, modelId, generation } = this.target;
    const attempts = this.call?.attempts ?? [];
    const failure = located(error, { provider, modelId, generation, secrets: [] }, { attempts });
    const reply = this.delivered ? undefined : await recovery(this.hooks, failure, this.hooked(0));
    if (reply === undefined) throw failure;
    this.reply = reply;
    const { id, text, finishReason, rawFinishReason, usage, message } = reply;
    return [
      { type: "start", id, model: reply.model },
      { type: "text-delta", text },
      { type: "finish", finishReason, rawFinishReason, usage, message },
    ];
  }
}
