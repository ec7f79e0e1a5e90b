/** The limits of one target, and the line of calls that wait for them. */
import type { Clock } from "../../client/clock.js";
import type { PolicyError } from "../../errors.js";
import { Allowance } from "./allowance.js";
import { FairQueue } from "./fair-queue.js";
import type { StatedLimits } from "./limit-headers.js";
import { Window } from "./window.js";

/** What a call took of the limits. */
export interface Reservation {
  /** The provider has answered. */
  readonly answered: () => void;
  /** Corrects what was reserved by what was used; tokens that are not known stay as estimated. */
  readonly settle: (used: { readonly requests: number; readonly tokens?: number | undefined }) => void;
}

export interface LaneOptions {
  readonly requestsPerMinute: number | undefined;
  readonly tokensPerMinute: number | undefined;
  readonly maxQueue: number;
  readonly clock: Clock;
}

/** What a provider asks for is believed up to an hour: one wrong header must not shut a target for good. */
const longestPause = 3_600_000;

export class Lane {
  private readonly clock: Clock;
  private readonly queue: FairQueue;
  private readonly requests: Window;
  private readonly tokens: Window;
  private readonly requestsLeft = new Allowance();
  private readonly tokensLeft = new Allowance();
  private pausedUntil = 0;
  private open = 0;

  constructor({ requestsPerMinute, tokensPerMinute, maxQueue, clock }: LaneOptions) {
    this.clock = clock;
    this.queue = new FairQueue(clock, maxQueue);
    this.requests = new Window(requestsPerMinute ?? Number.POSITIVE_INFINITY);
    this.tokens = new Window(tokensPerMinute ?? Number.POSITIVE_INFINITY);
  }

  /** Nothing is known here that a new lane would not know as well. */
  get isIdle(): boolean {
    const now = this.clock.now();
    if (this.open > 0 || this.pausedUntil > now) return false;
    return this.requests.isEmptyAt(now) && this.requestsLeft.isFullAt(now) && this.tokensLeft.isFullAt(now);
  }

  /** Resolves when the call may go. */
  async reserve(
    tokens: number,
    entrant: {
      readonly signal: AbortSignal | undefined;
      readonly maxWaitMs: number;
      readonly refuse: (why: "late" | "full", waitMs: number) => PolicyError;
    },
  ): Promise<Reservation> {
    let reservation: Reservation | undefined;
    this.open += 1;
    try {
      await this.queue.enter({
        signal: entrant.signal,
        maxWaitMs: entrant.maxWaitMs,
        refuse: (why) => entrant.refuse(why, this.waitMs(tokens)),
        admit: () => {
          const wait = this.waitMs(tokens);
          if (wait === 0) reservation = this.take(tokens);
          return wait;
        },
      });
    } catch (error) {
      this.open -= 1;
      throw error;
    }
    return reservation as Reservation;
  }

  /** Takes over what the provider says is left. */
  learn(reservation: Reservation, { requests, tokens }: StatedLimits): void {
    reservation.answered();
    const now = this.clock.now();
    if (requests !== undefined) this.requestsLeft.learn(requests, now);
    if (tokens !== undefined) this.tokensLeft.learn(tokens, now);
    this.queue.wake();
  }

  /** The provider asked to wait. */
  pause(ms: number): void {
    this.pausedUntil = Math.max(this.pausedUntil, this.clock.now() + Math.min(ms, longestPause));
  }

  private waitMs(tokens: number): number {
    const now = this.clock.now();
    return Math.max(
      this.pausedUntil - now,
      this.requests.waitMs(1, now),
      this.tokens.waitMs(tokens, now),
      this.requestsLeft.waitMs(1, now),
      this.tokensLeft.waitMs(tokens, now),
      0,
    );
  }

  private take(tokens: number): Reservation {
    const now = this.clock.now();
    const correctRequests = this.requests.take(1, now);
    const correctTokens = this.tokens.take(tokens, now);
    const taken = [this.requestsLeft.take(1, now), this.tokensLeft.take(tokens, now)];
    const ended = (how: "answered" | "unsent"): void => {
      for (const tell of taken) tell(how);
    };
    return {
      answered: () => ended("answered"),
      settle: (used) => {
        this.open -= 1;
        ended(used.requests === 0 ? "unsent" : "answered");
        correctRequests(used.requests - 1);
        correctTokens(used.requests === 0 ? -tokens : (used.tokens ?? tokens) - tokens);
        this.queue.wake();
      },
    };
  }
}
