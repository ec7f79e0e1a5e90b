/** Files of this package that commands read: its version and the catalog it ships. */
import { existsSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package: the same from the sources and from a bundle, whatever the bundler names its chunks. */
const packageRoot = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
})();

/** The catalog of this package: the models that files of other catalogs may build on. */
export const shippedCatalog = join(packageRoot, "catalog");

/** This package's version, as in its package.json. */
export function version(): string {
  return (readPackage(packageRoot) as { version: string }).version;
}

/** True in this package's own repository, where generated code imports the sources. */
export function isOwnRepository(folder: string): boolean {
  return existsSync(join(folder, "package.json")) && readPackage(folder).name === "modelwright";
}

function readPackage(folder: string): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
