/** Sends a call again when its failure may pass: the only layer that does, and only until something of the answer is seen. */
import type { ProtocolEvent } from "../chat/events.js";
import { type Attempt, isModelwrightError, type ModelwrightError } from "../errors.js";
import type { RetryOptions } from "./client-options.js";
import { sleep, systemClock } from "./clock.js";
import { withTimeLeft } from "./connection.js";
import type { EventReader, ModelAnswer, Policy } from "./handler.js";

const defaultDeadline = 10_000;

/**
 * Tries again after failures that the error table calls retryable: never after refusals, used-up quota, bad requests,
 * or what a policy of the client's own refused. Waits a random part of a doubling bound (full jitter) on top of what `retry-after` asks for. A try is made
 * only if the call still ends in time should that try fail as slowly as the one before, so a silent provider is not
 * asked twice.
 */
export function retry(options: RetryOptions = {}): Policy {
  const { maxAttempts = 3, deadlineMs, resubmitJobs = false, clock = systemClock } = options;
  return (next) => async (call) => {
    const began = clock.now();
    const { total } = call.connection.timeouts;
    const patience = deadlineMs ?? total ?? defaultDeadline;
    let deadline: number | undefined;
    for (let attempt = 1; ; attempt += 1) {
      const sent = call.attempts.length;
      try {
        const answer = await next(withTimeLeft(call, clock.now() - began));
        return answer.events === undefined || answer.events.whole ? answer : await firstVisible(answer, answer.events);
      } catch (error) {
        if (attempt >= maxAttempts || !mayPass(error)) throw error;
        if (call.once && !resubmitJobs && !surelyNotBegun(error)) throw error;
        const wait = (error.retryAfterMs ?? 0) + backoff(attempt, options);
        const failed = clock.now();
        const took = durationOf(call.attempts.slice(sent));
        deadline ??= Math.min(began + (total ?? Number.POSITIVE_INFINITY), failed - took + patience);
        if (failed + wait + took > deadline) throw error;
        await sleep(clock, wait, call.signal);
      }
    }
  };
}

function mayPass(error: unknown): error is ModelwrightError {
  return isModelwrightError(error) && error.retryable && error.name !== "PolicyError";
}

function surelyNotBegun({ unsent, code }: ModelwrightError): boolean {
  return unsent === true || code === "rate-limited";
}

function durationOf(attempts: readonly Attempt[]): number {
  return attempts.reduce((sum, { ms }) => sum + ms, 0);
}

function backoff(attempt: number, { baseMs = 500, maxMs = 8000, random = Math.random }: RetryOptions): number {
  return random() * Math.min(maxMs, baseMs * 2 ** (attempt - 1));
}

/** Reads up to the first event that a caller can see, so that a failure before it is still one to try again. */
async function firstVisible<Result extends ModelAnswer>(answer: Result, events: EventReader): Promise<Result> {
  const first: ProtocolEvent[] = [];
  while (!first.some(({ type }) => type !== "start")) {
    const batch = await events.read();
    if (batch === undefined) break;
    first.push(...batch);
  }
  return { ...answer, events: continued(first, events) };
}

function continued(first: readonly ProtocolEvent[], rest: EventReader): EventReader {
  let ahead = first;
  return {
    read() {
      if (ahead.length === 0) return rest.read();
      const batch = ahead;
      ahead = [];
      return Promise.resolve(batch);
    },
    close() {
      ahead = [];
      rest.close();
    },
  };
}
