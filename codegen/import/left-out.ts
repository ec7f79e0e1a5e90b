/** Says which rows of the facts do not become models of a catalog file, and why. */
import { matchesPattern } from "../../src/catalog/find-model.js";
import type { Row } from "./row.js";
import type { Settings } from "./settings.js";

/** One sentence for each reason, with how many rows it holds for and the first of them. */
export function leftOut(rows: readonly Row[], settings: Pick<Settings, "kinds" | "skip">): string[] {
  const byReason = new Map<string, string[]>();
  for (const row of rows) {
    const reason = reasonOf(row, settings);
    if (reason !== undefined) byReason.set(reason, [...(byReason.get(reason) ?? []), row.id]);
  }
  return [...byReason].map(([reason, ids]) => `${ids.length} rows left out: ${reason} (${ids.slice(0, 3).join(", ")})`);
}

function reasonOf(
  { id, kind = "chat" }: Row,
  { kinds, skip = [] }: Pick<Settings, "kinds" | "skip">,
): string | undefined {
  if (kinds !== undefined && !kinds.includes(kind)) return `no protocol of the provider serves the kind ${kind}`;
  const pattern = skip.find((candidate) => matchesPattern(candidate, id));
  return pattern === undefined ? undefined : `no model of this provider, by the pattern ${pattern}`;
}
