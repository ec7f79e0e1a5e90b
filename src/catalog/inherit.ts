/** What one model states about itself and inherits: defaults, then base, omit, profiles and its own members, in order. */
import { isObject, type JsonObject, mergePatch } from "./merge.js";
import { didYouMean } from "./nearest.js";
import type { ParsedFile } from "./parse.js";
import type { Problem } from "./problem.js";
import { inheritableKeys, type ModelEntry } from "./schema-file.js";

/** Members that never pass to another entry of the same file. */
const personalKeys = ["aliases", "aliasOf", "wireId", "region", "idPattern"];

/** Reads the merged members of the base of an entry, or reports why there is none. */
export type ReadBase = (reference: string, key: "base" | "aliasOf") => InheritedBase | undefined;

export interface InheritedBase {
  readonly id: string;
  readonly members: JsonObject;
  readonly sameFile: boolean;
}

/** The merged members of an entry, before completion. Problems go to `report`, with paths inside the file. */
export function inheritedMembers(
  parsed: ParsedFile,
  id: string,
  options: { readonly readBase: ReadBase; readonly report: (problem: Problem) => void },
): JsonObject | undefined {
  const { file } = parsed;
  const entry = file?.models[id];
  if (file === undefined || entry === undefined) return undefined;
  const path = ["models", id];
  if (entry.aliasOf !== undefined && entry.aliasOf !== null) return aliasMembers(entry, options.readBase);
  const { base, use = [], omit = [], ...own } = entry;
  let members = mergePatch({}, file.provider.defaults ?? {}) as JsonObject;
  if (base !== undefined) {
    const found = options.readBase(base, "base");
    if (found === undefined) return undefined;
    members = mergePatch(members, passedOn(found, file.provider.inherits)) as JsonObject;
  }
  for (const [index, dotted] of omit.entries()) {
    const rest = without(members, dotted.split("."));
    if (rest === undefined) {
      options.report({
        path: [...path, "omit", index],
        message: `${JSON.stringify(dotted)} matches nothing inherited`,
      });
      return undefined;
    }
    members = rest;
  }
  for (const [index, name] of use.entries()) {
    const profiles = file.profiles ?? {};
    const profile = Object.hasOwn(profiles, name) ? profiles[name] : undefined;
    if (profile === undefined) {
      const why = parsed.quarantined.profiles.has(name) ? "has problems of its own" : "is not in this file";
      const hint = didYouMean(name, Object.keys(profiles));
      options.report({ path: [...path, "use", index], message: `profile ${JSON.stringify(name)} ${why}${hint}` });
      return undefined;
    }
    members = mergePatch(members, profile) as JsonObject;
  }
  return mergePatch(members, own) as JsonObject;
}

/** An alias is its target under another name: it states at most how it is called and sent. */
function aliasMembers(entry: ModelEntry, readBase: ReadBase): JsonObject | undefined {
  const { aliasOf, base, use, omit, ...own } = entry;
  const found = readBase(aliasOf ?? "", "aliasOf");
  if (found === undefined) return undefined;
  const { aliases, idPattern, ...members } = found.members;
  return { wireId: found.id, ...(mergePatch(members, own) as JsonObject), aliasOf: found.id };
}

function passedOn(base: InheritedBase, inherits: readonly string[] = inheritableKeys): JsonObject {
  const passes = (key: string) => (base.sameFile ? !personalKeys.includes(key) : inherits.includes(key));
  return Object.fromEntries(Object.entries(base.members).filter(([key]) => passes(key)));
}

/** The object without the member at a path; `undefined` when there is no such member. */
function without(object: JsonObject, [key, ...rest]: readonly string[]): JsonObject | undefined {
  if (key === undefined || !Object.hasOwn(object, key)) return undefined;
  const { [key]: member, ...others } = object;
  if (rest.length === 0) return others;
  const left = isObject(member) ? without(member, rest) : undefined;
  return left === undefined ? undefined : { ...object, [key]: left };
}
