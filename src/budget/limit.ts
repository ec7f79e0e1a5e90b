/** What a budget limits: which calls count, into which account, and when it begins anew. */
import { ModelwrightError } from "../errors.js";
import { type Nano, nano } from "./money.js";

/** An amount, the calls that count against it, and when it begins anew. */
export interface BudgetLimit {
  /** For errors and alerts. Default: made of the tags and the window. */
  readonly name?: string;
  /** In `currency`. */
  readonly amount: number;
  /** ISO 4217. Default `USD`. */
  readonly currency?: string;
  /** When spending begins anew, in UTC. Default `month`. */
  readonly window?: "hour" | "day" | "month" | "total";
  /** Only calls with all of these tags count. */
  readonly tags?: { readonly [name: string]: string };
  /** Each combination of these tags' values has an account of its own; a missing tag counts as empty. */
  readonly by?: readonly string[];
  /** Only these models count: `openai/gpt-4.1`, or `openai/*` for all of a provider. */
  readonly models?: readonly string[];
  /** Shares of the amount that are told of once in each window. Default 0.8 and 1. */
  readonly alertAt?: readonly number[];
  /** `block` (default): the call fails with "budget-exceeded"; `wait`: it waits for room. */
  readonly onExceed?: "block" | "wait";
}

/** A limit, checked. */
export interface CheckedLimit {
  readonly name: string;
  readonly amount: Nano;
  readonly currency: string;
  readonly alertAt: readonly number[];
  readonly onExceed: "block" | "wait";
  /** The key of the account that the call counts into; undefined when it does not count. */
  accountOf(call: CountedCall, at: number): string | undefined;
}

/** A call as limits see it. */
export interface CountedCall {
  readonly provider: string;
  readonly model: string;
  readonly tags: { readonly [name: string]: string };
}

/** Throws "invalid-configuration". */
export function checkLimit(limit: BudgetLimit, index: number): CheckedLimit {
  const { window = "month", tags = {}, by = [], models, currency = "USD", alertAt = [0.8, 1] } = limit;
  const at = `limits[${index}]`;
  if (!(limit.amount >= 0)) throw invalid(`${at}.amount must be an amount of money, not ${limit.amount}`);
  if (!/^[A-Z]{3}$/.test(currency)) throw invalid(`${at}.currency must be three capital letters, not "${currency}"`);
  if (!Object.hasOwn(windowLengths, window))
    throw invalid(`${at}.window must be one of ${Object.keys(windowLengths).join(", ")}, not "${window}"`);
  const unknownShare = alertAt.find((share) => !(share > 0 && share <= 1));
  if (unknownShare !== undefined)
    throw invalid(`${at}.alertAt must be shares above 0 and at most 1, not ${unknownShare}`);
  const counted = models?.map(matcher);
  const wanted = Object.entries(tags).sort();
  const name =
    limit.name ??
    [...wanted.map(([key, value]) => `${key} ${value}`), ...by.map((key) => `each ${key}`), window].join(", ");
  return {
    name,
    amount: nano(limit.amount),
    currency,
    alertAt,
    onExceed: limit.onExceed ?? "block",
    accountOf(call, when) {
      if (!wanted.every(([key, value]) => tagOf(call, key) === value)) return undefined;
      if (counted !== undefined && !counted.some((matches) => matches(`${call.provider}/${call.model}`)))
        return undefined;
      const values = by.map((key) => [key, tagOf(call, key) ?? ""]);
      return JSON.stringify([name, currency, window, windowStart(window, when), values]);
    },
  };
}

// How much of an ISO time tells one window from the next.
const windowLengths = { hour: 13, day: 10, month: 7, total: 0 } as const;

function windowStart(window: keyof typeof windowLengths, at: number): string {
  return new Date(at).toISOString().slice(0, windowLengths[window]);
}

function tagOf({ tags }: CountedCall, name: string): string | undefined {
  return Object.hasOwn(tags, name) ? tags[name] : undefined;
}

function matcher(pattern: string): (id: string) => boolean {
  return pattern.endsWith("/*") ? (id) => id.startsWith(pattern.slice(0, -1)) : (id) => id === pattern;
}

export function invalid(message: string): ModelwrightError {
  return new ModelwrightError("invalid-configuration", `budget: ${message}`);
}
