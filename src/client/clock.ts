/** Time as policies see it, so that tests can bring their own. */
import { onAbort } from "../transport/abort.js";
import { abortedError } from "../transport/clock.js";

/** Time as policies see it: given by tests, else the system's. */
export interface Clock {
  /** Milliseconds from any starting point; never goes back. */
  now(): number;
  /** Calls `run` once, after `ms` milliseconds. The function given back cancels that. */
  after(ms: number, run: () => void): () => void;
}

// Longer delays make setTimeout fire at once.
const longestDelay = 2 ** 31 - 1;

/** @internal */
export const systemClock: Clock = {
  now: () => performance.now(),
  after(ms, run) {
    const timer = setTimeout(run, Math.min(Math.max(0, ms), longestDelay));
    return () => clearTimeout(timer);
  },
};

/**
 * Waits; rejects with "aborted" as soon as the signal does, and leaves no listener behind.
 * @internal
 */
export function sleep(clock: Clock, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(abortedError(signal));
      return;
    }
    const cancel = clock.after(ms, () => {
      unlisten?.();
      resolve();
    });
    const unlisten =
      signal &&
      onAbort(signal, () => {
        cancel();
        reject(abortedError(signal));
      });
  });
}
