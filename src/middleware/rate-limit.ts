/** `rateLimit`: keeps calls within requests and tokens per minute, given or learnt from the provider's answers. */
import { type Clock, systemClock } from "../client/clock.js";
import { withTimeLeft } from "../client/connection.js";
import type { ModelAnswer, ModelCall, Policy } from "../client/handler.js";
import { isModelwrightError, ModelwrightError, PolicyError } from "../errors.js";
import { ByTarget } from "./parts/by-target.js";
import { expectedTokens } from "./parts/expected-tokens.js";
import { Lane, type Reservation } from "./parts/lane.js";
import { statedLimits } from "./parts/limit-headers.js";
import { targetOf, textOf } from "./parts/target.js";
import { watch } from "./parts/watch.js";

/** Limits per minute, and how calls wait for them. */
export interface RateLimitOptions {
  /** Most requests in any minute. */
  readonly requestsPerMinute?: number | undefined;
  /** Most tokens in any minute, of prompts and answers together. */
  readonly tokensPerMinute?: number | undefined;
  /** Also keeps within what the provider's answers say is left. Default true. */
  readonly learn?: boolean | undefined;
  /** `target` (default): each model has limits of its own with each key and at each place, as at most providers. `all`: one for all. */
  readonly per?: "target" | "all" | undefined;
  /** Most calls that wait for one limit; further ones fail at once with "queue-full". Default 1,000. */
  readonly maxQueue?: number | undefined;
  /** Longest wait in milliseconds, then "rate-limited". Default: the call's total time-out, else 120,000. */
  readonly maxWaitMs?: number | undefined;
  readonly clock?: Clock | undefined;
}

/** The limits are there anew each minute: who has no place after two has too many before it. */
const defaultWait = 120_000;

/**
 * First come, first served. A call reserves what it will probably take and is corrected by what it took. One that can
 * never fit fails at once with "quota-exceeded"; one that would wait too long with "rate-limited" and `retryAfterMs`.
 */
export function rateLimit(options: RateLimitOptions = {}): Policy {
  const { requestsPerMinute, tokensPerMinute, learn = true, per = "target", maxQueue = 1000 } = options;
  const { clock = systemClock } = options;
  for (const [name, limit] of Object.entries({ requestsPerMinute, tokensPerMinute }))
    if (limit !== undefined && !(limit >= 1))
      throw new ModelwrightError("invalid-configuration", `rateLimit: ${name} must be at least 1`);
  const lanes = new ByTarget<Lane>();
  const laneOf = (call: ModelCall): Lane =>
    lanes.get(per === "all" ? "" : textOf(targetOf(call)), () => {
      return new Lane({ requestsPerMinute, tokensPerMinute, maxQueue, clock });
    });
  // What one lane learnt of several models would fit none.
  const learns = learn && per === "target";

  return (next) => async (call) => {
    const lane = laneOf(call);
    const tokens = expectedTokens(call);
    if (tokens > (tokensPerMinute ?? Number.POSITIVE_INFINITY)) throw tooLarge(call, tokens, tokensPerMinute);
    const began = clock.now();
    const { total } = call.connection.timeouts;
    const maxWaitMs = Math.min(options.maxWaitMs ?? total ?? defaultWait, total ?? Number.POSITIVE_INFINITY);
    const reservation = await lane.reserve(tokens, {
      signal: call.signal,
      maxWaitMs,
      refuse: (why, waitMs) => refusal(call, why === "full" ? "full" : maxWaitMs, waitMs),
    });
    const sent = call.attempts.length;
    try {
      const answer = await next(withTimeLeft(call, clock.now() - began));
      if (learns && answer.header !== undefined) lane.learn(reservation, statedLimits(answer.header));
      return settled(answer, { call, sent, reservation });
    } catch (error) {
      reservation.settle({ requests: call.attempts.length - sent });
      if (learns && isModelwrightError(error) && error.code === "rate-limited") lane.pause(error.retryAfterMs ?? 0);
      throw error;
    }
  };
}

/** The answer, whose end corrects what was reserved for it. */
function settled<Result extends ModelAnswer>(
  answer: Result,
  about: { readonly call: ModelCall; readonly sent: number; readonly reservation: Reservation },
): Result {
  const { call, sent, reservation } = about;
  return watch(answer, (ending) => {
    const usage = ending.how === "completed" ? ending.usage : undefined;
    const known = usage !== undefined && usage.state !== "absent";
    reservation.settle({
      requests: Math.max(1, call.attempts.length - sent),
      tokens: known ? usage.inputTokens + usage.outputTokens : undefined,
    });
  });
}

function placeOf({ provider, modelId }: ModelCall): { readonly provider: string; readonly model: string } {
  return { provider: provider.id, model: modelId };
}

function tooLarge(call: ModelCall, tokens: number, limit: number | undefined): PolicyError {
  const { provider, model } = placeOf(call);
  const message = `${provider}/${model}: quota-exceeded: the call takes about ${tokens} tokens, more than the limit of ${limit} per minute`;
  return new PolicyError("quota-exceeded", message, { provider, model });
}

function refusal(call: ModelCall, why: "full" | number, waitMs: number): PolicyError {
  const { provider, model } = placeOf(call);
  const code = why === "full" ? "queue-full" : "rate-limited";
  const text = why === "full" ? "too many calls wait already" : `no room within ${why} ms`;
  return new PolicyError(code, `${provider}/${model}: ${code}: ${text}`, { provider, model, retryAfterMs: waitMs });
}
