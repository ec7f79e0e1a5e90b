/** Finds where a fact of a model is stated: the file and line, and through which layer of inheritance it came. */
import { lineAndColumn, readJson } from "../catalog/json-text.js";
import { isObject } from "../catalog/merge.js";
import { catalogLimits } from "../catalog/parse.js";
import { inheritableKeys, type ModelEntry, type ProviderFile } from "../catalog/schema-file.js";
import type { CatalogSource } from "./resolve-again.js";

export interface Origin {
  /** `own`, `profile "chat"`, `base openai/gpt-5`, `provider.defaults`. */
  readonly layer: string;
  readonly file: string;
  /** From 1. */
  readonly line: number;
}

type FactPath = readonly string[];

interface Entry {
  readonly source: CatalogSource;
  readonly file: ProviderFile;
  readonly id: string;
  readonly entry: ModelEntry;
}

/** `undefined` when no file states the fact: it follows from the kind of the model or is a default of the format. */
export function originOf(
  sources: ReadonlyMap<string, CatalogSource>,
  model: { readonly provider: string; readonly id: string },
  path: FactPath,
): Origin | undefined {
  const found = entryOf(sources, model.provider, model.id);
  return found === undefined ? undefined : search(sources, found, path);
}

/** The layers of `catalog/inherit.ts`, last first: what is found first is what counts. */
function search(sources: ReadonlyMap<string, CatalogSource>, at: Entry, path: FactPath): Origin | undefined {
  const { file, id, entry } = at;
  if (states(entry, path)) return origin(at, "own", ["models", id, ...path]);
  if (typeof entry.aliasOf === "string") return inherited(sources, at, entry.aliasOf, path);
  for (const name of [...(entry.use ?? [])].reverse()) {
    if (states(file.profiles?.[name], path)) return origin(at, `profile "${name}"`, ["profiles", name, ...path]);
  }
  if (entry.omit?.some((omitted) => `${path.join(".")}.`.startsWith(`${omitted}.`))) return undefined;
  if (entry.base !== undefined) {
    const base = inherited(sources, at, entry.base, path);
    if (base !== undefined) return base;
  }
  if (!states(file.provider.defaults, path)) return undefined;
  return origin(at, "provider.defaults", ["provider", "defaults", ...path]);
}

function inherited(
  sources: ReadonlyMap<string, CatalogSource>,
  { file }: Entry,
  reference: string,
  path: FactPath,
): Origin | undefined {
  const slash = reference.indexOf("/");
  const own = file.provider.id;
  const [provider, id] = reference.startsWith("#")
    ? [own, reference.slice(1)]
    : [reference.slice(0, slash), reference.slice(slash + 1)];
  const passed: readonly string[] = file.provider.inherits ?? inheritableKeys;
  if (provider !== own && !passed.includes(path[0] ?? "")) return undefined;
  const base = entryOf(sources, provider, id);
  const found = base && search(sources, base, path);
  return found && { ...found, layer: `base ${provider}/${id}${found.layer === "own" ? "" : `, ${found.layer}`}` };
}

function entryOf(sources: ReadonlyMap<string, CatalogSource>, provider: string, id: string): Entry | undefined {
  const source = sources.get(provider);
  const file = source?.parsed.file;
  if (source === undefined || file === undefined || !Object.hasOwn(file.models, id)) return undefined;
  const entry = file.models[id];
  return entry && { source, file, id, entry };
}

function states(layer: unknown, path: FactPath): boolean {
  let value = layer;
  for (const key of path) {
    if (!isObject(value) || !Object.hasOwn(value, key)) return false;
    value = value[key];
  }
  return value !== null;
}

function origin({ source }: Entry, layer: string, path: FactPath): Origin {
  const offset = readJson(source.text, catalogLimits.depth).offsetOf(path);
  return { layer, file: source.parsed.name, line: lineAndColumn(source.text, offset).line };
}
