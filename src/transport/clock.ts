/** Watches one HTTP call: its clocks and its AbortSignal. One timer, and no listener left behind. */
import { TransportError } from "../errors.js";
import { onAbort } from "./abort.js";
import type { TransportRequest } from "./transport.js";

// Longer delays make setTimeout fire at once.
const longestDelay = 2 ** 31 - 1;

/**
 * Calls `stop` once with the reason: "timeout" or "aborted". Its own timers, because undici's tick about every 500 ms
 * and cover neither the whole call nor a custom fetch.
 */
export class CallClock {
  /** Why the call was stopped, once it was. */
  failure: TransportError | undefined;
  private readonly request: Pick<TransportRequest, "signal" | "timeouts">;
  private readonly stop: (failure: TransportError) => void;
  private readonly unlisten: (() => void) | undefined;
  private readonly startedAt = performance.now();
  private inBody = false;
  private waitingSince: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private giveUp: ((failure: TransportError) => void) | undefined;

  constructor(request: Pick<TransportRequest, "signal" | "timeouts">, stop: (failure: TransportError) => void) {
    this.request = request;
    this.stop = stop;
    const { signal } = request;
    this.unlisten = signal && onAbort(signal, () => this.fail(abortedError(signal)));
    this.arm();
  }

  /**
   * Settles as `work` does, or rejects when the call is stopped: undici hears of that only once it has a connection,
   * and somebody's own fetch may never.
   */
  watched<Value>(work: Promise<Value>): Promise<Value> {
    return new Promise((resolve, reject) => {
      this.giveUp = reject;
      work.then(resolve, reject);
    });
  }

  /** Response headers arrived: from here on the idle clock runs, while a chunk is waited for. */
  headersArrived(): void {
    this.inBody = true;
  }

  /** The reader asks for a chunk. A slow reader is no idle server, so the idle clock runs only now. */
  waiting(): void {
    this.waitingSince = performance.now();
  }

  chunkArrived(): void {
    this.waitingSince = undefined;
  }

  /** Ends the watch. */
  end(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.unlisten?.();
  }

  private fail(failure: TransportError): void {
    if (this.failure !== undefined) return;
    this.failure = failure;
    this.end();
    this.stop(failure);
    this.giveUp?.(failure);
  }

  /**
   * Sets the timer to the earliest moment at which a clock can run out, one that may still begin included: nothing is
   * rescheduled when headers or chunks arrive.
   */
  private arm(): void {
    const now = performance.now();
    const { firstByte, idle, total } = this.request.timeouts;
    const first = this.inBody ? undefined : firstByte;
    const due = Math.min(
      after(this.startedAt, first),
      after(this.waitingSince ?? now, idle),
      after(this.startedAt, total),
    );
    if (due === Number.POSITIVE_INFINITY) return;
    this.timer = setTimeout(this.onTimer, Math.min(Math.max(0, Math.ceil(due - now)), longestDelay));
  }

  private readonly onTimer = (): void => {
    const now = performance.now();
    const { firstByte, idle, total } = this.request.timeouts;
    if (now >= after(this.startedAt, total)) this.fail(timeoutError("the total time-out of the call ran out"));
    else if (!this.inBody && now >= after(this.startedAt, firstByte))
      this.fail(timeoutError(`no response headers within ${firstByte} ms`));
    else if (this.inBody && this.waitingSince !== undefined && now >= after(this.waitingSince, idle))
      this.fail(timeoutError(`no data for ${idle} ms`));
    else this.arm();
  };
}

function after(start: number, milliseconds: number | undefined): number {
  return milliseconds === undefined ? Number.POSITIVE_INFINITY : start + milliseconds;
}

function timeoutError(message: string): TransportError {
  return new TransportError("timeout", message);
}

/** The error of an aborted call; the signal's reason is its cause. */
export function abortedError(signal: AbortSignal | undefined): TransportError {
  return new TransportError("aborted", "the call was aborted", { cause: signal?.reason });
}
