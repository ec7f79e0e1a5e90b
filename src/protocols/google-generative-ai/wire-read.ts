/** Lenient reading of the wire: a member of the wrong type counts as absent. */
import type { Members } from "./wire.js";

export function objectOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** The objects of a list. A lone object counts as a list of one, as everywhere in Google's JSON. */
export function objectsOf(value: unknown): readonly Members[] {
  if (!Array.isArray(value)) {
    const sole = objectOf(value);
    return sole === undefined ? none : [sole];
  }
  // Lists are nearly always in order: no copy is made of those, once per chunk of a stream.
  for (const item of value as readonly unknown[])
    if (objectOf(item) === undefined) return value.map(objectOf).filter((object) => object !== undefined);
  return value as readonly Members[];
}

const none: readonly Members[] = [];

/** A string that is not empty. */
export function wordOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** True unless the member is missing or null. */
export function present(value: unknown): boolean {
  return value !== undefined && value !== null;
}
