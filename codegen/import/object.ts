/** Builds objects without empty members. */

export type Json = { [key: string]: unknown };

/** The object without members that are `undefined` or empty objects. */
export function compact(object: { readonly [key: string]: unknown }): Json {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined && !isEmpty(value)));
}

/** The compact object, or `undefined` when nothing is left. */
export function compactOrNothing(object: { readonly [key: string]: unknown }): Json | undefined {
  const compacted = compact(object);
  return Object.keys(compacted).length === 0 ? undefined : compacted;
}

function isEmpty(value: unknown): boolean {
  return typeof value === "object" && value !== null && !Array.isArray(value) && Object.keys(value).length === 0;
}
