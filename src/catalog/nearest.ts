/** Finds the name that was probably meant: the smallest edit distance, when it is small enough to be a slip. */

/** The candidate nearest to `name`, or `undefined` when none is within a third of its length (at least 2 edits). */
export function nearest(name: string, candidates: Iterable<string>): string | undefined {
  // Names come from files: a hostile length must not cost quadratic time.
  if (name.length > 200) return undefined;
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(name.length / 3)) + 1;
  for (const candidate of candidates) {
    if (Math.abs(candidate.length - name.length) >= bestDistance) continue;
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** `; did you mean "x"?`, or nothing: the end of an error message. */
export function didYouMean(name: string, candidates: Iterable<string>): string {
  return didYouMeanOneOf(suggestionsFor(name, candidates));
}

/** The nearest candidate, for a program to offer; empty when none is near. */
export function suggestionsFor(name: string, candidates: Iterable<string>): readonly string[] {
  const found = nearest(name, candidates);
  return found === undefined ? [] : [found];
}

/** The end of an error message that names the first suggestion, or nothing. */
export function didYouMeanOneOf([first]: readonly string[]): string {
  return first === undefined ? "" : `; did you mean ${JSON.stringify(first)}?`;
}

/** Levenshtein distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
