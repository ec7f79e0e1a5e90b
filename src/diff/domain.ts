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
  const accepts = weightiest([
    typeClass(old.type, now.type),
    boundClass(lowest(old), lowest(now)),
    boundClass(highest(old), highest(now)),
    values(old, now),
    upperBound(old.maxItems, now.maxItems),
    upperBound(old.maxLength, now.maxLength),
    acceptance(old.required !== true, now.required !== true),
    stepClass(old.step, now.step),
    JSON.stringify(old.size) === JSON.stringify(now.size) ? "data" : "breaking",
  ]);
  // What is sent and has no effect is refused by nobody.
  return accepts === "data" && old.effect !== now.effect ? "notice" : accepts;
}

function typeClass(before: ParamBounds["type"], after: ParamBounds["type"]): ChangeClass {
  if (before === after) return "data";
  return after === undefined || (before === "integer" && after === "number") ? "widening" : "breaking";
}

/** Steps that the new ones still meet stay accepted. */
function stepClass(before: number | undefined, after: number | undefined): ChangeClass {
  if (before === after) return "data";
  return after === undefined || (before !== undefined && Number.isInteger(before / after)) ? "widening" : "breaking";
}

const boundsOf = (given: ParamConstraint): ParamBounds | undefined =>
  given === false ? undefined : given === true ? {} : given;

/** How far values reach in one direction, and whether the end itself is in. */
interface Reach {
  readonly to: number;
  readonly included: boolean;
}

const lowest = ({ min, exclusiveMin }: ParamBounds): Reach => reach(negative(min), negative(exclusiveMin));

const highest = ({ max, exclusiveMax }: ParamBounds): Reach => reach(max, exclusiveMax);

const negative = (bound: number | undefined): number | undefined => (bound === undefined ? undefined : -bound);

function reach(included = Number.POSITIVE_INFINITY, excluded = Number.POSITIVE_INFINITY): Reach {
  return { to: Math.min(included, excluded), included: included < excluded };
}

function boundClass(before: Reach, after: Reach): ChangeClass {
  return before.to === after.to ? acceptance(before.included, after.included) : acceptedUpTo(before.to, after.to);
}

function values(before: ParamBounds, after: ParamBounds): ChangeClass {
  const [old, now] = [listed(before), listed(after)];
  if (old === undefined || now === undefined) return acceptance(old === undefined, now === undefined);
  return valueSet(old, now);
}

function listed(bounds: ParamBounds): readonly unknown[] | undefined {
  if (bounds.const !== undefined) return [bounds.const];
  return bounds.open === true ? undefined : bounds.enum;
}
