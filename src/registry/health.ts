/** Asks models from time to time whether they work, and keeps those that do not out of routes until they do again. */
import type { Member } from "../routing/member.js";
import { inOrder } from "../routing/strategies.js";
import type { Strategy } from "../routing/strategy.js";

/** What is asked, how often, and what counts as ill. */
export interface HealthOptions {
  /** `provider/model`. */
  readonly models: readonly string[];
  /** Rejects when the model does not work: a small call, a status page, a store's health check. */
  readonly check: (id: string, signal: AbortSignal) => Promise<unknown>;
  /** Default 30,000 ms. */
  readonly everyMs?: number | undefined;
  /** A check that takes longer has failed. Default 10,000 ms. */
  readonly timeoutMs?: number | undefined;
  /** Failures in a row that take a model out. Default 3. */
  readonly failAfter?: number | undefined;
  /** Told when a model is taken out, with the reason, and when it is back. */
  readonly onChange?: ((event: HealthEvent) => void) | undefined;
}

/** A model no longer answers, or answers again. */
export interface HealthEvent {
  readonly type: "model.unavailable" | "model.available";
  readonly id: string;
  /** Why the last check failed: its error code, or the name of its error. No message: it may hold content. */
  readonly reason?: string;
}

/** Watches the health of models. */
export interface HealthMonitor {
  /** Models that are out, and why. */
  readonly unavailable: ReadonlyMap<string, string>;
  /** For `route(members, health.strategy(), options)`: leaves out what is out. When all are out, all are tried. */
  strategy(inner?: Strategy): Strategy;
  /** Checks all models now. */
  check(): Promise<void>;
  close(): void;
}

/** Asks models again and again whether they answer. Ends with `close`. */
export function monitorHealth(options: HealthOptions): HealthMonitor {
  const { models, everyMs = 30_000, timeoutMs = 10_000, failAfter = 3, onChange } = options;
  const unavailable = new Map<string, string>();
  const failures = new Map<string, number>();
  const closing = new AbortController();

  const passed = (id: string): void => {
    failures.delete(id);
    if (unavailable.delete(id)) onChange?.({ type: "model.available", id });
  };
  const failed = (id: string, error: unknown): void => {
    const count = (failures.get(id) ?? 0) + 1;
    failures.set(id, count);
    if (count < failAfter) return;
    const isNew = !unavailable.has(id);
    const reason = reasonOf(error);
    unavailable.set(id, reason);
    if (isNew) onChange?.({ type: "model.unavailable", id, reason });
  };
  const checkOne = async (id: string): Promise<void> => {
    const limit = AbortSignal.any([closing.signal, AbortSignal.timeout(timeoutMs)]);
    const over = new Promise<never>((_resolve, reject) => {
      limit.addEventListener("abort", () => reject(new DOMException("the check took too long", "TimeoutError")));
    });
    try {
      await Promise.race([options.check(id, limit), over]);
      if (!closing.signal.aborted) passed(id);
    } catch (error) {
      if (!closing.signal.aborted) failed(id, error);
    }
  };
  const check = async (): Promise<void> => {
    await Promise.all(models.map(checkOne));
  };
  const timer = setInterval(() => void check(), everyMs).unref();
  const isOut = ({ models: behind }: Member): boolean =>
    behind.every(({ provider, modelId }) => unavailable.has(`${provider.id}/${modelId}`));
  return {
    unavailable,
    check,
    strategy: (inner = inOrder) => ({
      ...inner,
      order(members, call) {
        const ordered = inner.order(members, call);
        const left = ordered.filter((member) => !isOut(member));
        return left.length > 0 ? left : ordered;
      },
    }),
    close() {
      closing.abort();
      clearInterval(timer);
    },
  };
}

function reasonOf(error: unknown): string {
  const { code, name } = error as { readonly code?: unknown; readonly name?: unknown };
  return typeof code === "string" ? code : typeof name === "string" ? name : "failed";
}
