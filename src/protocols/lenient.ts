/** Lenient reading of the wire: a member of the wrong type counts as absent. */

type WireObject = { readonly [member: string]: unknown };

/** The value when it is an object that is no array. */
export function objectOf(value: unknown): WireObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as WireObject) : undefined;
}

/** The objects of a list; none when it is no list. */
export function objectsOf(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.map(objectOf).filter((member) => member !== undefined) : [];
}

/** The value when it is a string that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** The value when it is an array, else none. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
