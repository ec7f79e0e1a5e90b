/** Puts changes that say the same of many models into one, so that a family's change reads as one line. */
import type { CatalogChange, ChangeClass } from "./change.js";

export interface ChangeGroup {
  readonly class: ChangeClass;
  readonly provider: string;
  readonly path: string;
  readonly before?: unknown;
  readonly after?: unknown;
  /** Models that share the change; empty when it is one of the provider itself. */
  readonly models: readonly string[];
}

/** The groups in the order of their first change. */
export function groupChanges(changes: readonly CatalogChange[]): ChangeGroup[] {
  const groups = new Map<string, CatalogChange & { models: string[] }>();
  for (const { model, ...change } of changes) {
    const own = model === undefined;
    const key = JSON.stringify([change.class, change.provider, change.path, change.before, change.after, own]);
    const group = groups.get(key) ?? { ...change, models: [] };
    if (model !== undefined) group.models.push(model);
    groups.set(key, group);
  }
  return [...groups.values()];
}
