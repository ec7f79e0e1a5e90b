/** `readClientConfig`: the options of a client from plain data, such as a JSON file that is deployed beside the program. */
import { didYouMean } from "./catalog/nearest.js";
import type { ClientOptions, RetryOptions } from "./client/client-options.js";
import { ModelwrightError } from "./errors.js";
import { type CircuitBreakerOptions, circuitBreaker } from "./middleware/circuit-breaker.js";
import { type ConcurrencyOptions, concurrency } from "./middleware/concurrency.js";
import { type RateLimitOptions, rateLimit } from "./middleware/rate-limit.js";
import { development, production } from "./presets.js";
import type { Timeouts } from "./transport/transport.js";

/** What a file may say of a client. Keys are no part of it: they come from the environment or from `apiKey` in code. */
export interface ClientConfig {
  /** The policies to begin with; what stands beside it takes their place. */
  readonly preset?: "production" | "development" | undefined;
  readonly baseURL?: string | undefined;
  readonly vars?: { readonly [name: string]: string } | undefined;
  readonly headers?: { readonly [name: string]: string } | undefined;
  /** Milliseconds. */
  readonly timeouts?: Timeouts | undefined;
  readonly outOfRange?: "error" | "clamp" | "warn" | undefined;
  readonly retry?: Omit<RetryOptions, "clock" | "random"> | false | undefined;
  readonly rateLimit?: Omit<RateLimitOptions, "clock"> | undefined;
  readonly concurrency?: Omit<ConcurrencyOptions, "clock"> | undefined;
  readonly circuitBreaker?: Omit<CircuitBreakerOptions, "clock" | "onChange"> | undefined;
}

/** Says what is wrong with a value, if anything is. */
type Check = (value: unknown, path: string) => void;

const presets = { production, development };

const number: Check = (value, path) => {
  if (typeof value !== "number" || !(value >= 0)) wrong(path, "a number from 0", value);
};
const text: Check = (value, path) => {
  if (typeof value !== "string" || value === "") wrong(path, "a text", value);
};
const flag: Check = (value, path) => {
  if (typeof value !== "boolean") wrong(path, "true or false", value);
};
const oneOf =
  (...names: readonly string[]): Check =>
  (value, path) => {
    if (!names.includes(value as string)) wrong(path, names.map((name) => JSON.stringify(name)).join(" or "), value);
  };
const texts: Check = (value, path) => {
  for (const [name, one] of Object.entries(record(value, path))) text(one, `${path}.${name}`);
};
const members =
  (checks: { readonly [name: string]: Check }): Check =>
  (value, path) => {
    for (const [name, one] of Object.entries(record(value, path))) {
      const at = path === "" ? name : `${path}.${name}`;
      const check = Object.hasOwn(checks, name) ? checks[name] : undefined;
      if (check === undefined) throw failure(at, `there is no such member${didYouMean(name, Object.keys(checks))}`);
      check(one, at);
    }
  };
const retry = members({ maxAttempts: number, baseMs: number, maxMs: number, deadlineMs: number, resubmitJobs: flag });

const config = members({
  preset: oneOf("production", "development"),
  baseURL: text,
  vars: texts,
  headers: texts,
  timeouts: members({ connect: number, firstByte: number, idle: number, total: number }),
  outOfRange: oneOf("error", "clamp", "warn"),
  retry: (value, path) => {
    if (value !== false) retry(value, path);
  },
  rateLimit: members({
    requestsPerMinute: number,
    tokensPerMinute: number,
    learn: flag,
    per: oneOf("target", "all"),
    maxQueue: number,
    maxWaitMs: number,
  }),
  concurrency: members({ maxInFlight: number, maxQueue: number, maxWaitMs: number }),
  circuitBreaker: members({ failures: number, openMs: number, successes: number, probeLeaseMs: number }),
  apiKey: (_value, path) => {
    throw failure(path, "keys do not belong into files: leave it to the environment, or give it in code");
  },
});

/**
 * The options that a parsed file stands for: `createOpenAI(readClientConfig(JSON.parse(text)))`. Each call makes
 * policies of their own. Throws "invalid-configuration" with the `path` of the first member that is wrong.
 */
export function readClientConfig(value: unknown): ClientOptions {
  config(value, "");
  const { preset, rateLimit: rates, concurrency: bounds, circuitBreaker: circuit, ...plain } = value as ClientConfig;
  return {
    ...(preset === undefined ? {} : presets[preset]()),
    ...plain,
    ...(rates === undefined ? {} : { rateLimit: rateLimit(rates) }),
    ...(bounds === undefined ? {} : { concurrency: concurrency(bounds) }),
    ...(circuit === undefined ? {} : { circuitBreaker: circuitBreaker(circuit) }),
  };
}

function record(value: unknown, path: string): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) wrong(path, "an object", value);
  return value as object;
}

function wrong(path: string, expected: string, value: unknown): never {
  throw failure(path, `expected ${expected}, not ${JSON.stringify(value)?.slice(0, 100)}`);
}

function failure(path: string, message: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", `client configuration${path && `, ${path}`}: ${message}`, {
    path,
  });
}
