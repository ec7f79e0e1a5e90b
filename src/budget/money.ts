/** Money as whole billionths of a currency unit: sums and limits are exact, whatever is added in whatever order. */
import { ModelwrightError } from "../errors.js";

/** Whole billionths, e.g. 1 USD = 1_000_000_000n. */
export type Nano = bigint;

const perUnit = 1e9;

/** A limit or price as people write it. Throws "invalid-configuration" for what is no amount. */
export function nano(amount: number): Nano {
  if (!Number.isFinite(amount) || amount < 0 || amount > 9e6)
    throw new ModelwrightError(
      "invalid-configuration",
      `an amount of money must be between 0 and 9,000,000, not ${amount}`,
    );
  return BigInt(Math.round(amount * perUnit));
}

/** What was spent, never rounded down. Hostile amounts cannot lower a sum. */
export function nanoUp(amount: number): Nano {
  return BigInt(Math.ceil(Math.min(Math.max(0, amount), 9e6) * perUnit - 1e-6));
}

/** For people and reports. */
export function units(amount: Nano): number {
  return Number(amount) / perUnit;
}
