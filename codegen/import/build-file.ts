/** Builds one provider file from its rows and the decisions of a person. */
import { matchesPattern } from "../../src/catalog/find-model.js";
import { mergePatch } from "../../src/catalog/merge.js";
import { convertModel, servedByResponsesOnly } from "./convert-model.js";
import { convertProvider, type ProviderRow } from "./convert-provider.js";
import { factor } from "./factor.js";
import { completeRows, stemOf } from "./inherit-rows.js";
import type { Json } from "./object.js";
import type { Row } from "./row.js";
import type { Settings } from "./settings.js";

export interface BuildInput {
  readonly provider: ProviderRow;
  readonly rows: readonly Row[];
  readonly settings: Settings;
  /** ISO day of the import. */
  readonly today: string;
}

/** The provider file, ready to be formatted. */
export function buildFile({ provider, rows, settings, today }: BuildInput): Json {
  const connection = mergePatch(convertProvider(provider), settings.provider) as Json;
  const defaults = (connection.defaults ?? {}) as Json;
  const kept = rows.filter((row) => !(settings.skip ?? []).some((pattern) => matchesPattern(pattern, row.id)));
  const facts = new Map<string, Json>();
  const local = connection.role === "local";
  for (const row of completeRows(kept).values()) {
    const model = convertModel(row, { settings, local, today });
    const profile = servedByResponsesOnly(row) ? settings.profiles[settings.convert.responsesProfile ?? ""] : undefined;
    facts.set(row.id, corrected(row.id, mergePatch(model, profile ?? {}) as Json, settings));
  }
  for (const [id, patch] of Object.entries(settings.models ?? {})) {
    if (!id.includes("*") && !facts.has(id)) facts.set(id, corrected(id, {}, settings, patch));
  }
  for (const model of facts.values()) settleSuccessor(model, facts);
  const models: Json = {};
  for (const row of kept) if (row.aliasOf !== undefined) models[row.id] = aliasEntry(row, connection, facts);
  for (const [id, model] of facts) models[id] ??= entryOf(id, model, { facts, defaults, settings });
  return {
    $schema: "./provider.schema.json",
    catalogVersion: 1,
    provider: { ...connection, ...defaultModelOf(connection, facts) },
    profiles: settings.profiles,
    models,
  };
}

/** Facts on top of the kind's profile, then the corrections whose pattern fits, in order. */
function corrected(id: string, model: Json, settings: Settings, own?: Json): Json {
  const kind = String(own?.kind ?? model.kind ?? "chat");
  const base = [settings.base[kind] ?? []]
    .flat()
    .reduce((facts, name) => mergePatch(facts, settings.profiles[name] ?? {}) as Json, {} as Json);
  let facts = mergePatch(mergePatch(settings.provider.defaults ?? {}, base), model) as Json;
  const mode = (facts.reasoning as Json | undefined)?.mode;
  if (mode !== undefined && mode !== "none") facts = mergePatch(facts, settings.convert.whenReasons ?? {}) as Json;
  for (const [pattern, patch] of Object.entries(settings.models ?? {})) {
    if (!matchesPattern(pattern, id)) continue;
    const { use = [], ...rest } = patch as Json & { use?: readonly string[] };
    for (const name of use) facts = mergePatch(facts, settings.profiles[name]) as Json;
    facts = mergePatch(facts, rest) as Json;
  }
  return facts;
}

/** A successor that is gone itself points on; one that the file does not know is left out. */
function settleSuccessor(model: Json, facts: ReadonlyMap<string, Json>): void {
  const seen = new Set<unknown>();
  while (typeof model.successor === "string" && !seen.has(model.successor)) {
    seen.add(model.successor);
    const next = facts.get(model.successor);
    if (next?.status !== "retired") {
      if (next === undefined) break;
      return;
    }
    model.successor = next.successor;
  }
  delete model.successor;
}

function aliasEntry(row: Row, connection: Json, facts: Map<string, Json>): Json | undefined {
  const target = row.aliasOf ?? "";
  if (!facts.has(target)) return undefined;
  facts.delete(row.id);
  return {
    aliasOf: `${connection.id}/${target}`,
    ...(row.name === undefined ? {} : { name: row.name }),
    wireId: row.id,
  };
}

function entryOf(
  id: string,
  model: Json,
  {
    facts,
    defaults,
    settings,
  }: { readonly facts: ReadonlyMap<string, Json>; readonly defaults: Json; readonly settings: Settings },
): Json {
  const stem = stemOf(id);
  const base = stem === undefined ? undefined : facts.get(stem);
  if (stem !== undefined && base !== undefined && id.startsWith("ft:")) model.idPattern = `${id}:*`;
  return factor(model, {
    defaults,
    profiles: settings.profiles,
    base: stem === undefined || base === undefined ? undefined : { id: stem, facts: base },
  });
}

/** Kept only when the file has that model and it is in service. */
function defaultModelOf(connection: Json, facts: ReadonlyMap<string, Json>): Json {
  const id = connection.defaultModel;
  if (id === undefined) return {};
  const model = facts.get(String(id));
  if (model === undefined || model.status === "retired") {
    throw new Error(`${connection.id}: default model ${id} is not in service; name another in the overrides`);
  }
  return { defaultModel: id };
}
