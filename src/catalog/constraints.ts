/** Checks a parameter value against its catalog constraint and says in words what is wrong. Pure, no dependencies. */
import type { ParamBounds, ParamConstraint } from "./facts.js";

/**
 * What is wrong with a value, as the end of a sentence that begins with the parameter's name ("must be between 0 and
 * 2"), or `undefined` when the value is within the constraint.
 */
export function violation(constraint: ParamConstraint, value: unknown): string | undefined {
  if (constraint === true) return undefined;
  if (constraint === false) return "is not accepted";
  return typeViolation(constraint, value) ?? valueViolation(constraint, value) ?? lengthViolation(constraint, value);
}

function typeViolation({ type }: ParamBounds, value: unknown): string | undefined {
  if (type === undefined) return undefined;
  const fits =
    type === "integer"
      ? Number.isInteger(value)
      : type === "array"
        ? Array.isArray(value)
        : type === "object"
          ? typeof value === "object" && value !== null && !Array.isArray(value)
          : typeof value === type;
  return fits ? undefined : `must be ${/^[aeio]/.test(type) ? "an" : "a"} ${type}`;
}

function valueViolation(bounds: ParamBounds, value: unknown): string | undefined {
  if (bounds.const !== undefined && value !== bounds.const) return `must be ${JSON.stringify(bounds.const)}`;
  if (typeof value === "string" && bounds.size !== undefined && sizeFits(bounds.size, value)) return undefined;
  if (bounds.enum !== undefined && bounds.open !== true && !bounds.enum.some((allowed) => allowed === value)) {
    return `must be one of ${bounds.enum.map((allowed) => JSON.stringify(allowed)).join(", ")}`;
  }
  return typeof value === "number" ? rangeViolation(bounds, value) : undefined;
}

function rangeViolation(bounds: ParamBounds, value: number): string | undefined {
  const { min, max, exclusiveMin, exclusiveMax, step } = bounds;
  const inRange =
    Number.isFinite(value) &&
    (min === undefined || value >= min) &&
    (max === undefined || value <= max) &&
    (exclusiveMin === undefined || value > exclusiveMin) &&
    (exclusiveMax === undefined || value < exclusiveMax);
  if (!inRange) return `must be ${rangeText(bounds)}`;
  if (step === undefined) return undefined;
  // Steps are decimal (0.1): compare in steps, with room for binary rounding.
  const steps = (value - (min ?? 0)) / step;
  return Math.abs(steps - Math.round(steps)) < 1e-9 ? undefined : `must be a multiple of ${step}`;
}

/** The range in words: "between 0 and 2", "above 0 and at most 2", "at least 1". */
export function rangeText({ min, max, exclusiveMin, exclusiveMax }: ParamBounds): string {
  if (min !== undefined && max !== undefined) return min === max ? `${min}` : `between ${min} and ${max}`;
  const parts = [
    exclusiveMin === undefined ? undefined : `above ${exclusiveMin}`,
    min === undefined ? undefined : `at least ${min}`,
    exclusiveMax === undefined ? undefined : `below ${exclusiveMax}`,
    max === undefined ? undefined : `at most ${max}`,
  ].filter((part) => part !== undefined);
  return parts.length === 0 ? "a finite number" : parts.join(" and ");
}

function lengthViolation({ maxItems, maxLength }: ParamBounds, value: unknown): string | undefined {
  if (maxItems !== undefined && Array.isArray(value) && value.length > maxItems)
    return `must have at most ${maxItems} items`;
  if (maxLength !== undefined && typeof value === "string" && value.length > maxLength)
    return `must have at most ${maxLength} characters`;
  return undefined;
}

function sizeFits(size: NonNullable<ParamBounds["size"]>, value: string): boolean {
  const [, w, h] = /^(\d{1,6})x(\d{1,6})$/.exec(value) ?? [];
  const width = Number(w);
  const height = Number(h);
  if (!(width > 0 && height > 0)) return false;
  const aspect = width / height;
  const { multipleOf = 1 } = size;
  return (
    width % multipleOf === 0 &&
    height % multipleOf === 0 &&
    aspect >= (size.minAspect ?? 0) &&
    aspect <= (size.maxAspect ?? Number.POSITIVE_INFINITY) &&
    width <= (size.maxWidth ?? width) &&
    height <= (size.maxHeight ?? height) &&
    width * height <= (size.maxPixels ?? width * height)
  );
}
