/** `unverified(...)`: the visible mark for a value that the catalog refuses or does not know. */
import type { Unverified } from "./unsupported.js";

// Recognised across two copies of this package.
const mark = Symbol.for("modelwright.unverified");

/** A value to be sent without a check against the catalog. */
export interface Marked {
  readonly [mark]: true;
  readonly value: unknown;
}

/** Marks an option, a member of `reasoning`, or a message part: it is sent as it is, and the provider decides. */
export function unverified<const Value>(value: Value): Unverified<Value> {
  const marked: Marked = { [mark]: true, value };
  // The mark stands in for the value until the options are read.
  return marked as unknown as Unverified<Value>;
}

/** True for what `unverified` returns. */
export function isUnverified(value: unknown): value is Marked {
  return typeof value === "object" && value !== null && mark in value;
}
