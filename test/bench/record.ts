/** Keeps what the benches measured, so that one table can show all figures: `npm run figures`. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../source-tree.js";
import { machine } from "./statistics.js";

export interface Figure {
  readonly ours: number;
  /** The best peer of the same run, with its value. */
  readonly peer?: string;
}

export interface Recorded {
  /** ISO date and time. */
  readonly at: string;
  readonly machine: string;
  readonly figures: { readonly [name: string]: Figure };
}

const folder = join(root, "test/.cache/figures");
const fileOf = (bench: string) => join(folder, `${bench}.json`);

/** Replaces what an earlier run of the bench has left. */
export function record(bench: string, figures: Recorded["figures"]): void {
  const recorded: Recorded = { at: new Date().toISOString(), machine: machine(), figures };
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(bench), `${JSON.stringify(recorded, null, 2)}\n`);
}

export function recorded(bench: string): Recorded | undefined {
  const file = fileOf(bench);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recorded) : undefined;
}
