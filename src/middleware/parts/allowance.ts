/** What a provider says is left of a limit, and how it fills up again. */

/** One limit as the headers of an answer state it. */
export interface StatedLimit {
  readonly limit: number;
  readonly remaining: number;
  /** Milliseconds until all of it is there again. */
  readonly resetMs: number | undefined;
}

/** Where no reset is stated the limit is one per minute. */
const usualReset = 60_000;
/** Limits per day are the longest that providers have: what states more is wrong. */
const longestReset = 86_400_000;

/**
 * Fills up evenly until the stated reset, as the documented limits of OpenAI, Anthropic and Groq do. Nothing is held
 * back before the first statement. What is in flight is taken off a statement: the provider may not have seen it yet.
 */
export class Allowance {
  private limit = Number.POSITIVE_INFINITY;
  private level = Number.POSITIVE_INFINITY;
  /** Per millisecond. */
  private rate = 0;
  private at = 0;
  private inFlight = 0;

  /** Milliseconds until `amount` is there. An amount above the limit counts as the limit: it is an estimate. */
  waitMs(amount: number, now: number): number {
    const missing = Math.min(amount, this.limit) - this.levelAt(now);
    return missing > 0 ? Math.ceil(missing / this.rate) : 0;
  }

  /** Takes `amount`. The function given back is told when the provider has answered, or was never asked. */
  take(amount: number, now: number): (how: "answered" | "unsent") => void {
    this.level = this.levelAt(now) - amount;
    this.at = now;
    this.inFlight += amount;
    let open = true;
    return (how) => {
      if (!open) return;
      open = false;
      this.inFlight -= amount;
      if (how === "unsent") this.level += amount;
    };
  }

  learn({ limit, remaining, resetMs }: StatedLimit, now: number): void {
    const missing = limit - remaining;
    this.limit = limit;
    this.level = remaining - this.inFlight;
    this.at = now;
    if (resetMs === undefined) this.rate = limit / usualReset;
    else if (missing > 0 && resetMs > 0) this.rate = missing / Math.min(resetMs, longestReset);
    else if (this.rate === 0) this.rate = limit / usualReset;
  }

  isFullAt(now: number): boolean {
    return this.levelAt(now) >= this.limit;
  }

  private levelAt(now: number): number {
    return Math.min(this.limit, this.level + this.rate * (now - this.at));
  }
}
