/** Catalogs of any size with realistic models: those of the shipped catalog over and over, under other names. */
import { join } from "node:path";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { root } from "../source-tree.js";

/** Providers with `perProvider` models each, `total` in all. */
export async function syntheticProviders(total: number, perProvider: number): Promise<ProviderFacts[]> {
  const { providers } = await loadCatalog(join(root, "catalog"));
  const openai = providers.find(({ id }) => id === "openai") as ProviderFacts;
  const shipped = providers.flatMap(({ models }) => Object.entries(models));
  const made: ProviderFacts[] = [];
  for (let from = 0; from < total; from += perProvider) {
    const models: { [id: string]: ModelFacts } = {};
    for (let i = from; i < Math.min(from + perProvider, total); i++) {
      // A stride that shares no factor with the size mixes providers, so that a small catalog is as varied as a large one.
      const [id, facts] = shipped[(i * 997) % shipped.length] as [string, ModelFacts];
      const { aliases: _aliases, idPattern: _pattern, transport: _transport, ...model } = facts;
      models[`${id.replace(/[^a-z0-9.-]+/g, "-")}-${i}`] = model;
    }
    made.push({ ...openai, id: `synthetic-${made.length}`, name: `Synthetic ${made.length}`, models });
  }
  return made;
}
