/** How a refusal is typed: a property that says in a sentence why the model cannot take it. */

declare const unsupported: unique symbol;

/** Not usable with this model; the type argument says why. Only `unverified(...)` produces such a value. */
export interface Unsupported<Why extends string> {
  // In a tuple, so that two refusals met in a group intersect instead of collapsing to `never`.
  readonly [unsupported]: [Why];
}

/** A string literal that discriminates but is not offered in completions. */
type Hidden<S extends string> = S & Record<never, never>;

/** A message part that this model refuses. */
export interface Rejected<Why extends string, Tag extends string> extends Unsupported<Why> {
  readonly type: Hidden<Tag>;
}

/** A message whose role this model refuses. */
export interface RejectedRole<Why extends string, Tag extends string> extends Unsupported<Why> {
  readonly role: Hidden<Tag>;
}

/** A value that passes where the catalog says no or nothing; see `unverified`. */
export type Unverified<Value> = Value & Unsupported<never>;
