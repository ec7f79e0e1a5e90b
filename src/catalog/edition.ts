/** The catalog as it is published: which edition a folder of provider files is, and the files as they stand. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CatalogError } from "../errors.js";
import { didYouMean } from "./nearest.js";
import type { ProviderFile } from "./schema-file.js";

/** Which catalog this is: data that is versioned apart from the code that reads it. */
export interface CatalogEdition {
  /** `catalogVersion` of its files. */
  readonly format: 1;
  /**
   * `<format>.<day of the newest fact>.0+<digest>`, such as "1.20261123.0+3f9a2c81d0ab": a semantic version that sorts by
   * day. Equal digests mean equal files, byte for byte.
   */
  readonly version: string;
  /** Ids of the providers that have a file, sorted. */
  readonly providers: readonly string[];
}

/** The edition of a folder of `<provider>.json` files. */
export function editionOf(folder: string): CatalogEdition {
  const providers = providersOf(folder);
  const hash = createHash("sha256");
  let newest = "";
  for (const id of providers) {
    const text = readFileSync(join(folder, `${id}.json`), "utf8");
    // The length keeps names and texts apart.
    hash.update(`${id}:${text.length}:${text}`);
    for (const [, day = ""] of text.matchAll(/"(?:at|asOf)": ?"(\d{4}-\d\d-\d\d)"/g)) if (day > newest) newest = day;
  }
  const digest = hash.digest("hex").slice(0, 12);
  const day = newest === "" ? "0" : newest.replaceAll("-", "");
  return { format: 1, version: `1.${day}.0+${digest}`, providers };
}

/** One file of a folder, as it stands: what it inherits is not filled in. Throws "unknown-provider". */
export function readProviderFileOf(folder: string, id: string): ProviderFile {
  const providers = providersOf(folder);
  if (!providers.includes(id))
    throw new CatalogError("unknown-provider", `no provider ${JSON.stringify(id)}${didYouMean(id, providers)}`);
  return JSON.parse(readFileSync(join(folder, `${id}.json`), "utf8")) as ProviderFile;
}

function providersOf(folder: string): string[] {
  const names = readdirSync(folder).filter((name) => name.endsWith(".json") && !name.endsWith(".schema.json"));
  return names.map((name) => name.slice(0, -".json".length)).sort();
}
