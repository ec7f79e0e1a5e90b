/** What a registry holds of one source: its documents, what is wrong with it, and whether it may be out of date. */
import { isModelwrightError, ModelwrightError } from "../errors.js";
import { type OverlayDocument, parseOverlay, withLastGood } from "./overlay-document.js";
import type { Source, SourceDocument } from "./source.js";

/** How a source is doing. */
export interface SourceStatus {
  readonly name: string;
  readonly layer: Source["layer"];
  /** `pending`: not read yet; `saved`: what an earlier run kept; `loaded`; `failed`: what was read before holds. */
  readonly state: "pending" | "saved" | "loaded" | "failed";
  /** It could not be reached for long. */
  readonly stale: boolean;
  readonly error: ModelwrightError | undefined;
  /** Names of its documents. */
  readonly documents: readonly string[];
}

export class SourceState {
  readonly source: Source;
  stale = false;
  error: ModelwrightError | undefined;
  private state: SourceStatus["state"] = "pending";
  private documents = new Map<string, OverlayDocument>();
  private started: Promise<void> | undefined;

  constructor(source: Source) {
    this.source = source;
  }

  get all(): readonly OverlayDocument[] {
    return [...this.documents.values()];
  }

  get status(): SourceStatus {
    const { name, layer } = this.source;
    const { state, stale, error } = this;
    return { name, layer, state, stale, error, documents: [...this.documents.keys()] };
  }

  /** Reads everything again. Never throws: what fails leaves what was read before. */
  async load(signal: AbortSignal): Promise<void> {
    try {
      this.started ??= this.source.start?.(signal) ?? Promise.resolve();
      await this.started;
      this.take(await this.source.load(signal));
      this.state = "loaded";
      this.error = undefined;
    } catch (error) {
      this.fail(error);
    }
  }

  /** What an earlier run of the program kept, when nothing was read yet. */
  async loadSaved(): Promise<void> {
    if (this.state === "loaded") return;
    try {
      const saved = await this.source.lastGood?.();
      if (saved === undefined || this.status.state === "loaded") return;
      this.take(saved);
      this.state = "saved";
    } catch (error) {
      this.fail(error);
    }
  }

  fail(error: unknown): void {
    if (this.state !== "saved") this.state = "failed";
    const { name } = this.source;
    // The message of a foreign error may hold an address with a password.
    this.error = isModelwrightError(error)
      ? error
      : new ModelwrightError("invalid-configuration", `source ${name}: loading failed`, { cause: error });
  }

  private take(documents: readonly SourceDocument[]): void {
    const next = new Map<string, OverlayDocument>();
    for (const { name, text } of documents) {
      const before = this.documents.get(name);
      const same = before?.text === text && before.problems.length === 0;
      next.set(name, same ? before : withLastGood(before, parseOverlay(name, text)));
    }
    this.documents = next;
  }
}
