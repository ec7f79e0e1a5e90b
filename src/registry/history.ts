/** The generations that held, as far back as they are kept, those of earlier runs included. */
import { ModelwrightError } from "../errors.js";
import type { Act } from "./act.js";
import type { LayeredDocument } from "./compose.js";
import { type Change, changeBetween, type FullGeneration } from "./generation.js";
import type { Version } from "./registry-types.js";

/** A version as it is written down: its facts are made again from its documents. */
export interface SavedVersion {
  readonly version: Version;
  readonly documents: readonly LayeredDocument[];
}

interface Entry extends SavedVersion {
  /** Absent until a version of an earlier run is asked for. */
  generation?: FullGeneration;
}

export class History {
  private all: Entry[] = [];
  private readonly keep: number;
  private readonly compose: (documents: readonly LayeredDocument[]) => FullGeneration;

  constructor(keep: number, compose: (documents: readonly LayeredDocument[]) => FullGeneration) {
    this.keep = keep;
    this.compose = compose;
  }

  get versions(): readonly Version[] {
    return this.all.map(({ version }) => version);
  }

  get saved(): readonly SavedVersion[] {
    return this.all;
  }

  get latest(): FullGeneration | undefined {
    const last = this.all.at(-1);
    return last === undefined ? undefined : this.get(last.version.number);
  }

  /** Begins with those of an earlier run. */
  restore(saved: readonly SavedVersion[]): void {
    this.all = saved.slice(-this.keep).map(({ version, documents }) => ({ version, documents }));
  }

  add(generation: FullGeneration, change: Change, { by, reason }: Act): void {
    const { number, id, at, documents } = generation;
    const version = { number, generation: id, at, by: by ?? "program", reason: reason ?? "", change };
    this.all = [...this.all, { version, documents, generation }].slice(-this.keep);
  }

  /** Throws "invalid-configuration" for a number that is not, or no longer, kept. */
  get(number: number): FullGeneration {
    const found = this.all.find(({ version }) => version.number === number);
    if (found === undefined)
      throw new ModelwrightError("invalid-configuration", `the history has no generation ${number}`);
    found.generation ??= { ...this.compose(found.documents), number, at: found.version.at };
    return found.generation;
  }

  diff(from: number, to: number): Change {
    return changeBetween(this.get(from), this.get(to));
  }

  /** Whether one of the generations had the model. */
  had(provider: string, model: string): boolean {
    return this.all.some(({ generation, version: { change } }) => {
      const models = generation?.providers.get(provider)?.models;
      if (models !== undefined) return Object.hasOwn(models, model);
      const id = `${provider}/${model}`;
      return [change.added, change.removed, change.updated].some((ids) => ids.includes(id));
    });
  }
}
