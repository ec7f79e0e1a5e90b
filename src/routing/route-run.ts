/** One chat call over the members of a group: tries them in order, hands over, and delivers each event once. */
import { accepted, assumeOf, prefill } from "../catalog/capabilities.js";
import type { ChatEvent, SwitchEvent } from "../chat/events.js";
import type { AnyMessage } from "../chat/message.js";
import type { ChatOptions } from "../client/options.js";
import type { AnyReply } from "../client/reply.js";
import type { Progress, Run, StreamSignal } from "../client/run.js";
import { type Attempt, type ErrorCode, isModelwrightError, ModelwrightError } from "../errors.js";
import type { Member } from "./member.js";
import type { Outcome, Strategy } from "./strategy.js";

/** What happens when an answer breaks after its first visible event. */
export type MidStream = "fail" | "restart" | "resume" | "auto";

export interface RouteOptions {
  /**
   * `fail` (default): the error is thrown, with what arrived. `restart`: the next member answers anew, after a `switch`
   * event that says what was lost. `resume`: the next member continues the text, where it accepts a prefilled answer.
   * `auto`: resume where the catalog says the member can, else restart.
   */
  readonly midStream?: MidStream | undefined;
  /** Codes on which the next member is tried; by default those the error table calls fallbackable. */
  readonly fallbackOn?: readonly ErrorCode[] | undefined;
}

export interface Route {
  readonly members: readonly Member[];
  readonly strategy: Strategy;
  readonly options: RouteOptions;
}

export class RouteRun implements Run {
  reply: AnyReply | undefined;
  private readonly route: Route;
  private readonly options: ChatOptions;
  private readonly stream: StreamSignal | undefined;
  private readonly attempts: Attempt[] = [];
  private waiting: Member[] | undefined;
  private current:
    | { readonly member: Member; readonly run: Run; readonly began: number; readonly told: (outcome: Outcome) => void }
    | undefined;
  /** Finished steps of members that failed later. */
  private carried: Progress = { messages: [], steps: [], text: "" };
  /** Text that a resumed answer continues. */
  private prefix = "";
  private visible = false;
  private firstTokenMs: number | undefined;
  private closed = false;
  private pending: ChatEvent[] = [];

  constructor(route: Route, options: ChatOptions, stream: StreamSignal | undefined) {
    this.route = route;
    this.options = options;
    this.stream = stream;
  }

  get progress(): Progress {
    const own = this.current?.run.progress ?? { messages: [], steps: [], text: "" };
    const { messages, steps } = this.carried;
    return { messages: [...messages, ...own.messages], steps: [...steps, ...own.steps], text: this.prefix + own.text };
  }

  async read(): Promise<readonly ChatEvent[] | undefined> {
    while (!this.closed && this.reply === undefined) {
      this.current ??= await this.next();
      try {
        const events = await this.current.run.read();
        if (this.closed) return undefined;
        const delivered = this.deliver(events ?? []);
        if (this.current.run.reply !== undefined) this.complete(this.current.run.reply);
        if (delivered.length > 0) return delivered;
      } catch (error) {
        this.handOver(error);
      }
    }
    return undefined;
  }

  close(): void {
    this.closed = true;
    this.current?.run.close();
    if (this.current !== undefined && this.reply === undefined) this.record("cancelled", undefined);
  }

  /** Holds back what nobody can see, so that a member that fails before its first token leaves no trace. */
  private deliver(events: readonly ChatEvent[]): readonly ChatEvent[] {
    if (!this.visible && !events.some((event) => event.type !== "start")) {
      this.pending.push(...events);
      return [];
    }
    if (this.firstTokenMs === undefined && this.current !== undefined)
      this.firstTokenMs = performance.now() - this.current.began;
    const started = this.visible;
    this.visible = true;
    const all = [...this.pending, ...events];
    this.pending = [];
    const rest = all.filter((event) => event.type !== "start");
    // One answer has one start, and it comes first.
    return started ? rest : [...all.filter((event) => event.type === "start").slice(-1), ...rest];
  }

  private async next(): Promise<NonNullable<RouteRun["current"]>> {
    if (this.waiting === undefined) {
      // The types ask every member; so does this, before the first byte.
      for (const member of this.route.members) await member.check(this.options);
      this.waiting = [...this.route.strategy.order(this.route.members, this.options)];
    }
    const member = this.waiting.shift();
    if (member === undefined)
      throw new ModelwrightError("invalid-configuration", "the strategy of the group chose no member");
    const told = this.route.strategy.began?.(member) ?? (() => undefined);
    this.firstTokenMs = undefined;
    return { member, run: member.start(this.optionsFor(), this.stream), began: performance.now(), told };
  }

  private optionsFor(): ChatOptions {
    const { messages, steps } = this.carried;
    if (messages.length === 0 && this.prefix === "") return this.options;
    const given: readonly AnyMessage[] =
      typeof this.options.messages === "string"
        ? [{ role: "user", content: this.options.messages }]
        : this.options.messages;
    const prefilled: readonly AnyMessage[] = this.prefix === "" ? [] : [{ role: "assistant", content: this.prefix }];
    const left = Math.max(1, (this.options.maxSteps ?? 1) - steps.length);
    return { ...this.options, messages: [...given, ...messages, ...prefilled], maxSteps: left };
  }

  /** Goes to the next member, or throws. */
  private handOver(error: unknown): void {
    const current = this.current as NonNullable<RouteRun["current"]>;
    this.record("failed", error);
    const target = this.waiting?.[0];
    const mode = target === undefined ? undefined : this.modeFor(target, error);
    if (target === undefined || mode === undefined) throw this.failure(error);
    const { messages, steps, text } = current.run.progress;
    current.run.close();
    this.carried = {
      messages: [...this.carried.messages, ...messages],
      steps: [...this.carried.steps, ...steps],
      text: "",
    };
    this.prefix = mode === "resume" ? this.prefix + text : "";
    this.current = undefined;
    this.pending = [switchEvent(current.member, target, { error, mode, text })];
  }

  /** How the next member goes on; undefined when it may not. */
  private modeFor(target: Member, error: unknown): SwitchEvent["mode"] | undefined {
    if (!isModelwrightError(error)) return undefined;
    const { fallbackOn, midStream = "fail" } = this.route.options;
    if (!(fallbackOn?.includes(error.code) ?? error.fallbackable)) return undefined;
    const { text } = (this.current as NonNullable<RouteRun["current"]>).run.progress;
    if (!this.visible || (text === "" && this.carried.steps.length > 0)) return "fallback";
    if (midStream === "fail") return undefined;
    const resumable =
      text !== "" && target.models.every(({ provider, model }) => accepted(prefill(model), assumeOf(provider, model)));
    if (midStream === "restart" || (midStream === "auto" && !resumable)) return "restart";
    return resumable ? "resume" : undefined;
  }

  private record(outcome: Attempt["outcome"], error: unknown): void {
    const { member, began, told } = this.current as NonNullable<RouteRun["current"]>;
    const totalMs = performance.now() - began;
    const known = isModelwrightError(error) ? error : undefined;
    this.attempts.push({
      target: member.label,
      outcome,
      code: known?.code,
      status: known?.status,
      requestId: known?.requestId,
      ms: totalMs,
    });
    if (outcome !== "cancelled")
      told({ member, ok: outcome === "completed", firstTokenMs: this.firstTokenMs, totalMs });
  }

  private complete(reply: AnyReply): void {
    this.record("completed", undefined);
    const { messages, steps } = this.carried;
    this.reply = {
      ...reply,
      text: this.prefix + reply.text,
      messages: [...messages, ...reply.messages],
      steps: [...steps, ...reply.steps],
      attempts: [
        ...this.attempts.slice(0, -1),
        ...(reply.attempts.length > 0 ? reply.attempts : this.attempts.slice(-1)),
      ],
    };
  }

  private failure(error: unknown): unknown {
    if (!isModelwrightError(error) || this.attempts.length < 2) return error;
    const tried = this.attempts.map(
      ({ target, code, status }) => `${target}: ${status === undefined ? "" : `${status} `}${code ?? "failed"}`,
    );
    const { code, provider, model, status, requestId, retryAfterMs, partial } = error;
    return new ModelwrightError(code, `all members of the group failed (${tried.join("; ")})`, {
      cause: error,
      provider,
      model,
      status,
      requestId,
      retryAfterMs,
      partial,
      attempts: this.attempts,
    });
  }
}

function switchEvent(
  from: Member,
  to: Member,
  why: { readonly error: unknown; readonly mode: SwitchEvent["mode"]; readonly text: string },
): SwitchEvent {
  const { error, mode, text } = why;
  const known = isModelwrightError(error) ? error : undefined;
  return {
    type: "switch",
    from: from.label,
    to: to.label,
    mode,
    code: known?.code ?? "provider-error",
    lostText: mode === "resume" ? "" : text,
    lostUsage: usageOf(known?.partial),
  };
}

function usageOf(partial: unknown): SwitchEvent["lostUsage"] {
  return typeof partial === "object" && partial !== null && "usage" in partial
    ? (partial.usage as SwitchEvent["lostUsage"])
    : undefined;
}
