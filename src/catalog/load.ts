/** Reads a catalog folder from disk. The only file of the catalog that touches the file system. */
import { readdir, readFile, stat } from "node:fs/promises";
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
  const texts = await Promise.all(names.map((name) => readText(join(folder, name)).catch(failure(name))));
  for (const [i, name] of names.entries()) {
    const text = texts[i] as string | CatalogError;
    if (typeof text === "string") files.set(name, text);
    else problems.push(text);
  }
  return { files, problems };
}

function failure(name: string): (cause: unknown) => CatalogError {
  return (cause) => {
    const why = cause instanceof CatalogError ? cause.message : `${name}: cannot be read`;
    return new CatalogError("invalid-catalog", why, { cause, file: name });
  };
}

async function listFolder(folder: string): Promise<string[]> {
  try {
    const names = await readdir(folder);
    return names.filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json")).sort();
  } catch (cause) {
    throw new CatalogError("invalid-catalog", `catalog folder ${folder} cannot be read`, { cause, file: folder });
  }
}

async function readText(path: string): Promise<string> {
  const { size } = await stat(path);
  if (size > catalogLimits.bytes) {
    throw new CatalogError("invalid-catalog", `${path}: larger than ${catalogLimits.bytes} bytes`, { file: path });
  }
  return readFile(path, "utf8");
}
