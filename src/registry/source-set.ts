/** The sources of a registry: loads each one at a time, watches them, and says when something came. */
import { ModelwrightError } from "../errors.js";
import type { LayeredDocument } from "./compose.js";
import { layers } from "./consent.js";
import type { RegistryEvent } from "./registry-types.js";
import type { Source } from "./source.js";
import { SourceState, type SourceStatus } from "./source-state.js";

export class SourceSet {
  private readonly states = new Map<string, SourceState>();
  private readonly loading = new Map<SourceState, Promise<void>>();
  private readonly dirty = new Set<SourceState>();
  private readonly watches = new Map<string, AbortController>();
  private readonly closing = new AbortController();
  private readonly tell: (event: RegistryEvent) => void;
  private readonly came: (source: string) => void;

  /** `came`: a source was loaded again because it said that it changed. */
  constructor(tell: (event: RegistryEvent) => void, came: (source: string) => void) {
    this.tell = tell;
    this.came = came;
  }

  get status(): readonly SourceStatus[] {
    return [...this.states.values()].map(({ status }) => status);
  }

  /** What they hold, the lowest layer first; within a layer in the order in which the sources were added. */
  get documents(): readonly LayeredDocument[] {
    const all = [...this.states.values()].flatMap(({ source, all: documents }) =>
      documents.map((document) => {
        const { layer, name, trusted = false } = source;
        return { layer, source: name, trusted, document };
      }),
    );
    return all.sort((a, b) => layers.indexOf(a.layer) - layers.indexOf(b.layer));
  }

  /** Throws "invalid-configuration" for a name that is there. */
  add(source: Source): SourceState {
    if (this.states.has(source.name))
      throw new ModelwrightError("invalid-configuration", `there is a source ${JSON.stringify(source.name)} already`);
    const state = new SourceState(source);
    this.states.set(source.name, state);
    return state;
  }

  remove(name: string): boolean {
    this.watches.get(name)?.abort();
    this.watches.delete(name);
    return this.states.delete(name);
  }

  /** Adds and loads; sources that take longer than the limit give what an earlier run kept of them. */
  async start(sources: readonly Source[], limitMs: number): Promise<void> {
    const states = sources.map((source) => this.add(source));
    let timer: NodeJS.Timeout | undefined;
    const over = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, limitMs);
    });
    await Promise.race([Promise.all(states.map((state) => this.load(state))), over]);
    clearTimeout(timer);
    await Promise.all(states.map((state) => state.loadSaved()));
  }

  async reload(): Promise<void> {
    await Promise.all([...this.states.values()].map((state) => this.load(state)));
  }

  /** One load at a time per source: what changes meanwhile is read by another one. Never rejects. */
  load(state: SourceState): Promise<void> {
    this.dirty.add(state);
    const known = this.loading.get(state);
    if (known !== undefined) return known;
    const running = this.loadAll(state).finally(() => this.loading.delete(state));
    this.loading.set(state, running);
    return running;
  }

  watchAll(): void {
    for (const state of this.states.values()) this.watch(state);
  }

  watch(state: SourceState): void {
    const { source } = state;
    const enter = () => {
      if (this.states.get(source.name) === state) this.came(source.name);
    };
    const reload = () => void this.load(state).then(enter);
    // What is late for the start comes in when it is there.
    void this.loading.get(state)?.then(enter);
    if (source.watch === undefined || this.closing.signal.aborted) return;
    const end = new AbortController();
    this.watches.set(source.name, end);
    const watcher = {
      changed: reload,
      failed: (error: unknown) => {
        state.fail(error);
        this.report(state);
      },
      stale: (stale: boolean) => {
        state.stale = stale;
        this.tell({ type: "stale", source: source.name, stale });
      },
    };
    source.watch(watcher, end.signal);
  }

  /** Does not wait for loads: a source may not heed the signal. What they still give is dropped. */
  close(): void {
    this.closing.abort();
    for (const watch of this.watches.values()) watch.abort();
  }

  private async loadAll(state: SourceState): Promise<void> {
    while (this.dirty.delete(state)) await state.load(this.closing.signal);
    this.report(state);
  }

  private report({ error, source }: SourceState): void {
    if (error !== undefined && !this.closing.signal.aborted) this.tell({ type: "problem", error, source: source.name });
  }
}
