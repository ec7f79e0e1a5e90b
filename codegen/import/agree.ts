/** Whether a list contradicts what a catalog says of a fact, and which of two sources is typed when they do. */
import { isDeepStrictEqual } from "node:util";
import { objectOf, textsOf } from "./lists/values.js";
import type { Json } from "./object.js";

/** Lists word these as they like. */
const unargued = new Set(["name", "family", "dates.updated"]);

/** True when what a list says (`said`) is no other than what is known (`have`): less, or the same in other words. */
export function agrees(path: string, have: unknown, said: unknown): boolean {
  if (unargued.has(path) || isDeepStrictEqual(have, said)) return true;
  // Lists name the modalities they know of.
  if (path === "input" || path === "output") return textsOf(said).every((modality) => textsOf(have).includes(modality));
  if (path === "features.structuredOutput") return schemaRank(have) >= 2 && schemaRank(said) >= 2;
  if (path === "reasoning") return reasonsAlike(objectOf(have), objectOf(said));
  // A range is a yes that says more.
  if (path.startsWith("params.")) return (have === false) === (said === false);
  return false;
}

/** Of two sources that contradict each other the one that lets more through; `undefined` where neither does. */
export function morePermissive(path: string, have: unknown, said: unknown): unknown {
  if (path === "input" || path === "output") return [...new Set([...textsOf(have), ...textsOf(said)])];
  if (path === "features.structuredOutput") return schemaRank(said) > schemaRank(have) ? said : have;
  if (path === "reasoning") return modeOf(have) === "none" ? said : have;
  if (path.startsWith("features.") && typeof have === "boolean") return have || said;
  if (path.startsWith("params.")) return have === false ? said : have;
  return undefined;
}

const schemaRank = (value: unknown): number => ["none", "json", "schema", "strict"].indexOf(String(value));

const modeOf = (reasoning: unknown): unknown => objectOf(reasoning).mode;

function reasonsAlike(have: Json, said: Json): boolean {
  if ((have.mode === "none") !== (said.mode === "none")) return false;
  const [known, listed] = [objectOf(have.effort).levels, objectOf(said.effort).levels];
  if (known === undefined || listed === undefined) return true;
  return isDeepStrictEqual([...textsOf(known)].sort(), [...textsOf(listed)].sort());
}
