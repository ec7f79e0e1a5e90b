/** The providers of a catalog for people, as one Markdown table; run by itself it writes `docs/providers.md`. */
import { mkdirSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { ModelFacts, ProviderFacts } from "../src/catalog/facts.js";
import { loadCatalog } from "../src/catalog/load.js";
import { protocolsOf } from "../src/catalog/spoken.js";
import { fileName } from "./identifier.js";
import { byCodeUnit } from "./text.js";

/** The text of `docs/providers.md`. */
export function providerTable(providers: readonly ProviderFacts[]): string {
  const sorted = [...providers].sort((a, b) => byCodeUnit(a.id, b.id));
  const models = sorted.flatMap((provider) => Object.values(provider.models));
  const untested = sorted.filter((provider) => provider.untested === true).length;
  return [
    "# Providers",
    "",
    "Generated from `catalog/` by `npm run generate`: do not edit.",
    "",
    `${sorted.length} providers, ${models.length} models; ${untested} of the providers are untested.`,
    "",
    "Every provider passes the same contract through the simulator (`test/providers/contract.test.ts`). What stands behind",
    "its facts differs: **documented** entries were, in the main, compared with the provider's documentation or with the",
    "code of a client that speaks to it; **untested** ones repeat public lists. None was called with a real key.",
    "",
    "| provider | import | protocols | models | facts |",
    "| --- | --- | --- | --- | --- |",
    ...sorted.map(row),
    "",
  ].join("\n");
}

function row(provider: ProviderFacts): string {
  const models = Object.values(provider.models);
  const protocols = new Set([provider.protocol, ...models.flatMap((model) => protocolsOf(provider, model))]);
  return [
    "",
    name(provider),
    `\`modelwright/${fileName(provider.id)}\``,
    [...protocols].join(", "),
    kinds(models) || (provider.unknownModels === "permissive" ? "any" : "none"),
    provider.untested === true ? "untested" : "documented",
    "",
  ]
    .join(" | ")
    .trim();
}

function name({ name: text, docs }: ProviderFacts): string {
  const plain = text.replace(/[|[\]<>`\\]/g, "");
  return docs === undefined ? plain : `[${plain}](${docs})`;
}

/** `12 chat, 3 embedding`: the models in service. */
function kinds(models: readonly ModelFacts[]): string {
  const numbers = new Map<string, number>();
  for (const { kind, status } of models) if (status !== "retired") numbers.set(kind, (numbers.get(kind) ?? 0) + 1);
  return [...numbers].map(([kind, number]) => `${number} ${kind}`).join(", ");
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const root = fileURLToPath(new URL("../", import.meta.url));
  const { providers } = await loadCatalog(`${root}catalog`);
  mkdirSync(`${root}docs`, { recursive: true });
  writeFileSync(`${root}docs/providers.md`, providerTable(providers));
}
