/** Reads the catalog a command works on: a folder of the user's, and the shipped providers it builds on. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { ProviderFacts } from "../catalog/facts.js";
import { readCatalogFiles } from "../catalog/load.js";
import { parseProviderFile } from "../catalog/parse.js";
import { shippedCatalog } from "../catalog/shipped-folder.js";
import type { CatalogError } from "../errors.js";
import type { Arguments, Option } from "./command.js";
import { folderOf, isNamed } from "./config.js";
import { basesOf, type CatalogSource, createResolver, idOf } from "./resolve-again.js";
import { plural, type Terminal } from "./terminal.js";

export const catalogOption: Option = {
  type: "string",
  value: "DIR",
  help: "folder of catalog files; default: catalog, else the shipped one",
};

export interface Catalog {
  /** Sorted by id. */
  readonly providers: readonly ProviderFacts[];
  /** What is wrong; the models and files concerned are left out of `providers`. */
  readonly problems: readonly CatalogError[];
  /** The files behind the providers and behind what they inherit, by provider id. */
  readonly sources: ReadonlyMap<string, CatalogSource>;
}

/** The folder named by `--catalog` or by the project's file; else `catalog` in the working folder; else the shipped one. */
export function catalogFolder(args: Arguments): string {
  const own = folderOf(args, "catalog", "catalog");
  return isNamed(args, "catalog") || existsSync(own) ? own : shippedCatalog;
}

/** Ids of the providers that this package ships. */
export function shippedProviders(): string[] {
  const names = readdirSync(shippedCatalog).filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"));
  return names.map((name) => name.slice(0, -".json".length));
}

/** Reads a folder again and again; what has not changed is neither parsed nor resolved again. */
export function createCatalogReader(folder: string) {
  const resolve = createResolver();
  const known = new Map<string, CatalogSource>();
  const parse = (path: string, text: string): CatalogSource => {
    const before = known.get(path);
    if (before?.text === text) return before;
    const source = { text, parsed: parseProviderFile(relative(process.cwd(), path) || path, text) };
    known.set(path, source);
    return source;
  };
  const shipped = (id: string): CatalogSource | undefined => {
    const path = join(shippedCatalog, `${id}.json`);
    return shippedProviders().includes(id) ? parse(path, readFileSync(path, "utf8")) : undefined;
  };
  /** The folder's providers and, beside them, the shipped ones in `add`. Throws `CatalogError` when there is no such folder. */
  return async (add: readonly string[] = []): Promise<Catalog> => {
    const { files, problems } = await readCatalogFiles(folder);
    const own = [...files].map(([name, text]) => parse(join(folder, name), text));
    const sources = withShipped(own, add, folder === shippedCatalog ? () => undefined : shipped);
    const resolved = resolve(sources);
    const wanted = new Set([...own.map(idOf), ...add]);
    return {
      providers: resolved.providers.filter(({ id }) => wanted.has(id)),
      problems: [...problems, ...resolved.problems],
      sources: new Map(sources.map((source) => [idOf(source), source])),
    };
  };
}

/** Adds the shipped files that are asked for and those that models inherit from. A provider of the user's own comes first. */
function withShipped(
  own: readonly CatalogSource[],
  add: readonly string[],
  shipped: (id: string) => CatalogSource | undefined,
): CatalogSource[] {
  const sources = [...own];
  const present = new Set(own.map(idOf));
  const load = (id: string): void => {
    if (present.has(id)) return;
    present.add(id);
    const source = shipped(id);
    if (source !== undefined) sources.push(source);
  };
  for (const id of add) load(id);
  // Grows while it is walked: what is loaded may inherit from further providers.
  for (const source of sources) for (const id of basesOf(source)) load(id);
  return sources;
}

/** Tells every problem, one line each, and how many there are. */
export function reportProblems(problems: readonly CatalogError[], terminal: Terminal): void {
  for (const problem of problems) terminal.report({ style: "red", text: "error " }, problem.message);
  if (problems.length > 0) terminal.report(plural(problems.length, "problem"));
}
