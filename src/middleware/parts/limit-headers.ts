/** Reads what providers say about their limits in the headers of an answer. */
import { durationMs } from "../../protocols/failure.js";
import type { HeaderReader } from "../../protocols/protocol.js";
import type { StatedLimit } from "./allowance.js";

export interface StatedLimits {
  readonly requests: StatedLimit | undefined;
  readonly tokens: StatedLimit | undefined;
}

/** Header names: limit, what remains of it, and its reset. */
type Names = readonly [limit: string, remaining: string, reset: string];

/**
 * OpenAI, Azure, Groq, xAI and others: https://platform.openai.com/docs/guides/rate-limits#rate-limits-in-headers ·
 * Anthropic: https://docs.claude.com/en/api/rate-limits#response-headers · Mistral, Cerebras: per minute, in the name.
 */
const requestNames: readonly Names[] = [
  ["x-ratelimit-limit-requests", "x-ratelimit-remaining-requests", "x-ratelimit-reset-requests"],
  [
    "anthropic-ratelimit-requests-limit",
    "anthropic-ratelimit-requests-remaining",
    "anthropic-ratelimit-requests-reset",
  ],
  ["x-ratelimit-limit-req-minute", "x-ratelimit-remaining-req-minute", "x-ratelimit-reset-req-minute"],
  ["x-ratelimit-limit-requests-minute", "x-ratelimit-remaining-requests-minute", "x-ratelimit-reset-requests-minute"],
];
const tokenNames: readonly Names[] = [
  ["x-ratelimit-limit-tokens", "x-ratelimit-remaining-tokens", "x-ratelimit-reset-tokens"],
  ["anthropic-ratelimit-tokens-limit", "anthropic-ratelimit-tokens-remaining", "anthropic-ratelimit-tokens-reset"],
  ["x-ratelimit-limit-tokens-minute", "x-ratelimit-remaining-tokens-minute", "x-ratelimit-reset-tokens-minute"],
];

/** `wallClock`: milliseconds since the epoch, for answers that give dates but not their own. */
export function statedLimits(header: HeaderReader, wallClock: () => number = Date.now): StatedLimits {
  return { requests: firstOf(requestNames, header, wallClock), tokens: firstOf(tokenNames, header, wallClock) };
}

function firstOf(all: readonly Names[], header: HeaderReader, wallClock: () => number): StatedLimit | undefined {
  for (const [limitName, remainingName, resetName] of all) {
    const limit = amountOf(header(limitName));
    const remaining = amountOf(header(remainingName));
    if (limit === undefined || remaining === undefined || limit === 0) continue;
    const answered = Date.parse(header("date") ?? "");
    const now = (): number => (Number.isNaN(answered) ? wallClock() : answered);
    return { limit, remaining: Math.min(remaining, limit), resetMs: resetOf(header(resetName), now) };
  }
  return undefined;
}

function amountOf(text: string | undefined): number | undefined {
  if (text === undefined || !/^\d{1,15}$/.test(text)) return undefined;
  return Number(text);
}

/** Seconds beyond this are a moment, not a duration. */
const longestSeconds = 1_000_000_000;

/** A duration (`6m0s`, `20ms`), seconds, a moment in seconds since the epoch, or an RFC 3339 date. */
function resetOf(text: string | undefined, now: () => number): number | undefined {
  if (text === undefined) return undefined;
  const duration = durationMs(text);
  if (duration !== undefined) return duration;
  if (/^\d{1,12}(?:\.\d{1,9})?$/.test(text)) {
    const seconds = Number(text);
    return seconds < longestSeconds ? seconds * 1000 : Math.max(0, seconds * 1000 - now());
  }
  const moment = /^\d{4}-\d\d-\d\dT/.test(text) ? Date.parse(text) : Number.NaN;
  return Number.isNaN(moment) ? undefined : Math.max(0, moment - now());
}
