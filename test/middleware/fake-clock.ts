/** A clock that stands still until a test moves it: timers run in the order of their times. */
import type { Clock } from "../../src/client/clock.js";

interface Timer {
  readonly at: number;
  readonly run: () => void;
}

export class FakeClock implements Clock {
  private time = 0;
  private readonly timers = new Set<Timer>();

  /** Timers that are set and have not run. */
  get pending(): number {
    return this.timers.size;
  }

  now(): number {
    return this.time;
  }

  after(ms: number, run: () => void): () => void {
    const timer = { at: this.time + Math.max(0, ms), run };
    this.timers.add(timer);
    return () => void this.timers.delete(timer);
  }

  /** Goes on by `ms`; everything that is due runs at its own time, and what it sets off comes to rest. */
  async advance(ms: number): Promise<void> {
    await settled();
    const end = this.time + ms;
    for (let next = this.next(end); next !== undefined; next = this.next(end)) {
      this.timers.delete(next);
      this.time = Math.max(this.time, next.at);
      next.run();
      await settled();
    }
    this.time = end;
    await settled();
  }

  /** Goes from timer to timer until `promise` settles. */
  async until<Value>(promise: Promise<Value>): Promise<Value> {
    let open = true;
    const done = (): void => {
      open = false;
    };
    promise.then(done, done);
    await settled();
    while (open) {
      const next = this.next(Number.POSITIVE_INFINITY);
      // Nothing is due: something else is awaited, such as a chunk of the package.
      if (next === undefined) await new Promise((resolve) => setTimeout(resolve, 1));
      else await this.advance(next.at - this.time);
    }
    return promise;
  }

  private next(end: number): Timer | undefined {
    let first: Timer | undefined;
    for (const timer of this.timers) if (timer.at <= end && (first === undefined || timer.at < first.at)) first = timer;
    return first;
  }
}

/** All promise reactions that are due have run. */
export function settled(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
