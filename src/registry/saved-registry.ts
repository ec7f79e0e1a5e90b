/** What a registry writes down for its next run: its history, the changes that were kept, the rollback that holds, the trial. */
import { z } from "zod";
import { strict } from "../catalog/schema-values.js";
import { isModelwrightError, ModelwrightError } from "../errors.js";
import type { LayeredDocument } from "./compose.js";
import { layers } from "./consent.js";
import type { SavedVersion } from "./history.js";
import type { Journal } from "./journal.js";
import { parseOverlay } from "./overlay-document.js";
import type { SavedTrial } from "./trials.js";

export interface SavedRegistry {
  readonly versions: readonly SavedVersion[];
  /** Changes that were kept. */
  readonly kept: readonly LayeredDocument[];
  /** The newest version is a rollback that still holds. */
  readonly pinned: boolean;
  readonly trial: SavedTrial | null;
}

const maxCharacters = 128 * 1024 * 1024;

const ids = z.array(z.string());
const count = z.int().min(0);
const percent = z.number().min(0).max(100);
const actSchema = { by: z.string(), reason: z.string() };

const savedSchema = strict({
  journalVersion: z.literal(1),
  documents: z.array(strict({ layer: z.enum(layers), source: z.string(), name: z.string(), text: z.string() })),
  versions: z.array(
    strict({
      number: count,
      generation: z.string(),
      at: z.number(),
      ...actSchema,
      change: strict({ from: count, to: count, generation: z.string(), added: ids, removed: ids, updated: ids }),
      documents: z.array(count),
    }),
  ),
  kept: z.array(count),
  pinned: z.boolean(),
  trial: z.nullable(
    strict({
      text: z.string(),
      options: strict({
        canary: percent,
        steps: z.array(percent),
        stepMs: z.number().exactOptional(),
        minSample: z.number().exactOptional(),
        maxErrorRate: z.number().exactOptional(),
        maxLatencyRatio: z.number().exactOptional(),
        by: actSchema.by.exactOptional(),
        reason: actSchema.reason.exactOptional(),
      }),
      paused: z.boolean(),
    }),
  ),
});

/** Throws "invalid-configuration" for a text that is no journal. */
export function openJournal(text: string, trusted: boolean): SavedRegistry {
  const saved = savedSchema.safeParse(text.length > maxCharacters ? undefined : parsed(text));
  if (!saved.success)
    throw new ModelwrightError("invalid-configuration", "the journal is damaged: the history begins anew");
  const { documents, versions, kept, pinned, trial } = saved.data;
  const all = documents.map(({ layer, source, name, text }) => ({
    layer,
    source,
    trusted,
    document: parseOverlay(name, text),
  }));
  const named = (places: readonly number[]) => places.flatMap((place) => all[place] ?? []);
  return {
    versions: versions.map(({ documents: places, ...version }) => ({ version, documents: named(places) })),
    kept: named(kept),
    pinned: pinned && versions.length > 0,
    trial,
  };
}

/** Each document once, however many versions hold it. */
function journalText({ versions, kept, pinned, trial }: SavedRegistry): string {
  const places = new Map<string, number>();
  const documents: object[] = [];
  const placeOf = ({ layer, source, document }: LayeredDocument): number => {
    const entry = { layer, source, name: document.name, text: document.text };
    const key = JSON.stringify(entry);
    const known = places.get(key) ?? documents.push(entry) - 1;
    places.set(key, known);
    return known;
  };
  const told = versions.map(({ version, documents: own }) => ({ ...version, documents: own.map(placeOf) }));
  const keptAt = kept.map(placeOf);
  return JSON.stringify({ journalVersion: 1, documents, versions: told, kept: keptAt, pinned, trial });
}

/** Saves the newest state, one write at a time: what changes meanwhile is in the next. */
export class JournalWriter {
  private readonly journal: Journal;
  private readonly state: () => SavedRegistry;
  private readonly failed: (error: unknown) => void;
  private dirty = false;
  private ended = false;
  private running: Promise<void> | undefined;

  constructor(journal: Journal, state: () => SavedRegistry, failed: (error: unknown) => void) {
    this.journal = journal;
    this.state = state;
    this.failed = failed;
  }

  changed(): void {
    if (this.ended) return;
    this.dirty = true;
    this.running ??= this.work();
  }

  /** Saves nothing of what changes from now on. Resolves when what changed before is saved, or was tried in vain. */
  async end(): Promise<void> {
    this.ended = true;
    await this.running;
  }

  private async work(): Promise<void> {
    // What happens together is written together.
    await Promise.resolve();
    while (this.dirty) {
      this.dirty = false;
      await this.journal.save(journalText(this.state())).catch(this.failed);
    }
    this.running = undefined;
  }
}

/** The message of a foreign error may hold an address with a password. */
export function journalError(cause: unknown): ModelwrightError {
  if (isModelwrightError(cause)) return cause;
  return new ModelwrightError("invalid-configuration", "the journal of the registry failed", { cause });
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
