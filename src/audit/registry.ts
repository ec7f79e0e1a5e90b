/** Writes down every change of a registry: what changed, to which generation, and who made it. */
import type { ProviderFacts } from "../catalog/facts.js";
import { diffCatalogs } from "../diff/catalog-changes.js";
import { describeChanges } from "../diff/describe.js";
import type { AuditSink, CatalogChanged } from "./record.js";

/** What a registry of `modelwright/registry` has. */
export interface AuditedRegistry {
  readonly generation: { readonly providers: ReadonlyMap<string, ProviderFacts> };
  subscribe(listener: (event: RegistryChange) => void): () => void;
  history(): readonly { readonly number: number; readonly by: string; readonly at: number }[];
}

type RegistryChange =
  | {
      readonly type: "changed";
      readonly change: { readonly from: number; readonly to: number; readonly generation: string };
      readonly reason: string;
    }
  | { readonly type: Exclude<string, "changed"> };

/** What happens when a change cannot be written down. */
export interface AuditRegistryOptions {
  /** The sink's error. The catalog has changed by then: nothing can be refused any more. */
  readonly onSinkFailure?: (error: unknown) => void;
}

/** More are counted, not told. */
const maxLines = 200;

/** From now on; resolves, when stopped, after the last record is safe. */
export function auditRegistry(
  registry: AuditedRegistry,
  sink: AuditSink,
  { onSinkFailure }: AuditRegistryOptions = {},
): { stop(): Promise<void> } {
  let before = [...registry.generation.providers.values()];
  let written: Promise<void> = Promise.resolve();
  const unsubscribe = registry.subscribe((event) => {
    if (!isChange(event)) return;
    const after = [...registry.generation.providers.values()];
    const record = recordOf(registry, event, { before, after });
    before = after;
    written = written.then(() => sink.append([record])).catch((error) => onSinkFailure?.(error));
  });
  return {
    stop() {
      unsubscribe();
      return written;
    },
  };
}

type Changed = Extract<RegistryChange, { readonly change: unknown }>;

function isChange(event: RegistryChange): event is Changed {
  return event.type === "changed";
}

function recordOf(
  registry: AuditedRegistry,
  { change, reason }: Changed,
  { before, after }: { readonly before: readonly ProviderFacts[]; readonly after: readonly ProviderFacts[] },
): CatalogChanged {
  const version = registry.history().find(({ number }) => number === change.to);
  const lines = [...describeChanges(diffCatalogs(before, after)).values()].flat();
  const more = lines.length - maxLines;
  return {
    type: "catalog-changed",
    id: crypto.randomUUID(),
    at: new Date(version?.at ?? Date.now()).toISOString(),
    actor: version === undefined ? {} : { user: version.by },
    generation: change.generation,
    summary: reason === "" ? `generation ${change.from} to ${change.to}` : reason,
    changes: more > 0 ? [...lines.slice(0, maxLines), `and ${more} more`] : lines,
  };
}
