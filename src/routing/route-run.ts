/** One chat call over the members of a group: tries them in order, hands over, and delivers each event once. */
import { addCosts, type Cost, costOf } from "../chat/cost.js";
import type { ChatEvent, SwitchEvent } from "../chat/events.js";
import type { AnyMessage } from "../chat/message.js";
import { addUsage } from "../chat/usage.js";
import type { AnyReply } from "../client/any-reply.js";
import type { ChatOptions } from "../client/options.js";
import { textOf } from "../client/reply.js";
import type { Progress, Run, StreamSignal } from "../client/run.js";
import { type Attempt, isModelwrightError, ModelwrightError, rebuilt } from "../errors.js";
import type { Step } from "../model/reply.js";
import type { Continuation } from "./continuation.js";
import { type HandOver, handOverMode, type RouteOptions } from "./hand-over.js";
import { lostPart, modelOf } from "./lost.js";
import { checkCallKey, type Member } from "./member.js";
import type { Outcome, Strategy } from "./strategy.js";

export interface Route {
  readonly members: readonly Member[];
  readonly strategy: Strategy;
  readonly options: RouteOptions;
}

/** The member that is being asked. */
interface Current {
  readonly member: Member;
  readonly run: Run;
  readonly began: number;
  readonly told: (outcome: Outcome) => void;
}

/** What members that failed later had finished. */
interface Carried extends Omit<Progress, "text"> {
  readonly costs: readonly Cost[];
}

export class RouteRun implements Run {
  reply: AnyReply | undefined;
  private readonly route: Route;
  private readonly options: ChatOptions;
  private readonly stream: StreamSignal | undefined;
  private readonly startedAt = performance.now();
  private readonly attempts: Attempt[] = [];
  private readonly failures: string[] = [];
  private waiting: Member[] | undefined;
  private current: Current | undefined;
  private carried: Carried = { messages: [], steps: [], costs: [] };
  private continuation: Continuation | undefined;
  /** Held back until there is something to see: a member that fails before leaves no start behind. */
  private start: ChatEvent | undefined;
  private switches: SwitchEvent[] = [];
  /** Readers have seen something: of the call, of the current step, and of it more than text. */
  private readonly seen = { call: false, step: false, beyondText: false };
  /** Of the call, and of the current member, in milliseconds. */
  private firstTokenMs: number | undefined;
  private memberFirstTokenMs: number | undefined;
  private closed = false;

  constructor(route: Route, options: ChatOptions, stream: StreamSignal | undefined) {
    this.route = route;
    this.options = options;
    this.stream = stream;
  }

  get progress(): Progress {
    const { messages, steps, text } = this.own();
    return { messages: [...this.carried.messages, ...messages], steps: [...this.carried.steps, ...steps], text };
  }

  async read(): Promise<readonly ChatEvent[] | undefined> {
    while (!this.closed && this.reply === undefined) {
      this.current ??= await this.next();
      const { run } = this.current;
      try {
        const events = await run.read();
        if (this.closed) return undefined;
        const delivered = this.deliver(events ?? []);
        if (run.reply === undefined && delivered.length > 0) return delivered;
        if (run.reply !== undefined) return this.complete(run.reply, delivered);
      } catch (error) {
        await this.handOver(error);
      }
    }
    return undefined;
  }

  close(): void {
    this.closed = true;
    this.current?.run.close();
    if (this.current !== undefined && this.reply === undefined) this.record(this.current, "cancelled", undefined);
  }

  /** What the current member has so far, as one with the answer that it continues. */
  private own(): Progress {
    const own = this.current?.run.progress ?? { messages: [], steps: [], text: "" };
    const { continuation } = this;
    if (continuation === undefined) return own;
    if (own.steps.length === 0) return { ...own, text: continuation.joined(own.text) };
    const { messages, steps, text } = own;
    return { messages: continuation.joinedMessages(messages), steps: continuation.joinedSteps(steps), text };
  }

  /** One answer has one start, and it comes first. */
  private deliver(events: readonly ChatEvent[]): readonly ChatEvent[] {
    const out: ChatEvent[] = [];
    for (const event of events) {
      if (event.type === "start") {
        if (!this.seen.call) this.start = event;
        continue;
      }
      const fresh = this.continuation?.read(event) ?? (this.continuation === undefined ? event : undefined);
      if (fresh !== undefined) out.push(fresh);
      this.note(event);
    }
    if (out.length === 0) return out;
    const before = this.seen.call || this.start === undefined ? this.switches : [this.start, ...this.switches];
    this.seen.call = true;
    this.switches = [];
    return [...before, ...out];
  }

  private note({ type }: ChatEvent): void {
    this.firstTokenMs ??= performance.now() - this.startedAt;
    if (this.current !== undefined) this.memberFirstTokenMs ??= performance.now() - this.current.began;
    if (type === "tool-result") return;
    this.seen.step = type !== "step-finish";
    this.seen.beyondText =
      this.seen.step && (this.seen.beyondText || (type !== "text-delta" && type !== "reasoning-delta"));
  }

  private async next(): Promise<Current> {
    if (this.waiting === undefined) {
      await checkCallKey(this.route.members, this.options);
      // The types ask every member; so does this, before the first byte.
      for (const member of this.route.members) await member.check(this.options);
      this.waiting = [...this.route.strategy.order(this.route.members, this.options)];
    }
    const member = this.waiting.shift();
    if (member === undefined)
      throw new ModelwrightError("invalid-configuration", "the strategy of the group chose no member");
    const told = this.route.strategy.began?.(member) ?? (() => undefined);
    this.memberFirstTokenMs = undefined;
    const run = member.start(this.optionsFor(this.continuation), this.stream);
    return { member, run, began: performance.now(), told };
  }

  /** The request with what is done already, and with what is left of its steps and its time. */
  private optionsFor(continuation: Continuation | undefined): ChatOptions {
    const { messages, steps } = this.carried;
    const { options } = this;
    const given: readonly AnyMessage[] =
      typeof options.messages === "string" ? [{ role: "user", content: options.messages }] : options.messages;
    const begun: readonly AnyMessage[] =
      continuation === undefined ? [] : [{ role: "assistant", content: continuation.given }];
    return {
      ...options,
      messages: [...given, ...messages, ...begun],
      ...loopAfter(steps, options),
      ...(options.maxSteps === undefined ? {} : { maxSteps: Math.max(1, options.maxSteps - steps.length) }),
      ...(options.timeouts?.total === undefined ? {} : { timeouts: { ...options.timeouts, total: this.timeLeft() } }),
    };
  }

  private timeLeft(): number {
    const { total = Number.POSITIVE_INFINITY } = this.options.timeouts ?? {};
    return Math.max(0, Math.ceil(total - (performance.now() - this.startedAt)));
  }

  /** Goes to the next member, or throws. */
  private async handOver(error: unknown): Promise<void> {
    const current = this.current as Current;
    this.record(current, "failed", error);
    current.run.close();
    const target = this.waiting?.[0];
    const { messages, steps, text } = this.own();
    const carried = this.carried;
    this.carried = {
      messages: [...carried.messages, ...messages],
      steps: [...carried.steps, ...steps],
      costs: [...carried.costs, ...this.costOfSteps(current.member, error)],
    };
    const plan = target === undefined || this.timeLeft() === 0 ? undefined : await this.planFor(target, error, text);
    if (target === undefined || plan === undefined) throw this.failure(error);
    this.continuation = plan.continuation;
    const lost = this.seen.step ? lostPart(current.member, this.options, { error, text }) : undefined;
    this.switches.push({
      type: "switch",
      from: current.member.label,
      to: target.label,
      mode: plan.mode,
      code: isModelwrightError(error) ? error.code : "provider-error",
      lostText: plan.mode === "resume" ? "" : text,
      lostUsage: lost?.lostUsage,
      lostCost: lost?.lostCost,
    });
    this.current = undefined;
    this.seen.step = false;
    this.seen.beyondText = false;
  }

  private planFor(target: Member, error: unknown, text: string): Promise<HandOver | undefined> {
    return handOverMode({
      target,
      error,
      text,
      seen: this.seen,
      route: this.route.options,
      request: this.options,
      requestWith: (continuation) => this.optionsFor(continuation),
    });
  }

  private costOfSteps(member: Member, error: unknown): readonly Cost[] {
    const { steps } = (this.current as Current).run.progress;
    if (steps.length === 0) return [];
    const model = modelOf(member, error)?.model;
    const usages = steps.map(({ usage }) => usage);
    return [costOf(usages, model?.pricing, { at: Date.now(), serviceTier: this.options.serviceTier })];
  }

  private record({ member, began, told }: Current, outcome: Attempt["outcome"], error: unknown): void {
    const totalMs = performance.now() - began;
    const known = isModelwrightError(error) ? error : undefined;
    const { code, status, requestId } = known ?? {};
    if (outcome === "failed")
      this.failures.push(`${member.label}: ${status === undefined ? "" : `${status} `}${code ?? "failed"}`);
    if (known !== undefined && known.attempts.length > 0) this.attempts.push(...known.attempts);
    else this.attempts.push({ target: member.label, outcome, code, status, requestId, ms: totalMs });
    if (outcome !== "cancelled")
      told({ member, ok: outcome === "completed", firstTokenMs: this.memberFirstTokenMs, totalMs });
  }

  private complete(reply: AnyReply, events: readonly ChatEvent[]): readonly ChatEvent[] {
    const failed = [...this.attempts];
    this.record(this.current as Current, "completed", undefined);
    const { messages, steps, costs } = this.carried;
    const { continuation } = this;
    const own = { messages: reply.messages, steps: reply.steps, message: reply.message };
    if (continuation !== undefined) {
      own.messages = continuation.joinedMessages(own.messages);
      own.steps = continuation.joinedSteps(own.steps);
      if (own.steps.length === 1) own.message = continuation.joinedMessage(own.message);
    }
    const { content } = own.message;
    const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
    const all = [...steps, ...own.steps];
    const whole: AnyReply = {
      ...reply,
      ...(continuation === undefined ? {} : { message: own.message, content: parts, text: textOf(parts) }),
      messages: [...messages, ...own.messages],
      steps: all,
      usage: steps.length === 0 ? reply.usage : addUsage(all.map(({ usage }) => usage)),
      cost: addCosts([...costs, reply.cost]),
      attempts: [...failed, ...(reply.attempts.length > 0 ? reply.attempts : this.attempts.slice(failed.length))],
      timing: { ...reply.timing, firstTokenMs: this.firstTokenMs, totalMs: performance.now() - this.startedAt },
    };
    this.reply = whole;
    return events.map((event) =>
      event.type === "finish" ? { ...event, message: whole.message, usage: whole.usage } : event,
    );
  }

  private failure(error: unknown): unknown {
    if (!isModelwrightError(error) || this.failures.length < 2) return error;
    const message = `${error.code}: no member of the group answered: ${this.failures.join("; ")}`;
    return rebuilt(error, message, { cause: error, attempts: this.attempts });
  }
}

/** A loop's functions, told of the steps that earlier members finished as if one model had made them all. */
function loopAfter(earlier: readonly Step[], { stopWhen, onStep, prepareStep }: ChatOptions): Partial<ChatOptions> {
  if (earlier.length === 0) return {};
  return {
    stopWhen: stopWhen && ((steps) => stopWhen([...earlier, ...steps])),
    onStep: onStep && ((step, index) => onStep(step, earlier.length + index)),
    prepareStep: prepareStep && ((state) => prepareStep({ ...state, steps: [...earlier, ...state.steps] })),
  };
}
