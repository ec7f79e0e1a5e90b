/** One difference between two catalogs and the class that says what it means for a program. */

/**
 * `breaking`: a request that was accepted may be refused. `widening`: a request that was refused may be accepted.
 * `notice`: nothing is refused, but people want to know: a retirement date, a lower limit, a higher price, another
 * address. `data`: facts that requests do not depend on. `source`: only where a fact comes from.
 */
export type ChangeClass = "breaking" | "widening" | "notice" | "data" | "source";

/** From what matters most to what matters least. */
export const changeClasses: readonly ChangeClass[] = ["breaking", "widening", "notice", "data", "source"];

export interface CatalogChange {
  readonly class: ChangeClass;
  readonly provider: string;
  /** Absent when the change is one of the provider itself. */
  readonly model?: string;
  /**
   * Dotted path of the fact, such as `params.temperature`. Empty when the whole provider or model came (`after` is its
   * name or kind) or went (`before` is).
   */
  readonly path: string;
  /** Absent when there was none. */
  readonly before?: unknown;
  /** Absent when there is none any more. */
  readonly after?: unknown;
}

/** A change before it is known whose it is. */
export type FactChange = Omit<CatalogChange, "provider" | "model">;

/** Whether two facts are the same, whatever the order of their members. */
export function sameFacts(a: unknown, b: unknown): boolean {
  if (Object.is(a, b)) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a) !== Array.isArray(b)) return false;
  const [left, right] = [membersOf(a), membersOf(b)];
  return left.length === right.length && left.every(([key, value]) => sameFacts(value, (b as Facts)[key]));
}

interface Facts {
  readonly [key: string]: unknown;
}

function membersOf(facts: object): [string, unknown][] {
  return Object.entries(facts).filter(([, value]) => value !== undefined);
}

/** The change of one fact, or none. */
export function changeOf(
  path: string,
  before: unknown,
  after: unknown,
  classify: ChangeClass | ((before: unknown, after: unknown) => ChangeClass),
): FactChange[] {
  if (sameFacts(before, after)) return [];
  const change = { class: typeof classify === "string" ? classify : classify(before, after), path };
  return [{ ...change, ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) }];
}

/** The changes of each member of two objects, told apart by their names. */
export function memberChanges<T>(
  path: string,
  before: { readonly [name: string]: T } | undefined,
  after: { readonly [name: string]: T } | undefined,
  classify: (name: string, before: T | undefined, after: T | undefined) => ChangeClass,
): FactChange[] {
  const names = new Set([...Object.keys(before ?? {}), ...Object.keys(after ?? {})]);
  return [...names].sort().flatMap((name) => {
    const [old, now] = [own(before, name), own(after, name)];
    return changeOf(`${path}.${name}`, old, now, () => classify(name, old, now));
  });
}

function own<T>(of: { readonly [name: string]: T } | undefined, name: string): T | undefined {
  return of !== undefined && Object.hasOwn(of, name) ? of[name] : undefined;
}
