/** Where changes to the catalog come from: anything that gives texts, once or again and again. */
import type { Layer } from "./consent.js";

/** One text of a source. */
export interface SourceDocument {
  /** File name, URL or key, for messages. Names of one source differ. */
  readonly name: string;
  /** A catalog overlay (`{ "provider": { "id": … }, "models": … }`) or the original `models.json`. */
  readonly text: string;
}

/** What a source tells while it is watched. */
export interface SourceWatcher {
  /** `load` may give something else now. Told too often does no harm. */
  changed(): void;
  /** Something went wrong; what was loaded before holds. */
  failed(error: unknown): void;
  /** The source cannot be reached for so long that what it gave may be out of date; `false`: it can again. */
  stale(stale: boolean): void;
}

/** A source of changes: a file, a folder, a URL, a store, or any loader of your own. */
export interface Source {
  /** Another one for each source of a registry. */
  readonly name: string;
  readonly layer: Extract<Layer, "remote" | "project">;
  /** Nothing that it says needs consent: for code of the program itself. */
  readonly trusted?: boolean;
  /** Called once, before the first `load`. */
  start?(signal: AbortSignal): Promise<void>;
  /** All documents as they are now. Throws when they cannot be read: what was loaded before then holds. */
  load(signal: AbortSignal): Promise<readonly SourceDocument[]>;
  /** What `load` gave in an earlier run of the program, for a start without the source. */
  lastGood?(): Promise<readonly SourceDocument[]>;
  /** Begins to watch, until the signal fires. */
  watch?(watcher: SourceWatcher, signal: AbortSignal): void;
}

/** A change that stands in the program: an overlay as an object. It needs no consent. */
export function overlay(change: unknown, { name = "overlay" }: { readonly name?: string } = {}): Source {
  const text = JSON.stringify(change, null, 2) ?? "";
  return { name, layer: "project", trusted: true, load: async () => [{ name, text }] };
}
