/** `createRegistry`: providers whose facts change while the program runs, one immutable generation after the other. */
import type { ProviderFacts } from "../catalog/facts.js";
import { findModel } from "../catalog/find-model.js";
import { CapabilityError, isModelwrightError, ModelwrightError } from "../errors.js";
import type { Act } from "./act.js";
import { ChangeFeed } from "./change-feed.js";
import { compose, type LayeredDocument } from "./compose.js";
import type { Question } from "./consent.js";
import type { Deployment, DeployOptions } from "./deployment.js";
import { EventHub } from "./event-hub.js";
import { type Explanation, explainFact } from "./explain.js";
import { Faces } from "./faces.js";
import { type Change, changeBetween, type FullGeneration, type Generation, generationId } from "./generation.js";
import { gone, Handles } from "./handles.js";
import { History } from "./history.js";
import { liveProvider } from "./live-provider.js";
import { findNamed } from "./names.js";
import { entryOf, findEntries, type ListedEntry, listEntries, type ModelQuery, meets } from "./query.js";
import type {
  Registry,
  RegistryEvent,
  RegistryOptions,
  RegistryProvider,
  RegistryProviders,
  Version,
} from "./registry-types.js";
import { JournalWriter, journalError, openJournal } from "./saved-registry.js";
import type { Source } from "./source.js";
import { SourceSet } from "./source-set.js";
import type { SourceStatus } from "./source-state.js";
import { type SavedTrial, Trials } from "./trials.js";

/**
 * A registry over the given providers. Resolves when every source is loaded, or when `startLimitMs` is over: what is
 * late comes in later. A source that fails does not make it reject; see `sources`.
 */
export async function createRegistry<const Providers extends RegistryProviders>(
  options: RegistryOptions<Providers>,
): Promise<Registry<Providers>> {
  const registry = new CatalogRegistry(options);
  await registry.start(options.sources ?? []);
  return registry as unknown as Registry<Providers>;
}

const unplaced: FullGeneration = {
  number: 0,
  id: "",
  at: 0,
  providers: new Map(),
  problems: [],
  statements: new Map(),
  documents: [],
};

class CatalogRegistry implements Registry<RegistryProviders> {
  readonly providers: RegistryProviders;
  private readonly options: RegistryOptions<RegistryProviders>;
  private readonly faces = new Faces();
  private readonly set: SourceSet;
  private readonly handles: Handles;
  private readonly hub = new EventHub();
  private readonly feed = new ChangeFeed();
  private readonly past: History;
  private readonly trials: Trials;
  private readonly journal: JournalWriter | undefined;
  private journalFault: ModelwrightError | undefined;
  private current = unplaced;
  private waiting: { readonly candidate: FullGeneration; readonly change: Change } | undefined;
  private pinned = false;
  private closed = false;

  constructor(options: RegistryOptions<RegistryProviders>) {
    this.options = options;
    this.past = new History(options.keep ?? 50, (documents) => this.candidate(documents));
    const { journal } = options;
    if (journal !== undefined)
      this.journal = new JournalWriter(
        journal,
        () => ({ versions: this.past.saved, kept: this.trials.kept, pinned: this.pinned, trial: this.trials.saved }),
        (error) => this.journalFailed(error),
      );
    this.set = new SourceSet(
      (event) => this.hub.tell(event),
      (by) => this.rebuild({ by, reason: "changed" }),
    );
    this.trials = new Trials({
      now: () => this.now(),
      current: () => this.current,
      candidate: (layered) => this.candidate([...this.documents, layered]),
      tell: (event) => {
        this.hub.tell(event);
        this.journal?.changed();
      },
      kept: (act) => this.rebuild(act),
    });
    this.handles = new Handles({
      faces: this.faces,
      past: this.past,
      trials: this.trials,
      current: () => this.current,
    });
    for (const [id, provider] of Object.entries(options.providers)) this.faces.set(id, provider);
    this.providers = Object.fromEntries(
      this.faces.ids.map((id) => [
        id,
        liveProvider({
          face: () => this.faces.of(id, this.current),
          handle: (model, wide) => this.handles.of(id, model, wide),
        }),
      ]),
    ) as unknown as RegistryProviders;
  }

  async start(sources: readonly Source[]): Promise<void> {
    await this.set.start(sources, this.options.startLimitMs ?? 1_500);
    const trial = await this.restore();
    const act = { by: "program", reason: "start" };
    const { latest } = this.past;
    const shipped = this.candidate([]);
    const all = this.pinned && latest !== undefined ? latest : this.candidate(this.documents);
    for (const error of all.problems) this.hub.once(error.message, { type: "problem", error });
    this.current = { ...shipped, number: 0 };
    const shrinks = this.shrinks(all);
    const next = shrinks ? shipped : all;
    this.current = latest ?? unplaced;
    if (next.id === latest?.id) this.current = { ...next, number: latest.number, at: latest.at };
    else this.swap(next, act);
    if (shrinks) this.hold(all, act);
    this.resume(trial);
    this.set.watchAll();
  }

  /** Takes up what an earlier run wrote down; gives the trial that is to go on. */
  private async restore(): Promise<SavedTrial | null> {
    const { journal } = this.options;
    try {
      const text = await journal?.load();
      if (text === undefined) return null;
      const { versions, kept, pinned, trial } = openJournal(text, journal?.trusted === true);
      this.past.restore(versions);
      this.trials.kept = kept;
      this.pinned = pinned;
      return trial;
    } catch (error) {
      this.journalFailed(error);
      return null;
    }
  }

  private resume(trial: SavedTrial | null): void {
    if (trial === null) return;
    const { journal, deploymentKey } = this.options;
    try {
      this.trials.resume(trial, deploymentKey, journal?.trusted === true);
    } catch (error) {
      this.journalFailed(error);
    }
  }

  private journalFailed(cause: unknown): void {
    const error = journalError(cause);
    this.journalFault = error;
    this.hub.tell({ type: "problem", error });
  }

  get generation(): Generation {
    return this.current;
  }

  get deployment(): Deployment | undefined {
    return this.trials.current;
  }

  get sources(): readonly SourceStatus[] {
    return this.set.status;
  }

  get problems(): readonly ModelwrightError[] {
    const ofSources = this.sources.flatMap(({ error }) => (error === undefined ? [] : [error]));
    return [...this.current.problems, ...ofSources, ...(this.journalFault === undefined ? [] : [this.journalFault])];
  }

  get held(): Change | undefined {
    return this.waiting?.change;
  }

  model(name: string, { facts }: { readonly facts?: object } = {}): never {
    const { provider, model, listed } = findNamed(this.current, name);
    if (listed === undefined && facts === undefined) this.unlisted(provider, model);
    // What it is follows from the name, which only the types of the caller know.
    return this.handles.of(provider.id, model, true, facts) as never;
  }

  bind(name: string, handle: object): () => void {
    const { provider, model, listed } = findNamed(this.current, name, { listed: true });
    return this.handles.bind(provider.id, listed ?? model, handle);
  }

  get(name: string): ListedEntry | undefined {
    try {
      const { provider, listed } = findNamed(this.current, name);
      const facts = listed === undefined ? undefined : findModel(provider, listed)?.model;
      return listed === undefined || facts === undefined ? undefined : entryOf(provider, listed, facts);
    } catch (error) {
      if (isModelwrightError(error) && error.code.startsWith("unknown-")) return undefined;
      throw error;
    }
  }

  list(provider?: string): readonly ListedEntry[] {
    return listEntries(this.current, provider);
  }

  find(query: ModelQuery): readonly ListedEntry[] {
    return findEntries(this.current, query);
  }

  pick(ids: readonly string[], query: ModelQuery): never {
    for (const id of ids) {
      const entry = this.get(id);
      if (entry !== undefined && meets(this.current, entry, query)) return this.model(id);
    }
    throw new CapabilityError("unsupported", `none of ${ids.join(", ")} is what was asked for`);
  }

  explain(name: string, field: string): Explanation | undefined {
    const { provider, listed: model } = findNamed(this.current, name);
    if (model === undefined) return undefined;
    const compiled = Object.hasOwn(this.faces.shipped.get(provider.id)?.models ?? {}, model);
    return explainFact(this.current, { provider: provider.id, model, field, compiled });
  }

  changes(signal?: AbortSignal): AsyncIterable<Change> {
    return this.feed.read(() => this.current, signal);
  }

  subscribe(listener: (event: RegistryEvent) => void): () => void {
    return this.hub.subscribe(listener);
  }

  async reload(): Promise<void> {
    await this.set.reload();
    this.rebuild({ by: "program", reason: "reload" });
  }

  addProvider(provider: RegistryProvider, { replace = false }: { readonly replace?: boolean } = {}): void {
    const { id } = provider.facts;
    if (this.faces.has(id) && !replace)
      throw new ModelwrightError("invalid-configuration", `there is a provider ${JSON.stringify(id)} already`);
    this.faces.set(id, provider);
    this.rebuild({ by: "program", reason: `provider ${id} added` });
  }

  removeProvider(id: string): boolean {
    if (!this.faces.delete(id)) return false;
    this.rebuild({ by: "program", reason: `provider ${id} removed` });
    return true;
  }

  async addSource(source: Source): Promise<void> {
    const state = this.set.add(source);
    await this.set.load(state);
    this.rebuild({ by: source.name, reason: "source added" });
    this.set.watch(state);
  }

  async removeSource(name: string): Promise<boolean> {
    if (!this.set.remove(name)) return false;
    this.rebuild({ by: name, reason: "source removed" });
    return true;
  }

  confirm({ by = "program", reason = "confirmed" }: Act = {}): boolean {
    if (this.waiting === undefined) return false;
    this.swap(this.waiting.candidate, { by, reason });
    return true;
  }

  history(): readonly Version[] {
    return this.past.versions;
  }

  at(number: number): Generation {
    return this.past.get(number);
  }

  diff(from: number, to: number): Change {
    return this.past.diff(from, to);
  }

  rollback(number: number, { by = "program", reason = `rollback to ${number}` }: Act = {}): void {
    const target = this.past.get(number);
    this.trials.rollback("the registry was rolled back");
    this.trials.kept = this.trials.kept.filter((layered) => target.documents.includes(layered));
    this.pinned = true;
    this.swap(target, { by, reason });
  }

  release({ by = "program", reason = "released" }: Act = {}): void {
    this.pinned = false;
    this.journal?.changed();
    this.rebuild({ by, reason });
  }

  deploy(change: unknown, options: DeployOptions = {}): Deployment {
    return this.trials.deploy(change, options);
  }

  async close(): Promise<void> {
    this.closed = true;
    this.feed.close();
    this.set.close();
    // A trial goes on in the next run: its end here is not written down.
    await this.journal?.end();
    this.trials.rollback("the registry was closed");
  }

  private get documents(): readonly LayeredDocument[] {
    return [...this.set.documents, ...this.trials.kept];
  }

  private now(): number {
    return (this.options.now ?? Date.now)();
  }

  private candidate(documents: readonly LayeredDocument[]): FullGeneration {
    const { consent, plausibility = {} } = this.options;
    const asked = (question: Question): boolean => {
      if (consent?.(question) === true) return true;
      this.hub.once(JSON.stringify(question), { type: "refused", question });
      return false;
    };
    const composed = compose(this.faces.shipped, documents, { consent: asked, plausibility });
    return { ...composed, number: 0, id: generationId(composed.providers), at: this.now(), documents };
  }

  private rebuild(act: Act): void {
    if (this.pinned || this.closed) return;
    const candidate = this.candidate(this.documents);
    for (const error of candidate.problems) this.hub.once(error.message, { type: "problem", error });
    if (candidate.id === this.current.id) {
      // The same facts. Where they are stated, and what is wrong, may be new.
      const { number, at } = this.current;
      this.current = { ...candidate, number, at };
      this.waiting = undefined;
    } else if (this.shrinks(candidate)) this.hold(candidate, act);
    else this.swap(candidate, act);
    this.trials.refresh();
  }

  /** Models go one by one. When most go at once, a source is broken, or not what it was. */
  private shrinks(candidate: FullGeneration): boolean {
    const { removed } = changeBetween(this.current, candidate);
    const lost = removed.filter((id) => this.faces.has(id.slice(0, id.indexOf("/"))));
    return lost.length >= 5 && lost.length > listEntries(this.current).length * (this.options.maxShrink ?? 0.5);
  }

  private hold(candidate: FullGeneration, { reason }: Act): void {
    const known = this.waiting?.candidate.id === candidate.id;
    const change = changeBetween(this.current, candidate);
    this.waiting = { candidate, change };
    if (!known) this.hub.tell({ type: "held", change, reason: reason ?? "" });
  }

  /** The one place where another generation begins to hold: a single assignment. */
  private swap(next: FullGeneration, act: Act): void {
    const before = this.current;
    const generation = { ...next, number: before.number + 1, at: this.now() };
    const change = changeBetween(before, generation);
    this.current = generation;
    this.waiting = undefined;
    this.past.add(generation, change, act);
    this.journal?.changed();
    this.feed.wake();
    this.hub.tell({ type: "changed", change, reason: act.reason ?? "" });
  }

  private unlisted(provider: ProviderFacts, asked: string): void {
    if (this.handles.wasListed(provider.id, asked)) throw gone(provider.id, asked);
    // A word such as `auto` stands for the default.
    const { id: model } = this.faces.of(provider.id, this.current).model(asked);
    if (findModel(provider, model) !== undefined) return;
    const { unknownModels = "allow" } = this.options;
    const id = `${provider.id}/${model}`;
    if (unknownModels === "warn") this.hub.once(id, { type: "unknown-model", id });
    if (unknownModels === "error") findNamed(this.current, id, { listed: true });
  }
}
