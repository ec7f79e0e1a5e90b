/** A waiting line: first come, first served, bounded, and left by who is aborted or out of time. */
import type { Clock } from "../../client/clock.js";
import type { PolicyError } from "../../errors.js";
import { onAbort } from "../../transport/abort.js";
import { abortedError } from "../../transport/clock.js";

/** One call that wants in. */
export interface Entrant {
  /** Takes its place and gives 0, or gives the milliseconds after which to ask again; infinite: at the next `wake`. */
  readonly admit: () => number;
  readonly signal: AbortSignal | undefined;
  /** Longest wait in milliseconds. */
  readonly maxWaitMs: number;
  /** The error of an entrant that is out of time, or finds the line full. */
  readonly refuse: (why: "late" | "full") => PolicyError;
}

interface Waiting extends Entrant {
  readonly settle: (error?: unknown) => void;
}

export class FairQueue {
  private readonly clock: Clock;
  private readonly maxLength: number;
  private readonly line: Waiting[] = [];
  private cancelTimer: (() => void) | undefined;

  constructor(clock: Clock, maxLength: number) {
    this.clock = clock;
    this.maxLength = maxLength;
  }

  get length(): number {
    return this.line.length;
  }

  /** Resolves when the entrant was admitted. */
  async enter(entrant: Entrant): Promise<void> {
    const { signal, maxWaitMs, refuse } = entrant;
    if (signal?.aborted) throw abortedError(signal);
    if (this.line.length === 0) {
      const wait = entrant.admit();
      if (wait === 0) return;
      if (Number.isFinite(wait) && wait > maxWaitMs) throw refuse("late");
    }
    if (this.line.length >= this.maxLength) throw refuse("full");
    await this.wait(entrant);
  }

  /** Something was freed: those in front may be admitted. */
  wake(): void {
    this.cancelTimer?.();
    this.cancelTimer = undefined;
    for (let first = this.line[0]; first !== undefined; first = this.line[0]) {
      const wait = first.admit();
      if (wait > 0) {
        if (Number.isFinite(wait)) this.cancelTimer = this.clock.after(wait, () => this.wake());
        return;
      }
      this.line.shift();
      first.settle();
    }
  }

  private wait(entrant: Entrant): Promise<void> {
    const { signal, maxWaitMs, refuse } = entrant;
    return new Promise((resolve, reject) => {
      const cancelDeadline = Number.isFinite(maxWaitMs)
        ? this.clock.after(maxWaitMs, () => leave(refuse("late")))
        : undefined;
      const waiting: Waiting = {
        ...entrant,
        settle: (error) => {
          cancelDeadline?.();
          unlisten?.();
          if (error === undefined) resolve();
          else reject(error);
        },
      };
      const leave = (error: unknown): void => {
        const at = this.line.indexOf(waiting);
        this.line.splice(at, 1);
        waiting.settle(error);
        // Whoever was behind the one in front is asked now.
        if (at === 0) this.wake();
      };
      const unlisten = signal && onAbort(signal, () => leave(abortedError(signal)));
      this.line.push(waiting);
      if (this.line.length === 1) this.wake();
    });
  }
}
