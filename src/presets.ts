/** `production` and `development`: sets of policies to begin with, spread into the options of a client. */
import type { ClientOptions, RetryOptions } from "./client/client-options.js";
import { type CircuitBreakerOptions, circuitBreaker } from "./middleware/circuit-breaker.js";
import { type ConcurrencyOptions, concurrency } from "./middleware/concurrency.js";
import { type RateLimitOptions, rateLimit } from "./middleware/rate-limit.js";

type Policies = Pick<ClientOptions, "retry" | "circuitBreaker" | "rateLimit" | "concurrency">;

/** What a preset sets. A policy that is not named is not there. */
interface Settings {
  readonly retry: RetryOptions | false;
  readonly circuitBreaker?: CircuitBreakerOptions;
  /** Without members: what the provider states. */
  readonly rateLimit?: RateLimitOptions;
  readonly concurrency: ConcurrencyOptions;
}

/** The presets as they are shown: `modelwright presets`. */
export const presets = {
  production: {
    retry: { maxAttempts: 5, baseMs: 2000, maxMs: 30_000, deadlineMs: 60_000 },
    circuitBreaker: { failures: 5, openMs: 30_000, successes: 3 },
    rateLimit: {},
    concurrency: { maxInFlight: 100, maxQueue: 200 },
  },
  development: {
    retry: false,
    concurrency: { maxInFlight: 10 },
  },
} as const satisfies { readonly [name: string]: Settings };

/**
 * For services: patient tries within a minute, a circuit that opens after 5 failures for 30 s and closes after 3
 * probes, at most 100 calls in flight and 200 waiting, and the limits that the provider states. Each call of this
 * function makes policies of their own: clients that are given the same ones share their limits.
 */
export function production(): Policies {
  const settings = presets.production;
  return {
    retry: settings.retry,
    circuitBreaker: circuitBreaker(settings.circuitBreaker),
    rateLimit: rateLimit(settings.rateLimit),
    concurrency: concurrency(settings.concurrency),
  };
}

/** For a desk: failures are seen at once, and a loop that runs away stops at 10 calls in flight. */
export function development(): Policies {
  const settings = presets.development;
  return { retry: settings.retry, concurrency: concurrency(settings.concurrency) };
}
