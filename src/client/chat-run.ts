/** One chat call from request to reply: prepares, sends, collects, runs tools, and goes round until the model is done. */
import type { ChatEvent, FinishEvent, ProtocolEvent, Source } from "../chat/events.js";
import type { AnyMessage, ToolCallPart } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";
import { isModelwrightError, TransportError } from "../errors.js";
import { feature } from "../feature.js";
import type { Step } from "../model/reply.js";
import { withTimeLeft } from "./connection.js";
import { located } from "./failure.js";
import type { Answer, PreparedCall } from "./handler.js";
import { type HookCall, type Hooks, passThrough, recovery } from "./hooks.js";
import type { AnyTools, ChatOptions } from "./options.js";
import type { OutputToolReader } from "./output.js";
import { prepareCall } from "./prepare-call.js";
import { type AnyReply, isToolCall, replyOf } from "./reply.js";
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
  private readonly signal: AbortSignal | undefined;
  private readonly hooks: readonly Hooks[];
  private readonly hookCall: HookCall;
  private readonly messages: AnyMessage[] = [];
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
      const { output } = this.call.request;
      if (output?.path === "tool") this.outputTool = new (await outputs()).OutputToolReader(output);
    }
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
    if (more && tools !== undefined && calls.length > 0 && (await toolLoop()).canRunAll(tools, calls))
      return this.runStep(finish, tools, calls);
    this.steps.push({ message, finishReason, usage, toolResults: [] });
    const checked =
      tools === undefined || calls.length === 0 ? calls : await (await toolLoop()).checkedCalls(tools, calls);
    this.reply = await this.complete(finish, call, checked);
    return [this.steps.length === 1 ? finish : { ...finish, usage: this.reply.usage }];
  }

  /** Runs the tools and sets up the next call of the model. */
  private async runStep(finish: FinishEvent, tools: AnyTools, calls: readonly ToolCallPart[]): Promise<ChatEvent[]> {
    const { message, finishReason, usage } = finish;
    const { runTools, toolMessage } = await toolLoop();
    const toolResults = await runTools(tools, calls, this.signal);
    if (this.signal?.aborted)
      throw new TransportError("aborted", "the call was aborted", { cause: this.signal.reason });
    const answers = toolResults.map(toolMessage);
    this.messages.push(...answers);
    const step = this.steps.push({ message, finishReason, usage, toolResults }) - 1;
    this.answer = undefined;
    const call = this.call as PreparedCall;
    this.call = { ...call, request: this.nextRequest(call, [message, ...answers]) };
    return [
      ...toolResults.map((result) => ({ type: "tool-result", ...result }) as const),
      { type: "step-finish", step, finishReason, usage },
    ];
  }

  private nextRequest({ request, adjust }: PreparedCall, added: readonly AnyMessage[]): NeutralRequest {
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

  private async complete(finish: FinishEvent, call: PreparedCall, calls: readonly ToolCallPart[]): Promise<AnyReply> {
    const { output } = call.request;
    const now = performance.now();
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
      },
      cost: await stepsCost(
        call,
        this.steps.map((step) => step.usage),
        this.target.client.now(),
      ),
    });
    if (this.hooks.length === 0) return reply;
    return passThrough(
      this.hooks.map((hooks) => hooks.onResponse),
      reply,
      this.hookCall,
    );
  }

  /** Lets hooks answer in the place of an error, unless part of an answer is out. */
  private async recover(error: unknown): Promise<readonly ChatEvent[]> {
    this.close();
    if (!isModelwrightError(error)) throw error;
    const { provider, modelId, generation } = this.target;
    const attempts = this.call?.attempts ?? [];
    const failure = located(error, { provider, modelId, generation, secrets: [] }, { attempts });
    const reply = this.delivered ? undefined : await recovery(this.hooks, failure, this.hookCall);
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
