/** `circuitBreaker`: stops asking a target that keeps failing, and lets one call at a time find out whether it is back. */
import { type Clock, systemClock } from "../client/clock.js";
import type { ModelCall, Policy } from "../client/handler.js";
import { type ErrorCode, isModelwrightError, PolicyError } from "../errors.js";
import { ByTarget } from "./parts/by-target.js";
import { type CallOutcome, Circuit, type CircuitState } from "./parts/circuit.js";
import { type TargetKey, targetOf, textOf } from "./parts/target.js";
import { type Ending, watch } from "./parts/watch.js";

/** Times in milliseconds. */
export interface CircuitBreakerOptions {
  /** Failures in a row that open a circuit. Default 5. */
  readonly failures?: number | undefined;
  /** How long it stays open. Default 30,000. */
  readonly openMs?: number | undefined;
  /** Successful probes in a row that close it. Default 1. */
  readonly successes?: number | undefined;
  /** How long a probe keeps others out at most: one that hangs does not keep the circuit half-open. Default 60,000. */
  readonly probeLeaseMs?: number | undefined;
  /** Told of each change, for alerts. What it throws fails the call that made the change. */
  readonly onChange?: ((change: CircuitChange) => void) | undefined;
  readonly clock?: Clock | undefined;
}

/** One model with one key at one place changed its state. */
export interface CircuitChange extends TargetKey {
  readonly from: CircuitState;
  readonly to: CircuitState;
}

/** A circuit that has something to tell. */
export interface CircuitStatus extends TargetKey {
  readonly state: CircuitState;
  /** Failures in a row. */
  readonly failures: number;
}

/** The policy, and what operators do by hand. `target` is `provider/model`; without it, all are meant. */
export interface CircuitBreaker extends Policy {
  /** Refuses all calls until `forceClose` or `reset`. */
  forceOpen(target?: string): void;
  /** Lets all calls through, whatever happens, until `forceOpen` or `reset`. */
  forceClose(target?: string): void;
  /** Forgets what was forced and counted. */
  reset(target?: string): void;
  /** Circuits that are not closed or have failures to their name. */
  circuits(): readonly CircuitStatus[];
}

/** What speaks against a target. Refusals, aborts and used-up limits do not: they are the call's or the key's own. */
const failureCodes: ReadonlySet<ErrorCode> = /*#__PURE__*/ new Set([
  "overloaded",
  "provider-error",
  "network",
  "timeout",
  "stream-truncated",
  "invalid-response",
]);

class KeyedCircuit extends Circuit {
  readonly key: TargetKey;

  constructor(key: TargetKey, ...rest: ConstructorParameters<typeof Circuit>) {
    super(...rest);
    this.key = key;
  }
}

/** Opened circuits refuse with `PolicyError` ("circuit-open") and `retryAfterMs`. A stream counts when it has ended. */
export function circuitBreaker(options: CircuitBreakerOptions = {}): CircuitBreaker {
  const { failures = 5, openMs = 30_000, successes = 1, probeLeaseMs = 60_000, clock = systemClock } = options;
  const rules = { failures, openMs, successes, probeLeaseMs };
  const circuits = new ByTarget<KeyedCircuit>();
  /** By target; "" stands for all. */
  const forced = new Map<string, "open" | "closed">();

  const circuitOf = (key: TargetKey): Circuit =>
    circuits.get(textOf(key), () => {
      return new KeyedCircuit(key, rules, clock, (from, to) => options.onChange?.({ ...key, from, to }));
    });

  const force = (state: "open" | "closed", target: string | undefined): void => {
    if (target === undefined) forced.clear();
    forced.set(target ?? "", state);
  };

  const policy: Policy = (next) => async (call) => {
    const key = targetOf(call);
    const byHand = forced.get(key.target) ?? forced.get("");
    if (byHand === "closed") return next(call);
    if (byHand === "open") throw refusal(call, undefined);
    const admission = circuitOf(key).admit();
    if ("refusedForMs" in admission) throw refusal(call, admission.refusedForMs);
    try {
      return watch(await next(call), (ending) => admission.end(outcomeOf(ending)));
    } catch (error) {
      admission.end(outcomeOf({ how: "failed", error }));
      throw error;
    }
  };
  return Object.assign(policy, {
    forceOpen: (target?: string) => force("open", target),
    forceClose: (target?: string) => force("closed", target),
    reset(target?: string) {
      if (target === undefined) forced.clear();
      else forced.delete(target);
      circuits.delete(({ key }) => target === undefined || key.target === target);
    },
    circuits: () =>
      circuits
        .all()
        .filter(({ state, failures }) => state !== "closed" || failures > 0)
        .map(({ key, state, failures }) => ({ ...key, state, failures })),
  });
}

function outcomeOf(ending: Ending): CallOutcome {
  if (ending.how === "completed") return "success";
  if (ending.how === "closed" || !isModelwrightError(ending.error)) return "neutral";
  return failureCodes.has(ending.error.code) ? "failure" : "neutral";
}

function refusal({ provider, modelId }: ModelCall, retryAfterMs: number | undefined): PolicyError {
  const why = retryAfterMs === undefined ? "opened by hand" : "the target kept failing";
  return new PolicyError("circuit-open", `${provider.id}/${modelId}: circuit-open: ${why}`, {
    provider: provider.id,
    model: modelId,
    retryAfterMs,
  });
}
