/** Completes the rows of dated snapshots and fine-tunes from the model they are a snapshot of. */
import { mergePatch } from "../../src/catalog/merge.js";
import { compact } from "./object.js";
import type { Row } from "./row.js";

/** Members that a snapshot shares with its model; prices, retirement and status are its own. */
const shared = [
  "name",
  "caps",
  "reasoning",
  "params",
  "limits",
  "modalities",
  "embedding",
  "endpoints",
  "features",
  "builtinTools",
  "modes",
  "family",
  "openWeights",
  "image",
  "speech",
  "video",
] as const;

/** The id without its date or its `ft:` prefix; `undefined` for ids that have neither. */
export function stemOf(id: string): string | undefined {
  if (id.startsWith("ft:")) return id.slice(3);
  const stem = id.replace(/-(\d{4}-\d{2}-\d{2}|\d{8})$/, "");
  return stem === id ? undefined : stem;
}

/** Rows by id, each completed by its stem's row where it is silent itself. */
export function completeRows(rows: readonly Row[]): Map<string, Row> {
  const byId = new Map(rows.map((row) => [row.id, row]));
  const completed = new Map<string, Row>();
  const complete = (row: Row): Row => {
    const known = completed.get(row.id);
    if (known !== undefined) return known;
    const stem = byId.get(stemOf(row.id) ?? "");
    const result = stem === undefined || stem.kind !== row.kind ? row : inherit(complete(stem), row);
    completed.set(row.id, result);
    return result;
  };
  for (const row of rows) complete(row);
  return completed;
}

function inherit(stem: Row, row: Row): Row {
  const inherited = Object.fromEntries(shared.flatMap((key) => (stem[key] === undefined ? [] : [[key, stem[key]]])));
  const { release, updated, knowledge } = stem.dates ?? {};
  const pricing = samePrice(stem, row) ? stem.pricing : undefined;
  const merged = mergePatch(
    { ...inherited, ...compact({ dates: compact({ release, updated, knowledge }), pricing }) },
    row,
  ) as Row;
  if (row.name !== undefined) return merged;
  // Rows without a name come from a list of prices, which gives the largest input as the context and counts pictures
  // that a built-in tool draws as output of the model; the model's own row knows better.
  return {
    ...merged,
    ...(stem.modalities && { modalities: stem.modalities }),
    ...(stem.limits && { limits: stem.limits }),
  };
}

/** The snapshot costs what its model costs, as far as its row says. Fine-tunes have prices of their own. */
function samePrice(stem: Row, row: Row): boolean {
  if (row.id.startsWith("ft:")) return false;
  const { input, output } = row.pricing ?? {};
  const differs = (own: unknown, common: unknown) => own !== undefined && own !== common;
  return !differs(input, stem.pricing?.input) && !differs(output, stem.pricing?.output);
}
