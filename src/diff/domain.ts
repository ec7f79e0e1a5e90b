/** Compares what was accepted with what is accepted: fewer values break programs, more values do not. */
import type { ParamBounds, ParamConstraint } from "../catalog/facts.js";
import type { ChangeClass } from "./change.js";

/** A change of what a switch lets through. */
export function acceptance(before: boolean, after: boolean): ChangeClass {
  if (before === after) return "data";
  return before ? "breaking" : "widening";
}

/** A change of a set of accepted values. */
export function valueSet(before: readonly unknown[], after: readonly unknown[]): ChangeClass {
  if (before.some((value) => !after.includes(value))) return "breaking";
  return after.some((value) => !before.includes(value)) ? "widening" : "data";
}

/** A change of a number that bounds what is accepted from above; `undefined` is no bound. */
function upperBound(before: number | undefined, after: number | undefined): ChangeClass {
  return acceptedUpTo(before ?? Number.POSITIVE_INFINITY, after ?? Number.POSITIVE_INFINITY);
}

function acceptedUpTo(before: number, after: number): ChangeClass {
  if (before === after) return "data";
  return after < before ? "breaking" : "widening";
}

/** The weightier of several classes: a fact that both narrows and widens breaks. */
export function weightiest(classes: readonly ChangeClass[]): ChangeClass {
  return classes.includes("breaking") ? "breaking" : classes.includes("widening") ? "widening" : "data";
}

/** A change of a parameter's constraint; `unknown` is what an absent one means under the catalog's `assume`. */
export function constraint(
  before: ParamConstraint | undefined,
  after: ParamConstraint | undefined,
  unknown: boolean,
): ChangeClass {
  const [old, now] = [boundsOf(before ?? unknown), boundsOf(after ?? unknown)];
  if (old === undefined || now === undefined) return acceptance(old !== undefined, now !== undefined);
  return weightiest([
    old.type === now.type
      ? "data"
      : old.type === undefined
        ? "breaking"
        : now.type === undefined
          ? "widening"
          : "breaking",
    acceptedUpTo(-lowest(old), -lowest(now)),
    acceptedUpTo(highest(old), highest(now)),
    values(old, now),
    upperBound(old.maxItems, now.maxItems),
    upperBound(old.maxLength, now.maxLength),
    acceptance(old.required !== true, now.required !== true),
    JSON.stringify(old.size) === JSON.stringify(now.size) && old.step === now.step ? "data" : "breaking",
  ]);
}

const boundsOf = (given: ParamConstraint): ParamBounds | undefined =>
  given === false ? undefined : given === true ? {} : given;

const lowest = ({ min, exclusiveMin }: ParamBounds): number =>
  Math.max(min ?? Number.NEGATIVE_INFINITY, exclusiveMin ?? Number.NEGATIVE_INFINITY);

const highest = ({ max, exclusiveMax }: ParamBounds): number =>
  Math.min(max ?? Number.POSITIVE_INFINITY, exclusiveMax ?? Number.POSITIVE_INFINITY);

function values(before: ParamBounds, after: ParamBounds): ChangeClass {
  const [old, now] = [listed(before), listed(after)];
  if (old === undefined || now === undefined) return acceptance(old === undefined, now === undefined);
  return valueSet(old, now);
}

function listed(bounds: ParamBounds): readonly unknown[] | undefined {
  if (bounds.const !== undefined) return [bounds.const];
  return bounds.open === true ? undefined : bounds.enum;
}
