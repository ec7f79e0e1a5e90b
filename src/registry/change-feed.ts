/** Generations as they come, for any number of readers; who reads slowly gets several changes as one. */
import { type Change, changeBetween, type Generation } from "./generation.js";

export class ChangeFeed {
  private readonly waiting = new Set<() => void>();
  private closed = false;

  /** A generation took the place of another. */
  wake(): void {
    for (const wake of [...this.waiting]) wake();
  }

  close(): void {
    this.closed = true;
    this.wake();
  }

  /** Changes after `current()` as it is now. */
  read(current: () => Generation, signal: AbortSignal | undefined): AsyncIterable<Change> {
    return this.follow(current, current(), signal);
  }

  private async *follow(
    current: () => Generation,
    since: Generation,
    signal: AbortSignal | undefined,
  ): AsyncGenerator<Change, void> {
    let seen = since;
    while (!this.closed && signal?.aborted !== true) {
      const now = current();
      if (now === seen) {
        await this.next(signal);
        continue;
      }
      const change = changeBetween(seen, now);
      seen = now;
      if (change.added.length + change.removed.length + change.updated.length > 0) yield change;
    }
  }

  private next(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.waiting.delete(wake);
        signal?.removeEventListener("abort", wake);
        resolve();
      };
      this.waiting.add(wake);
      signal?.addEventListener("abort", wake, { once: true });
    });
  }
}
