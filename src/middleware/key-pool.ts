/** `keyPool`: several keys of one provider behind `apiKey`, in turn or by chance; refused keys rest. */

import type { KeyPool } from "../client/client-options.js";
import { type Clock, systemClock } from "../client/clock.js";
import { connectionFor, withTimeLeft } from "../client/connection.js";
import type { ModelAnswer, ModelCall, Policy } from "../client/handler.js";
import { type ErrorCode, isModelwrightError, ModelwrightError } from "../errors.js";
import { watch } from "./parts/watch.js";

/** In which order keys are taken, and how long refused ones rest. */
export interface KeyPoolOptions {
  /** Default "turn". */
  readonly order?: "turn" | "random" | undefined;
  /** How long a refused key rests, in milliseconds, unless the provider says when to come back. Default 60,000. */
  readonly restMs?: number | undefined;
  readonly clock?: Clock | undefined;
  /** From 0 to below 1. Default `Math.random`. */
  readonly random?: (() => number) | undefined;
}

/** What a provider states is believed up to an hour: one wrong header must not take a key away for good. */
const longestRest = 3_600_000;

/** Failures of the key, not of the request or the provider. */
const keyFailures: ReadonlySet<ErrorCode> = /*#__PURE__*/ new Set(["authentication", "quota-exceeded", "rate-limited"]);

/**
 * For `ClientOptions.apiKey`. A request refused for its key goes out again with the next one that does not rest, each
 * key at most once. When all rest, the one that has rested longest is asked, so that the provider's own words reach the
 * caller. A key given with a call is used as it is.
 */
export function keyPool(keys: readonly string[], options: KeyPoolOptions = {}): KeyPool {
  const { order = "turn", restMs = 60_000, clock = systemClock, random = Math.random } = options;
  const distinct = [...new Set(keys)];
  if (distinct.length === 0 || distinct.some((key) => key === ""))
    throw new ModelwrightError("invalid-configuration", "keyPool: needs at least one key, and none that is empty");
  const restsUntil = new Map<string, number>();
  let turn = 0;

  const awake = (): readonly string[] => distinct.filter((key) => (restsUntil.get(key) ?? 0) <= clock.now());
  const choose = (from: readonly string[]): string | undefined => {
    if (order === "random") return from[Math.floor(random() * from.length)];
    for (let step = 0; step < distinct.length; step += 1) {
      const key = distinct[(turn + step) % distinct.length] as string;
      if (!from.includes(key)) continue;
      turn = (turn + step + 1) % distinct.length;
      return key;
    }
    return undefined;
  };
  const soonest = (): string =>
    distinct.reduce((best, key) => ((restsUntil.get(key) ?? 0) < (restsUntil.get(best) ?? 0) ? key : best));
  const take = (): string => choose(awake()) ?? soonest();

  /** True when the failure was the key's, which then rests. A limit of our own needs no rest: it keeps its own time. */
  const judge = (key: string, error: unknown): boolean => {
    if (!isModelwrightError(error) || !keyFailures.has(error.code)) return false;
    if (error.name !== "PolicyError")
      restsUntil.set(key, clock.now() + Math.min(longestRest, error.retryAfterMs ?? restMs));
    return true;
  };

  const policy: Policy = (next) => async (call) => {
    if (call.connection.keyOfCall === true) return next(call);
    const began = clock.now();
    const tried = new Set<string>();
    for (let key: string | undefined = take(); ; ) {
      tried.add(key);
      try {
        return judged(await next(withKey(withTimeLeft(call, clock.now() - began), key)), key, judge);
      } catch (error) {
        if (!judge(key, error)) throw error;
        key = choose(awake().filter((other) => !tried.has(other)));
        if (key === undefined) throw error;
      }
    }
  };
  return { take, policy };
}

function withKey<Call extends ModelCall>(call: Call, apiKey: string): Call {
  return { ...call, connection: connectionFor(call.connection, { apiKey }) };
}

/** Some providers answer 200 and refuse inside the stream. */
function judged<Result extends ModelAnswer>(
  answer: Result,
  key: string,
  judge: (key: string, error: unknown) => boolean,
): Result {
  if (answer.events === undefined) return answer;
  return watch(answer, (ending) => {
    if (ending.how === "failed") judge(key, ending.error);
  });
}
