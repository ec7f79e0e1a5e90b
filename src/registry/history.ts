/** The generations that held, as far back as they are kept. */
import { ModelwrightError } from "../errors.js";
import type { Act } from "./act.js";
import { type Change, changeBetween, type FullGeneration } from "./generation.js";
import type { Version } from "./registry-types.js";

export class History {
  private readonly all: { readonly version: Version; readonly generation: FullGeneration }[] = [];
  private readonly keep: number;

  constructor(keep: number) {
    this.keep = keep;
  }

  get versions(): readonly Version[] {
    return this.all.map(({ version }) => version);
  }

  add(generation: FullGeneration, change: Change, { by, reason }: Act): void {
    const { number, id, at } = generation;
    const version = { number, generation: id, at, by: by ?? "program", reason: reason ?? "", change };
    this.all.push({ version, generation });
    this.all.splice(0, this.all.length - this.keep);
  }

  /** Throws "invalid-configuration" for a number that is not, or no longer, kept. */
  get(number: number): FullGeneration {
    const found = this.all.find(({ version }) => version.number === number);
    if (found === undefined)
      throw new ModelwrightError("invalid-configuration", `the history has no generation ${number}`);
    return found.generation;
  }

  diff(from: number, to: number): Change {
    return changeBetween(this.get(from), this.get(to));
  }

  /** Whether one of the generations had the model. */
  had(provider: string, model: string): boolean {
    return this.all.some(({ generation }) => {
      const models = generation.providers.get(provider)?.models;
      return models !== undefined && Object.hasOwn(models, model);
    });
  }
}
