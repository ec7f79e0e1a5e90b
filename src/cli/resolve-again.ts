/** Resolves a catalog again and again: only files that changed, and those that inherit from them, are resolved anew. */
import type { ProviderFacts } from "../catalog/facts.js";
import type { ParsedFile } from "../catalog/parse.js";
import { KnownModels, type ResolvedCatalog, resolveParsed } from "../catalog/resolve.js";
import type { CatalogError } from "../errors.js";

/** One provider file: what it says and where. */
export interface CatalogSource {
  readonly text: string;
  readonly parsed: ParsedFile;
}

interface Resolved {
  /** The file itself and all it inherits from, as they stood. */
  readonly closure: readonly CatalogSource[];
  readonly provider: ProviderFacts | undefined;
  readonly problems: readonly CatalogError[];
}

/** A function like `resolveParsed`. A source that did not change is the same object in each call. */
export function createResolver(): (sources: readonly CatalogSource[]) => ResolvedCatalog {
  const known = new WeakMap<CatalogSource, Resolved>();
  const models = new KnownModels();
  return (sources) => {
    const byId = firstById(sources);
    const closures = new Map(sources.map((source) => [source, closureOf(source, byId)]));
    const stale = sources.filter((source) => !isSame(known.get(source)?.closure, closures.get(source) ?? []));
    const needed = new Set(stale.flatMap((source) => closures.get(source) ?? []));
    const fresh = resolveParsed(
      sources.filter((source) => needed.has(source)).map(({ parsed }) => parsed),
      models,
    );
    for (const source of stale) {
      const id = idOf(source);
      known.set(source, {
        closure: closures.get(source) ?? [],
        provider: byId.get(id) === source ? fresh.providers.find((provider) => provider.id === id) : undefined,
        problems: fresh.problems.filter(({ file }) => file === source.parsed.name),
      });
    }
    const resolved = sources.flatMap((source) => known.get(source) ?? []);
    const providers = resolved.flatMap(({ provider }) => provider ?? []);
    return {
      providers: providers.sort((a, b) => (a.id < b.id ? -1 : 1)),
      problems: resolved.flatMap(({ problems }) => problems),
    };
  };
}

/** The provider id a file describes; empty when nothing of the file can be used. */
export function idOf({ parsed }: CatalogSource): string {
  return parsed.file?.provider.id ?? "";
}

/** Ids of the other providers that models of a file inherit from. */
export function basesOf({ parsed }: CatalogSource): Set<string> {
  const ids = new Set<string>();
  for (const { base } of Object.values(parsed.file?.models ?? {})) {
    const slash = base?.indexOf("/") ?? -1;
    if (base !== undefined && slash > 0 && !base.startsWith("#")) ids.add(base.slice(0, slash));
  }
  return ids;
}

/** Of two files for one provider the first counts; the resolver reports the second. */
function firstById(sources: readonly CatalogSource[]): Map<string, CatalogSource> {
  const byId = new Map<string, CatalogSource>();
  for (const source of sources) if (!byId.has(idOf(source))) byId.set(idOf(source), source);
  return byId;
}

function closureOf(source: CatalogSource, byId: ReadonlyMap<string, CatalogSource>): CatalogSource[] {
  const closure = new Set([source, byId.get(idOf(source)) ?? source]);
  // Grows while it is walked.
  for (const member of closure) {
    for (const id of basesOf(member)) {
      const base = byId.get(id);
      if (base !== undefined) closure.add(base);
    }
  }
  return [...closure];
}

function isSame(before: readonly CatalogSource[] | undefined, now: readonly CatalogSource[]): boolean {
  return before?.length === now.length && now.every((source, index) => source === before[index]);
}
