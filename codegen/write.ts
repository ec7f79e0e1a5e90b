/** Writes generated files: only what changed, and never a file that is not the generator's own. */
import { lstat, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { CatalogError } from "../src/errors.js";
import { isOwnUnmodified } from "./stamp.js";

export interface WriteReport {
  readonly written: readonly string[];
  readonly deleted: readonly string[];
  readonly unchanged: number;
  /** Files in the way: not written by the generator, or edited since. They are never touched. */
  readonly refused: readonly string[];
}

export interface WriteOptions {
  /** Only report what would change. */
  readonly check?: boolean;
  /** Leaves other generated files in place: only a part of the catalog was generated. */
  readonly partial?: boolean;
}

/**
 * Brings `folder` to `files` (text by name). Stale files are deleted when they are the generator's own and unmodified.
 * Throws `CatalogError` when the folder is a symbolic link or a name would leave it.
 */
export async function writeFiles(
  folder: string,
  files: ReadonlyMap<string, string>,
  { check = false, partial = false }: WriteOptions = {},
): Promise<WriteReport> {
  await refuseLink(folder);
  if (!check) await mkdir(folder, { recursive: true });
  const written: string[] = [];
  const refused: string[] = [];
  let unchanged = 0;
  for (const [name, text] of files) {
    const path = pathOf(folder, name);
    const found = await readText(path);
    if (found === text) {
      unchanged++;
    } else if (found !== undefined && (found === "" || !isOwnUnmodified(found))) {
      refused.push(name);
    } else {
      if (!check) await writeAtomically(path, text);
      written.push(name);
    }
  }
  const deleted = partial ? [] : await staleFiles(folder, files);
  if (!check) for (const name of deleted) await rm(join(folder, name));
  return { written, deleted, unchanged, refused };
}

function pathOf(folder: string, name: string): string {
  if (name !== basename(name) || name.includes("\\") || name.startsWith(".")) {
    throw new CatalogError("invalid-catalog", `generated file name ${JSON.stringify(name)} would leave ${folder}`);
  }
  return join(folder, name);
}

async function staleFiles(folder: string, files: ReadonlyMap<string, string>): Promise<string[]> {
  const stale: string[] = [];
  for (const name of (await readdir(folder).catch(() => [])).sort()) {
    if (files.has(name)) continue;
    const text = await readText(join(folder, name));
    if (text !== undefined && isOwnUnmodified(text)) stale.push(name);
  }
  return stale;
}

async function refuseLink(folder: string): Promise<void> {
  const found = await lstat(folder).catch(() => undefined);
  if (found?.isSymbolicLink() === true) {
    throw new CatalogError(
      "invalid-configuration",
      `output folder ${folder} is a symbolic link; name the folder itself`,
    );
  }
}

/** The text of a regular file; undefined for everything else. */
async function readText(path: string): Promise<string | undefined> {
  const found = await lstat(path).catch(() => undefined);
  if (found === undefined) return undefined;
  return found.isFile() ? readFile(path, "utf8") : "";
}

async function writeAtomically(path: string, text: string): Promise<void> {
  const temporary = `${path}.${process.pid}.tmp`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}
