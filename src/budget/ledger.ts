/** What a ledger of money is: holds that many callers place at once without overshoot, settled to what was really spent. */
import type { Nano } from "./money.js";

/** A sum that must not pass a limit. The key holds tags and window, so that each window begins at nothing. */
export interface Account {
  readonly key: string;
  readonly limit: Nano;
}

/** An amount to be held on several accounts, on all or none. */
export interface HoldRequest {
  /** Unique, chosen by the caller. */
  readonly id: string;
  /** The most that the call can cost. */
  readonly amount: Nano;
  /** All must have room, or none is held. */
  readonly accounts: readonly Account[];
  /** Milliseconds since the epoch. */
  readonly at: number;
  /**
   * What becomes of a hold that nobody settles before this time, as after a crash: `charge` keeps it, for the call may
   * have been billed; `release` gives it back.
   */
  readonly lost: { readonly after: number; readonly outcome: "charge" | "release" };
}

/** Whether an amount is held; if not, which account is full. */
export type HoldOutcome =
  | { readonly granted: true }
  | {
      readonly granted: false;
      /** The first account without room. */
      readonly account: string;
      /** Spent and held there. */
      readonly used: Nano;
    };

/** One call as it was paid. */
export interface Spend {
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly provider: string;
  readonly model: string;
  readonly tags: { readonly [name: string]: string };
  readonly amount: Nano;
  /** ISO 4217. */
  readonly currency: string;
  /** `estimated`: the answer broke off or stated no usage. */
  readonly certainty: "known" | "estimated";
  readonly inputTokens: number;
  readonly outputTokens: number;
}

/** What an account had spent before and after one settlement. Every amount is passed by exactly one settlement. */
export interface Settled {
  readonly account: string;
  readonly before: Nano;
  readonly after: Nano;
}

/** Which settled calls are asked for. */
export interface SpendFilter {
  /** Milliseconds since the epoch, inclusive. */
  readonly from?: number | undefined;
  /** Exclusive. */
  readonly until?: number | undefined;
  readonly tags?: { readonly [name: string]: string } | undefined;
}

/**
 * A ledger may be shared by many processes. Every method throws a `ModelwrightError`: "network" when it cannot be
 * reached, "permission" when it refuses the credentials, "invalid-response" when it holds something else.
 */
export interface Ledger {
  /** For messages. No address, no credentials. */
  readonly name: string;
  /** Holds the amount on all accounts at one moment, or on none. */
  hold(request: HoldRequest): Promise<HoldOutcome>;
  /** Puts what was spent in the place of the hold. A second settlement of the same id changes nothing. */
  settle(spend: Spend): Promise<readonly Settled[]>;
  /** Gives a hold back. */
  release(id: string): Promise<void>;
  /** What counts against an account at a time. */
  used(account: string, at: number): Promise<{ readonly spent: Nano; readonly held: Nano }>;
  /** The calls that were settled, oldest first. */
  spends(filter?: SpendFilter): AsyncIterable<Spend>;
  close(): Promise<void>;
}

export function matches(spend: Spend, { from, until, tags = {} }: SpendFilter): boolean {
  if (from !== undefined && spend.at < from) return false;
  if (until !== undefined && spend.at >= until) return false;
  return Object.entries(tags).every(([name, value]) => Object.hasOwn(spend.tags, name) && spend.tags[name] === value);
}
