/** `concurrency`: bounds how many calls are in flight, and how many wait for that. */
import { type Clock, systemClock } from "../client/clock.js";
import { withTimeLeft } from "../client/connection.js";
import type { ModelCall, Policy } from "../client/handler.js";
import { ModelwrightError, PolicyError } from "../errors.js";
import { FairQueue } from "./parts/fair-queue.js";
import { watch } from "./parts/watch.js";

/** How many calls run and wait. */
export interface ConcurrencyOptions {
  /** Most calls at a time, streams counted until their end. */
  readonly maxInFlight: number;
  /** Most calls that wait; further ones fail at once with "queue-full". Default 1,000. */
  readonly maxQueue?: number | undefined;
  /** Longest wait in milliseconds, then "queue-full". Default: the call's total time-out, else none. */
  readonly maxWaitMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** One bound for all calls that pass through, of whatever clients. First come, first served. */
export function concurrency(options: ConcurrencyOptions): Policy {
  const { maxInFlight, maxQueue = 1000, clock = systemClock } = options;
  if (!(maxInFlight >= 1))
    throw new ModelwrightError("invalid-configuration", "concurrency: maxInFlight must be at least 1");
  const queue = new FairQueue(clock, maxQueue);
  let inFlight = 0;
  const admit = (): number => {
    if (inFlight >= maxInFlight) return Number.POSITIVE_INFINITY;
    inFlight += 1;
    return 0;
  };
  const leave = (): void => {
    inFlight -= 1;
    queue.wake();
  };
  return (next) => async (call) => {
    const { total = Number.POSITIVE_INFINITY } = call.connection.timeouts;
    const maxWaitMs = Math.min(options.maxWaitMs ?? total, total);
    const began = clock.now();
    await queue.enter({
      admit,
      signal: call.signal,
      maxWaitMs,
      refuse: (why) =>
        refusal(call, why === "full" ? `${maxQueue} calls wait already` : `no place for ${maxWaitMs} ms`),
    });
    try {
      return watch(await next(withTimeLeft(call, clock.now() - began)), leave);
    } catch (error) {
      leave();
      throw error;
    }
  };
}

function refusal({ provider, modelId }: ModelCall, why: string): PolicyError {
  return new PolicyError("queue-full", `${provider.id}/${modelId}: queue-full: ${why}`, {
    provider: provider.id,
    model: modelId,
  });
}
