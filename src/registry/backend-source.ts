/** A configuration store as a source: every key under a prefix is a document. */
import type { ConfigBackend, ConfigSnapshot } from "./backend.js";
import { type FollowOptions, followBackend } from "./follow-backend.js";
import type { Source, SourceDocument } from "./source.js";

/** Which keys of a store are read. */
export interface BackendSourceOptions extends Pick<FollowOptions, "staleAfterMs" | "heartbeatMs" | "retryMs"> {
  /** Default: the backend's name. */
  readonly name?: string | undefined;
  /** Default `modelwright/catalog/`. */
  readonly prefix?: string | undefined;
  /** Default true. */
  readonly watch?: boolean | undefined;
}

/**
 * Overlays from a store that many instances share: all that read the same entries come to the same generation id, and one
 * that cannot read says that it is stale. The backend stays the caller's to close.
 */
export function backendSource(backend: ConfigBackend, options: BackendSourceOptions = {}): Source {
  const { name = backend.name, prefix = "modelwright/catalog/", watch = true, ...follow } = options;
  let latest: ConfigSnapshot | undefined;
  const source: Source = {
    name,
    layer: "project",
    async load(signal) {
      const snapshot = latest ?? (await backend.list(prefix, signal));
      latest = undefined;
      return documentsOf(snapshot, prefix);
    },
  };
  if (!watch) return source;
  return {
    ...source,
    watch(watcher, signal) {
      const end = followBackend(backend, {
        ...follow,
        prefix,
        onSnapshot(snapshot) {
          latest = snapshot;
          watcher.changed();
        },
        onFailure: watcher.failed,
        onStale: watcher.stale,
      });
      signal.addEventListener("abort", () => void end(), { once: true });
    },
  };
}

/** Sorted, so that every instance lays them over one another in the same order. */
function documentsOf({ entries }: ConfigSnapshot, prefix: string): readonly SourceDocument[] {
  return [...entries.values()]
    .map(({ key, value }) => ({ name: key.slice(prefix.length), text: value }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}
