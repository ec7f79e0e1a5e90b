/** A configuration store in memory: instances of one process share it, tests above all. */
import { type ConfigBackend, type ConfigEntry, checkEntry, conflict, stopped, type WriteOptions } from "./backend.js";

/** What several backends connect to. */
export class MemoryStore {
  readonly entries = new Map<string, ConfigEntry>();
  /** Counts writes. */
  revision = 0;
  private readonly waiting = new Set<() => void>();

  changed(): void {
    this.revision += 1;
    for (const wake of [...this.waiting]) wake();
  }

  /** Calls `wake` at the next change; the function given back takes it off. */
  onChange(wake: () => void): () => void {
    this.waiting.add(wake);
    return () => this.waiting.delete(wake);
  }
}

/** One instance's connection to a store in memory. */
export function memoryBackend(store: MemoryStore = new MemoryStore()): ConfigBackend {
  const closing = new AbortController();

  const checked = (key: string, { expected, signal }: WriteOptions): ConfigEntry | undefined => {
    if (signal?.aborted || closing.signal.aborted) throw stopped("memory");
    const entry = store.entries.get(key);
    if (expected !== undefined && (entry?.version ?? null) !== expected) throw conflict("memory", key);
    return entry;
  };
  return {
    name: "memory",
    list(prefix) {
      const found = [...store.entries].filter(([key]) => key.startsWith(prefix));
      return Promise.resolve({ entries: new Map(found), revision: String(store.revision) });
    },
    get: (key) => Promise.resolve(store.entries.get(key)),
    async put(key, value, options = {}) {
      checkEntry(key, value);
      checked(key, options);
      const entry = { key, value, version: String(store.revision + 1) };
      store.entries.set(key, entry);
      store.changed();
      return entry;
    },
    async delete(key, options = {}) {
      if (checked(key, options) === undefined) return false;
      store.entries.delete(key);
      store.changed();
      return true;
    },
    watch(_prefix, revision, signal) {
      const ended = AbortSignal.any([signal, closing.signal]);
      return new Promise((resolve, reject) => {
        if (ended.aborted) return reject(stopped("memory"));
        if (String(store.revision) !== revision) return resolve();
        const end = () => {
          forget();
          reject(stopped("memory"));
        };
        const forget = store.onChange(() => {
          forget();
          ended.removeEventListener("abort", end);
          resolve();
        });
        ended.addEventListener("abort", end, { once: true });
      });
    },
    close() {
      closing.abort();
      return Promise.resolve();
    },
  };
}
