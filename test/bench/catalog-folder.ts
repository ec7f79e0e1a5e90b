/** A catalog folder of any size: the models of the shipped catalog over and over, as files of some fifty models each. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { syntheticProviders } from "./synthetic.js";

/** About as many models as a provider has: public catalogs list some 7,600 of 147 providers. */
const perFile = 52;

/** Writes the files; their names. Nothing is inherited, so every fact is read from text: the costliest form. */
export async function writeCatalog(folder: string, models: number): Promise<string[]> {
  mkdirSync(folder, { recursive: true });
  const providers = await syntheticProviders(models, perFile);
  return providers.map((provider) => {
    const name = `${provider.id}.json`;
    writeFileSync(join(folder, name), fileText(provider));
    return name;
  });
}

/** A provider as a catalog file. */
export function fileText({ models, defaultModel: _default, ...provider }: ProviderFacts): string {
  const entries = Object.entries(models).map(([id, { inputUnstated, input, aliasOf: _alias, ...model }]) => [
    id,
    inputUnstated === true ? model : { ...model, input },
  ]);
  return `${JSON.stringify({ catalogVersion: 1, provider, models: Object.fromEntries(entries) }, null, 2)}\n`;
}
