/** `modelwright explain`: what is known of a model, where each fact is stated, and what follows for its types. */
import type { ModelFacts, ProviderFacts, Rule } from "../catalog/facts.js";
import { findModel } from "../catalog/find-model.js";
import { isObject } from "../catalog/merge.js";
import { didYouMean } from "../catalog/nearest.js";
import { ModelwrightError } from "../errors.js";
import { type Catalog, catalogFolder, catalogOption, createCatalogReader } from "./catalog.js";
import { type Command, columns, UsageError } from "./command.js";
import { describeModel } from "./describe-model.js";
import { originOf } from "./origin.js";
import type { Terminal } from "./terminal.js";

export const explain: Command = {
  names: "<provider>/<model> [field]",
  maxNames: 2,
  options: { catalog: catalogOption },
  async run(args, terminal) {
    const [reference, field] = args.names;
    const slash = reference?.indexOf("/") ?? -1;
    if (reference === undefined || slash < 1) throw new UsageError("name a model, such as openai/gpt-4.1");
    const providerId = reference.slice(0, slash);
    const catalog = await createCatalogReader(catalogFolder(args))([providerId]);
    const provider = providerOf(catalog, providerId);
    const { id, model } = modelOf(provider, reference.slice(slash + 1));
    const facts = leaves(model).filter(([path]) => field === undefined || `${path.join(".")}.`.startsWith(`${field}.`));
    if (facts.length === 0) throw unknownField(`${providerId}/${id}`, model, field ?? "");
    terminal.print({ style: "bold", text: `${providerId}/${id}` }, `  ${model.name ?? ""} (${model.kind})`);
    printFacts(facts, { catalog, provider: providerId, id }, terminal);
    if (field === undefined && model.kind === "chat") printTypes(provider, id, model, terminal);
    return 0;
  },
};

type Leaf = readonly [path: readonly string[], value: unknown];

/** Every fact that is not an object of facts. */
export function leaves(value: object, path: readonly string[] = []): Leaf[] {
  return Object.entries(value).flatMap(([key, member]) =>
    isObject(member) && Object.keys(member).length > 0
      ? leaves(member, [...path, key])
      : [[[...path, key], member] as const],
  );
}

function printFacts(
  facts: readonly Leaf[],
  at: { readonly catalog: Catalog; readonly provider: string; readonly id: string },
  terminal: Terminal,
): void {
  const rows = facts.map(([path, value]) => {
    const origin = originOf(at.catalog.sources, at, path);
    const where = origin === undefined ? "default" : `${origin.file}:${origin.line} (${origin.layer})`;
    return [path.join("."), JSON.stringify(value), where];
  });
  for (const line of columns(rows)) terminal.print(line);
}

function printTypes(provider: ProviderFacts, id: string, model: ModelFacts, terminal: Terminal): void {
  const { accepts, refuses } = describeModel(provider, id, model);
  terminal.print({ style: "green", text: "accepts" });
  for (const sentence of accepts) terminal.print(`  ${sentence}`);
  terminal.print({ style: "yellow", text: "refuses" });
  for (const sentence of refuses) terminal.print(`  ${sentence}`);
  if (model.rules === undefined) return;
  terminal.print({ style: "yellow", text: "under a condition" });
  for (const rule of model.rules) terminal.print(`  ${sentenceOf(rule)}`);
}

/** A rule in its own words, or in those of the catalog: what holds when. */
function sentenceOf({ note, when, effect, ...constraints }: Rule): string {
  const said = (facts: object) => JSON.stringify(facts).slice(1, -1).replaceAll(",", ", ");
  const rule = `when ${said(when)}: ${said(constraints)}${effect === undefined ? "" : ` (${effect})`}`;
  return note === undefined ? rule : `${note} (${rule})`;
}

function providerOf(catalog: Catalog, id: string): ProviderFacts {
  const provider = catalog.providers.find((candidate) => candidate.id === id);
  if (provider !== undefined) return provider;
  const ids = catalog.providers.map((candidate) => candidate.id);
  throw new ModelwrightError("unknown-provider", `no provider ${JSON.stringify(id)}${didYouMean(id, ids)}`);
}

function modelOf(provider: ProviderFacts, id: string): { readonly id: string; readonly model: ModelFacts } {
  const found = findModel(provider, id);
  if (found !== undefined) return found;
  const hint = didYouMean(id, Object.keys(provider.models));
  throw new ModelwrightError("unknown-model", `${provider.id} has no model ${JSON.stringify(id)}${hint}`);
}

function unknownField(reference: string, model: ModelFacts, field: string): ModelwrightError {
  const fields = leaves(model).flatMap(([path]) => [path.join("."), path[0] ?? ""]);
  return new ModelwrightError(
    "invalid-catalog",
    `${reference}: nothing is stated about ${JSON.stringify(field)}${didYouMean(field, new Set(fields))}`,
  );
}
