/** Keeps what the benches measured, so that one table can show all figures: `npm run figures`. */
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { loadavg } from "node:os";
import { join } from "node:path";
import { root } from "../source-tree.js";
import { machine } from "./statistics.js";

export interface Figure {
  readonly ours: number;
  /** The goal, one of the two. */
  readonly most?: number;
  readonly least?: number;
  /** Written behind a value, with its space. Default: none, it is a count. */
  readonly unit?: string;
  /** The best peer of the same run, with its value. */
  readonly peer?: string;
  /** What the value is made of, largest first: read when a goal is missed. */
  readonly why?: readonly string[];
}

export interface Recorded {
  /** ISO date and time. */
  readonly at: string;
  readonly machine: string;
  /** Processes that ran or waited, on average of a minute, when the bench began and when it ended. */
  readonly load: readonly [before: number, after: number];
  readonly figures: { readonly [name: string]: Figure };
}

const folder = join(root, "test/.cache/figures");
const fileOf = (bench: string) => join(folder, `${bench}.json`);
const load = () => loadavg()[0] ?? Number.NaN;
const loadBefore = load();

/** Replaces what an earlier run of the bench has left. */
export function record(bench: string, figures: Recorded["figures"]): void {
  const recorded: Recorded = {
    at: new Date().toISOString(),
    machine: machine(),
    load: [loadBefore, load()],
    figures,
  };
  mkdirSync(folder, { recursive: true });
  writeFileSync(fileOf(bench), `${JSON.stringify(recorded, null, 2)}\n`);
}

export function recorded(bench: string): Recorded | undefined {
  const file = fileOf(bench);
  return existsSync(file) ? (JSON.parse(readFileSync(file, "utf8")) as Recorded) : undefined;
}

/** So that what is read afterwards is of this run. */
export function forget(bench: string): void {
  rmSync(fileOf(bench), { force: true });
}
