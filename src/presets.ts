/** `production` and `development`: sets of policies to begin with, spread into the options of a client. */
import type { ClientOptions } from "./client/client-options.js";
import { circuitBreaker } from "./middleware/circuit-breaker.js";
import { concurrency } from "./middleware/concurrency.js";
import { rateLimit } from "./middleware/rate-limit.js";

type Policies = Pick<ClientOptions, "retry" | "circuitBreaker" | "rateLimit" | "concurrency">;

/**
 * For services: patient tries within a minute, a circuit that opens after 5 failures for 30 s and closes after 3
 * probes, at most 100 calls in flight and 200 waiting, and the limits that the provider states. Each call of this
 * function makes policies of their own: clients that are given the same ones share their limits.
 */
export function production(): Policies {
  return {
    retry: { maxAttempts: 5, baseMs: 2000, maxMs: 30_000, deadlineMs: 60_000 },
    circuitBreaker: circuitBreaker({ failures: 5, openMs: 30_000, successes: 3 }),
    rateLimit: rateLimit(),
    concurrency: concurrency({ maxInFlight: 100, maxQueue: 200 }),
  };
}

/** For a desk: failures are seen at once, and a loop that runs away stops at 10 calls in flight. */
export function development(): Policies {
  return { retry: false, concurrency: concurrency({ maxInFlight: 10 }) };
}
