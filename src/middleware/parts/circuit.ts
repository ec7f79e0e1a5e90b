/** The state machine of one circuit: closed, open, half-open with a probe whose place is only leased. */
import type { Clock } from "../../client/clock.js";

export type CircuitState = "closed" | "open" | "half-open";

/** Times in milliseconds. */
export interface CircuitRules {
  /** Failures in a row that open it. */
  readonly failures: number;
  /** How long it stays open. */
  readonly openMs: number;
  /** Successful probes in a row that close it. */
  readonly successes: number;
  /** After this a probe that did not come back no longer keeps others out. */
  readonly probeLeaseMs: number;
}

/** How a call that was let through ended. `neutral`: it says nothing about the target. */
export type CallOutcome = "success" | "failure" | "neutral";

export type Admission = { readonly end: (outcome: CallOutcome) => void } | { readonly refusedForMs: number };

export class Circuit {
  state: CircuitState = "closed";
  /** In a row, while closed. */
  failures = 0;
  private readonly rules: CircuitRules;
  private readonly clock: Clock;
  private readonly changed: (from: CircuitState, to: CircuitState) => void;
  /** Counts changes of the state: what began before the last one no longer counts. */
  private epoch = 0;
  private reopensAt = 0;
  private successes = 0;
  private lease: { readonly until: number } | undefined;
  private inFlight = 0;

  constructor(rules: CircuitRules, clock: Clock, changed: (from: CircuitState, to: CircuitState) => void) {
    this.rules = rules;
    this.clock = clock;
    this.changed = changed;
  }

  /** Lets a call through, or says when to come back. */
  admit(): Admission {
    const now = this.clock.now();
    if (this.state === "open") {
      if (now < this.reopensAt) return { refusedForMs: this.reopensAt - now };
      this.become("half-open");
    }
    if (this.state === "closed") return this.track(undefined);
    if (this.lease !== undefined && now < this.lease.until) return { refusedForMs: this.lease.until - now };
    this.lease = { until: now + this.rules.probeLeaseMs };
    return this.track(this.lease);
  }

  /** Nothing is known here that a new circuit would not know as well. */
  get isIdle(): boolean {
    return this.state === "closed" && this.failures === 0 && this.inFlight === 0;
  }

  private track(lease: Circuit["lease"]): Admission {
    const { epoch } = this;
    let open = true;
    this.inFlight += 1;
    return {
      end: (outcome) => {
        if (!open) return;
        open = false;
        this.inFlight -= 1;
        if (epoch === this.epoch) this.count(outcome, lease);
      },
    };
  }

  private count(outcome: CallOutcome, lease: Circuit["lease"]): void {
    // Only who holds the lease gives it back: a probe that came late may not let in a third.
    if (lease !== undefined && lease === this.lease) this.lease = undefined;
    if (outcome === "neutral") return;
    if (outcome === "failure") {
      this.failures += 1;
      if (this.state === "half-open" || this.failures >= this.rules.failures) this.become("open");
    } else if (this.state === "closed") this.failures = 0;
    else {
      this.successes += 1;
      if (this.successes >= this.rules.successes) this.become("closed");
    }
  }

  private become(state: CircuitState): void {
    const from = this.state;
    this.state = state;
    this.epoch += 1;
    this.lease = undefined;
    this.successes = 0;
    if (state === "closed") this.failures = 0;
    if (state === "open") this.reopensAt = this.clock.now() + this.rules.openMs;
    this.changed(from, state);
  }
}
