/** What happens in a dev server, as it happens: a typed feed with a short memory. */
// `GET /api/events` streams it and the terminal prints it. Nothing in it is a secret or content of a message.
import type { CatalogChange } from "../diff/change.js";
import type { GatewayExchange } from "./gateway-options.js";

/** One step of a change, in milliseconds. */
export interface DevStep {
  readonly name: "read" | "diff" | "types" | "swap";
  readonly ms: number;
}

export interface DevProblem {
  readonly message: string;
  readonly file?: string | undefined;
  /** JSON path in the file. */
  readonly path?: string | undefined;
  /** From 1. */
  readonly line?: number | undefined;
  /** The lines around it, as they stand in the file. */
  readonly excerpt?: readonly { readonly line: number; readonly text: string }[] | undefined;
}

export type DevEvent =
  /** The catalog changed, and everything with it. Calls in flight finish on the generation before. */
  | {
      readonly type: "catalog";
      readonly generation: string;
      readonly changes: readonly CatalogChange[];
      readonly steps: readonly DevStep[];
      /** Generated files that were written or deleted, relative to the working folder. */
      readonly files: readonly string[];
    }
  /** What is wrong in the catalog now; what it concerns stays as it was. Empty: it was repaired. */
  | { readonly type: "problems"; readonly problems: readonly DevProblem[] }
  /** Other routes are declared; these are served now. */
  | { readonly type: "routes"; readonly generation: string; readonly routes: readonly string[] }
  /** Keys came or went: providers that are real now, and those that are simulated. */
  | {
      readonly type: "keys";
      readonly generation: string;
      readonly real: readonly string[];
      readonly simulated: readonly string[];
    }
  /** A circuit opened or closed. */
  | { readonly type: "circuit"; readonly target: string; readonly from: string; readonly to: string }
  /** The gateway answered a request. */
  | { readonly type: "request"; readonly exchange: GatewayExchange };

/** An event with its place in the feed. */
export type DevEntry = DevEvent & {
  /** Counts up from 1. */
  readonly id: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
};

/** How many events of each type are kept for those who come later. */
const kept = 500;

export class DevFeed {
  private readonly entries: DevEntry[] = [];
  private readonly readers = new Set<(entry: DevEntry) => void>();
  private count = 0;

  publish(event: DevEvent): void {
    const entry: DevEntry = { ...event, id: ++this.count, at: Date.now() };
    this.entries.push(entry);
    const same = this.entries.filter(({ type }) => type === event.type);
    if (same.length > kept) this.entries.splice(this.entries.indexOf(same[0] as DevEntry), 1);
    for (const read of this.readers) read(entry);
  }

  /** Those that are kept, oldest first. */
  since(id: number): readonly DevEntry[] {
    return this.entries.filter((entry) => entry.id > id);
  }

  /** Gives a function that ends it. */
  subscribe(read: (entry: DevEntry) => void): () => void {
    this.readers.add(read);
    return () => void this.readers.delete(read);
  }

  get subscribers(): number {
    return this.readers.size;
  }
}
