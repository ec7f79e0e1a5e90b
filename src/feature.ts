/** Loads what only a feature needs: with the first call that uses it, so that a plain call stays small. */

/** A part of the package behind a dynamic import, which is a chunk of its own in a bundle. Kept once it is there. */
export function feature<Part>(load: () => Promise<Part>): () => Promise<Part> {
  let part: Promise<Part> | undefined;
  return () => {
    part ??= load().catch((error: unknown) => {
      // A chunk that did not arrive is asked for again by the next call.
      part = undefined;
      throw error;
    });
    return part;
  };
}
