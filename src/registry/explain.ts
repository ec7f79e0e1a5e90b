/** Says of a fact where it comes from: the layer, the source, the document and the line. */
import { isObject } from "../catalog/merge.js";
import type { AppliedStatement } from "./compose.js";
import type { Layer } from "./consent.js";
import type { FullGeneration } from "./generation.js";

/** A fact, and where it comes from. */
export interface Explanation {
  /** Undefined: nothing is stated. */
  readonly value: unknown;
  readonly layer: Layer;
  /** Name of the source; for shipped facts the provider's id. */
  readonly source: string;
  /** Name of the document, and the line from 1. Absent for shipped facts. */
  readonly file?: string;
  readonly line?: number;
}

export interface AskedFact {
  readonly provider: string;
  readonly model: string;
  /** Dotted path, such as `limits.context`. */
  readonly field: string;
  /** The model is one of those that came with the program. */
  readonly compiled: boolean;
}

/** `undefined` when there is no such model. */
export function explainFact(
  generation: FullGeneration,
  { provider, model, field, compiled }: AskedFact,
): Explanation | undefined {
  const models = generation.providers.get(provider)?.models;
  if (models === undefined || !Object.hasOwn(models, model)) return undefined;
  const path = field.split(".");
  const value = valueAt(models[model], path);
  const statements = generation.statements.get(`${provider}/${model}`) ?? [];
  // What took the model away took away what lies below, too.
  const since = statements.findLastIndex(({ applied }) => applied === null);
  const holding = statements.slice(since + 1);
  // What no document states of a new model follows from the document that added it.
  const added = compiled && since < 0 ? undefined : holding[0];
  const stating = holding.findLast(({ applied }) => states(applied, path)) ?? added;
  if (stating === undefined) return { value, layer: "shipped", source: provider };
  const { layer, source, document } = stating;
  return { value, layer, source, file: document.name, line: document.lineOf(pathIn(stating, path)) };
}

function pathIn({ statement }: AppliedStatement, path: readonly string[]): readonly (string | number)[] {
  for (let length = path.length; length > 0; length -= 1) {
    const named = statement.paths?.[path.slice(0, length).join(".")];
    if (named !== undefined) return named;
  }
  return [...statement.path, ...path];
}

/** Whether a patch says something about a path: the member, one around it that replaces it, or one that takes it away. */
function states(patch: unknown, path: readonly string[]): boolean {
  let value = patch;
  for (const key of path) {
    if (!isObject(value)) return value !== undefined;
    if (!Object.hasOwn(value, key)) return false;
    value = value[key];
  }
  return true;
}

function valueAt(object: unknown, path: readonly string[]): unknown {
  let value = object;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return undefined;
    value = value[key];
  }
  return value;
}
