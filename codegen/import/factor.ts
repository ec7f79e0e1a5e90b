/** Writes a model as what it shares (profiles, another model) and what is its own, so that the file stays reviewable. */
import { isObject, mergePatch } from "../../src/catalog/merge.js";
import type { Json } from "./object.js";

/** The change that turns `from` into `to`: `mergePatch(from, difference(from, to))` equals `to`. */
export function difference(from: Json, to: Json): Json {
  const patch: Json = {};
  for (const key of Object.keys(from)) if (!(key in to)) patch[key] = null;
  for (const [key, value] of Object.entries(to)) {
    const before = from[key];
    if (isObject(before) && isObject(value)) {
      const inner = difference(before as Json, value as Json);
      if (Object.keys(inner).length > 0) patch[key] = inner;
    } else if (!equal(before, value)) patch[key] = value;
  }
  return patch;
}

export interface FactorOptions {
  /** Facts that every model of the provider starts from. */
  readonly defaults: Json;
  /** By name, in the order in which they are tried. */
  readonly profiles: { readonly [name: string]: Json };
  /** A model of the same file that this one may build upon. */
  readonly base?: { readonly id: string; readonly facts: Json } | undefined;
}

/** The shortest entry among: profiles and own facts, or base and own facts. */
export function factor(facts: Json, { defaults, profiles, base }: FactorOptions): Json {
  const use: string[] = [];
  let shared = defaults;
  for (const [name, profile] of Object.entries(profiles)) {
    const mixed = mergePatch(shared, profile) as Json;
    const before = difference(shared, facts);
    const after = difference(mixed, facts);
    // A profile that must be taken back in part hides more than it says.
    if (size(before) - size(after) <= name.length || deletions(after) > deletions(before)) continue;
    use.push(name);
    shared = mixed;
  }
  const mixed = { ...(use.length > 0 ? { use } : {}), ...difference(shared, facts) };
  if (base === undefined) return mixed;
  const derived = { base: `#${base.id}`, ...difference(base.facts, facts) };
  return size(derived) < size(mixed) ? derived : mixed;
}

const deletions = (patch: Json) => JSON.stringify(patch).split(":null").length;

const size = (object: Json) => JSON.stringify(object).length;

/** Deep equality of JSON values; the order of keys does not matter. */
function equal(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (Array.isArray(a) && Array.isArray(b)) return a.length === b.length && a.every((item, i) => equal(item, b[i]));
  if (!isObject(a) || !isObject(b)) return false;
  const keys = Object.keys(a);
  return keys.length === Object.keys(b).length && keys.every((key) => key in b && equal(a[key], b[key]));
}
