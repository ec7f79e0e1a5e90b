/** Lays a change over catalog files or resolved facts (JSON Merge Patch: `null` deletes) and checks the result. */
import type { CatalogError } from "../errors.js";
import type { ProviderFacts } from "./facts.js";
import { isObject, type JsonObject, mergePatch } from "./merge.js";
import { catalogError, problemsOf } from "./problem.js";
import { providerSchema } from "./schema-provider.js";

export interface OverlaidProvider {
  /** The provider with the change, or unchanged when the change has problems. */
  readonly provider: ProviderFacts;
  readonly problems: readonly CatalogError[];
}

/**
 * A provider with a change on top. The change has the shape of `ProviderFacts` with every part optional. All or
 * nothing: a change that leads to invalid facts is refused as a whole. `name` says where it comes from, for messages.
 */
export function overlayProvider(provider: ProviderFacts, change: unknown, name: string): OverlaidProvider {
  const refuse = (path: readonly string[], message: string): OverlaidProvider => ({
    provider,
    problems: [catalogError(name, { path, message })],
  });
  if (!isObject(change)) return refuse([], "expected an object");
  if (change.id !== undefined && change.id !== provider.id) return refuse(["id"], `expected ${provider.id}`);
  const merged = mergePatch(provider, settled(change)) as JsonObject;
  const result = providerSchema.safeParse(merged, { reportInput: true });
  if (result.success) return { provider: result.data, problems: [] };
  return { provider, problems: problemsOf(result.error.issues).map((problem) => catalogError(name, problem)) };
}

/** A change that states `input` settles what the file left open. */
function settled(change: JsonObject): JsonObject {
  if (!isObject(change.models)) return change;
  const models = Object.entries(change.models).map(([id, model]) => [
    id,
    isObject(model) && model.input !== undefined ? { ...model, inputUnstated: null } : model,
  ]);
  return { ...change, models: Object.fromEntries(models) };
}
