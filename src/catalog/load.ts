/** Reads a catalog folder from disk. The only file of the catalog that touches the file system. */
import { readFileSync, statSync } from "node:fs";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { CatalogError } from "../errors.js";
import { catalogLimits } from "./parse.js";
import { type ResolvedCatalog, resolveCatalog } from "./resolve.js";

/**
 * The resolved providers of a folder of `<provider>.json` files; `*.schema.json` files are not providers.
 * What is wrong is in `problems`; throws `CatalogError` only when the folder cannot be read.
 */
export async function loadCatalog(folder: string): Promise<ResolvedCatalog> {
  const { files, problems } = await readCatalogFiles(folder);
  const resolved = resolveCatalog(files);
  return { providers: resolved.providers, problems: [...problems, ...resolved.problems] };
}

export interface CatalogFiles {
  /** Texts of the provider files, by file name. */
  readonly files: ReadonlyMap<string, string>;
  /** Files that could not be read. */
  readonly problems: readonly CatalogError[];
}

/** The provider files of a folder. Throws `CatalogError` when the folder cannot be read. */
export async function readCatalogFiles(folder: string): Promise<CatalogFiles> {
  const files = new Map<string, string>();
  const problems: CatalogError[] = [];
  const names = await listFolder(folder);
  for (const name of names) {
    try {
      files.set(name, readText(join(folder, name)));
    } catch (cause) {
      const why = cause instanceof CatalogError ? cause.message : `${name}: cannot be read`;
      problems.push(new CatalogError("invalid-catalog", why, { cause, file: name }));
    }
  }
  return { files, problems };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json")).sort();
  } catch (cause) {
    throw new CatalogError("invalid-catalog", `catalog folder ${folder} cannot be read`, { cause, file: folder });
  }
}

/** At once: hundreds of small files wait longer for a thread than for the disk. */
function readText(path: string): string {
  const { size } = statSync(path);
  if (size > catalogLimits.bytes) {
    throw new CatalogError("invalid-catalog", `${path}: larger than ${catalogLimits.bytes} bytes`, { file: path });
  }
  return readFileSync(path, "utf8");
}
