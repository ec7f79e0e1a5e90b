/** Remembers which generated folders were found fresh, so that a check in a hook does not generate again what did not change. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { GenerateJob } from "./generate-job.js";
import { buildId } from "./package-files.js";

/** What a run said of a folder that was fresh. */
export interface FreshReport {
  readonly providers: number;
  readonly files: number;
}

/** Reports by fingerprint; the oldest is forgotten first. */
type Remembered = readonly (readonly [fingerprint: string, report: FreshReport])[];

/** Enough for the branches that somebody goes back and forth between. */
const maxRemembered = 50;

/**
 * The contents of all that goes in and of all that came out: what has the same has the same answer, whatever version
 * control did to the times of files. Undefined where nothing can be remembered, or something cannot be read.
 */
export function fingerprintOf(job: GenerateJob, { docs }: { readonly docs: boolean }): string | undefined {
  // In this package's own repository the generator itself changes.
  if (job.paths !== undefined || cacheFile() === undefined) return undefined;
  const hash = createHash("sha256").update(JSON.stringify([buildId(), job.only, job.data, docs, job.out, job.inputs]));
  try {
    for (const path of [...job.inputs, job.out]) addContents(hash, path);
    return hash.digest("hex");
  } catch {
    return undefined;
  }
}

/** What was said of the same contents before. */
export function rememberedReport(fingerprint: string): FreshReport | undefined {
  return remembered().find(([known]) => known === fingerprint)?.[1];
}

/** That it cannot be written takes nothing but time. */
export function remember(fingerprint: string, report: FreshReport): void {
  const file = cacheFile();
  if (file === undefined || rememberedReport(fingerprint) !== undefined) return;
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, JSON.stringify([...remembered(), [fingerprint, report]].slice(-maxRemembered)));
  } catch {
    // A read-only checkout.
  }
}

function remembered(): Remembered {
  try {
    const list: unknown = JSON.parse(readFileSync(cacheFile() ?? "", "utf8"));
    return Array.isArray(list) ? (list as Remembered).filter((entry) => Array.isArray(entry)) : [];
  } catch {
    return [];
  }
}

/** Where tools keep such things, and version control does not look: the next `node_modules` above. */
function cacheFile(): string | undefined {
  let folder = resolve(".");
  while (!existsSync(join(folder, "node_modules"))) {
    if (dirname(folder) === folder) return undefined;
    folder = dirname(folder);
  }
  return join(folder, "node_modules", ".cache", "modelwright", "fresh.json");
}

/** Names and bytes of a file, or of the files of a folder. Lengths keep them apart. */
function addContents(hash: ReturnType<typeof createHash>, path: string): void {
  const names = statSync(path).isDirectory() ? readdirSync(path).sort() : [""];
  for (const name of names) {
    const place = join(path, name);
    if (name !== "" && !statSync(place).isFile()) continue;
    const bytes = readFileSync(place);
    hash.update(`${name.length}:${name}${bytes.length}:`).update(bytes);
  }
}
