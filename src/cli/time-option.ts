/** Reads an option that is a time. */
import { type Arguments, UsageError } from "./command.js";

/** Milliseconds since the epoch. */
export function timeOption(args: Arguments, option: string): number | undefined {
  const given = args.value(option);
  if (given === undefined) return undefined;
  const at = Date.parse(given);
  if (Number.isNaN(at)) throw new UsageError(`--${option} must be a date such as 2026-01-31, not "${given}"`);
  return at;
}
