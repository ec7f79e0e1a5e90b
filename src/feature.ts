/** Loads what only a feature needs: with the first call that uses it, so that a plain call stays small. */

/** At hand, or on its way. What is at hand is not waited for: in a call that costs microseconds each promise counts. */
export type Soon<Value> = Value | Promise<Value>;

/**
 * A part of the package behind a dynamic import, which is a chunk of its own in a bundle. Kept once it is there, and
 * given without a promise from then on.
 */
export function feature<Part extends object>(load: () => Promise<Part>): () => Soon<Part> {
  let part: Soon<Part> | undefined;
  const keep = (loaded: Part): Part => {
    part = loaded;
    return loaded;
  };
  const forget = (error: unknown): never => {
    // A chunk that did not arrive is asked for again by the next call.
    part = undefined;
    throw error;
  };
  return () => {
    part ??= load().then(keep, forget);
    return part;
  };
}
