/** Reads the text of a provider file into a checked `ProviderFile`, with every problem told at once. */
import type { CatalogError } from "../errors.js";
import { lineAndColumn, readJson } from "./json-text.js";
import { isObject } from "./merge.js";
import { catalogError, type Problem, problemsOf } from "./problem.js";
import { type ProviderFile, providerFileSchema } from "./schema-file.js";

/** Refused before anything is parsed or checked: no catalog file of ours comes near. */
export const catalogLimits = { bytes: 16 * 1024 * 1024, depth: 64, models: 50_000 } as const;

export interface ParsedFile {
  readonly name: string;
  /** Without the models and profiles that have problems; `undefined` when nothing of the file can be used. */
  readonly file?: ProviderFile;
  readonly problems: readonly CatalogError[];
  /** Ids of models and names of profiles that were left out. */
  readonly quarantined: { readonly models: ReadonlySet<string>; readonly profiles: ReadonlySet<string> };
  /** The error for something found wrong later, at its place in this file. */
  readonly error: (problem: Problem) => CatalogError;
}

/** Parses a provider file. Never throws. `name` is the file's name, for messages. */
export function parseProviderFile(name: string, text: string): ParsedFile {
  if (tooLarge(text)) return unreadable(name, [`larger than ${catalogLimits.bytes} bytes`]);
  const json = readJson(text, catalogLimits.depth);
  const error = (problem: Problem & { readonly offset?: number }) =>
    catalogError(name, problem, lineAndColumn(text, problem.offset ?? json.offsetOf(problem.path)));
  const problems: Problem[] = [...json.problems];
  if (json.value !== undefined) problems.push(...schemaProblems(json.value));
  const models = new Set<string>();
  const profiles = new Set<string>();
  let usable = json.value !== undefined;
  for (const { path } of problems) {
    const [section, key] = path;
    if (section === "models" && key !== undefined) models.add(String(key));
    else if (section === "profiles" && key !== undefined) profiles.add(String(key));
    else usable = false;
  }
  return {
    name,
    ...(usable ? { file: without(json.value as ProviderFile, models, profiles) } : {}),
    problems: problems.map(error),
    quarantined: { models, profiles },
    error,
  };
}

function schemaProblems(value: unknown): Problem[] {
  if (isObject(value) && isObject(value.models) && Object.keys(value.models).length > catalogLimits.models) {
    return [{ path: [], message: `more than ${catalogLimits.models} models` }];
  }
  const result = providerFileSchema.safeParse(value, { reportInput: true });
  return result.success ? [] : problemsOf(result.error.issues);
}

/** A UTF-16 unit is one to three bytes of UTF-8: encode only when that leaves doubt. */
function tooLarge(text: string): boolean {
  if (text.length > catalogLimits.bytes) return true;
  return text.length * 3 > catalogLimits.bytes && new TextEncoder().encode(text).length > catalogLimits.bytes;
}

function unreadable(name: string, messages: readonly string[]): ParsedFile {
  const error = (problem: Problem) => catalogError(name, problem);
  return {
    name,
    problems: messages.map((message) => error({ path: [], message })),
    quarantined: { models: new Set(), profiles: new Set() },
    error,
  };
}

function without(file: ProviderFile, models: ReadonlySet<string>, profiles: ReadonlySet<string>): ProviderFile {
  const keep = <T>(map: { readonly [key: string]: T } | undefined, bad: ReadonlySet<string>) =>
    Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => !bad.has(key)));
  return { ...file, models: keep(file.models, models), profiles: keep(file.profiles, profiles) };
}
