/** Compares two catalogs: what came, went and changed, each with the class that says what it means for a program. */
import { assumeOf } from "../catalog/capabilities.js";
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import { type CatalogChange, type ChangeClass, changeOf, type FactChange } from "./change.js";
import { modelChanges } from "./model-changes.js";

/**
 * Every difference between two states of a catalog, ordered by provider, model and path. A model that is only marked
 * as retired is `breaking`: requests for it no longer compile.
 */
export function diffCatalogs(before: readonly ProviderFacts[], after: readonly ProviderFacts[]): CatalogChange[] {
  const [old, now] = [byId(before), byId(after)];
  return union(old.keys(), now.keys()).flatMap((id) => providerChanges(id, old.get(id), now.get(id)));
}

function providerChanges(
  provider: string,
  before: ProviderFacts | undefined,
  after: ProviderFacts | undefined,
): CatalogChange[] {
  if (before === after) return [];
  if (before === undefined) return [{ class: "widening", provider, path: "", after: after?.name ?? provider }];
  if (after === undefined) return [{ class: "breaking", provider, path: "", before: before.name }];
  const own = connectionChanges(before, after).map((change) => ({ ...change, provider }));
  const models = union(Object.keys(before.models), Object.keys(after.models)).flatMap((model) =>
    changesOfModel(model, before, after).map((change) => ({ ...change, provider, model })),
  );
  return [...own, ...models];
}

function changesOfModel(id: string, before: ProviderFacts, after: ProviderFacts): FactChange[] {
  const [old, now] = [modelOf(before, id), modelOf(after, id)];
  if (old === now && before.assume === after.assume) return [];
  // A tombstone is no model that programs can use.
  if (old === undefined)
    return [{ class: now?.status === "retired" ? "data" : "widening", path: "", after: now?.kind }];
  if (now === undefined) return [{ class: old.status === "retired" ? "data" : "breaking", path: "", before: old.kind }];
  return modelChanges({ facts: old, assume: assumeOf(before, old) }, { facts: now, assume: assumeOf(after, now) });
}

function modelOf({ models }: ProviderFacts, id: string): ModelFacts | undefined {
  return Object.hasOwn(models, id) ? models[id] : undefined;
}

// Where requests go and who signs them, before what they look like.
const providerFacts: readonly (readonly [keyof ProviderFacts, ChangeClass])[] = [
  ["protocol", "notice"],
  ["baseURL", "notice"],
  ["baseURLEnv", "notice"],
  ["region", "notice"],
  ["vars", "notice"],
  ["auth", "notice"],
  ["headers", "notice"],
  ["dialect", "notice"],
  ["errors", "data"],
  ["defaultModel", "notice"],
  ["discover", "data"],
  ["name", "data"],
  ["role", "data"],
  ["docs", "data"],
];

function connectionChanges(before: ProviderFacts, after: ProviderFacts): FactChange[] {
  return [
    ...changeOf("assume", before.assume, after.assume, after.assume === "strict" ? "breaking" : "widening"),
    ...changeOf(
      "unknownModels",
      before.unknownModels,
      after.unknownModels,
      after.unknownModels === "reject" ? "breaking" : "widening",
    ),
    ...providerFacts.flatMap(([name, what]) => changeOf(name, before[name], after[name], what)),
  ];
}

function byId(providers: readonly ProviderFacts[]): Map<string, ProviderFacts> {
  return new Map(providers.map((provider) => [provider.id, provider]));
}

function union(a: Iterable<string>, b: Iterable<string>): string[] {
  return [...new Set([...a, ...b])].sort();
}
