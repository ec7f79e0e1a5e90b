/** Where a registry keeps what its next run goes on from: one text, in a file or anywhere else. */
import { readFile } from "node:fs/promises";
import { replaceFile } from "./replace-file.js";

/** A place for one text. Each process has a journal of its own. */
export interface Journal {
  /**
   * Nobody but this program can write to it. Without it, changes of earlier runs that need consent are asked about anew.
   */
  readonly trusted?: boolean;
  /** What was saved last; `undefined` when nothing was. */
  load(): Promise<string | undefined>;
  /** Replaces what was saved before, as a whole. Called once at a time. */
  save(text: string): Promise<void>;
}

/** A journal in a file, which is made when it is missing and is replaced at once, never half written. */
export function fileJournal(path: string, { trusted = false }: { readonly trusted?: boolean } = {}): Journal {
  return {
    trusted,
    load: () =>
      readFile(path, "utf8").catch((error: NodeJS.ErrnoException) => {
        if (error.code === "ENOENT") return undefined;
        throw error;
      }),
    save: (text) => replaceFile(path, text),
  };
}
