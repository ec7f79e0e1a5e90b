/** Files of this package that commands read: its version and the schema of catalog files. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { fileURLToPath } from "node:url";

/** The folder of this package: the same from the sources and from a bundle, whatever the bundler names its chunks. */
const packageRoot = (() => {
  let folder = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(folder, "package.json"))) folder = dirname(folder);
  return folder;
})();

/** The schema of catalog files, as a project that installed this package names it: hoisted to a workspace's root or not. */
export function catalogSchema(): string {
  const schema = "node_modules/modelwright/catalog/provider.schema.json";
  let folder = resolve(".");
  while (!existsSync(join(folder, schema)) && dirname(folder) !== folder) folder = dirname(folder);
  return existsSync(join(folder, schema)) ? join(folder, schema) : resolve(schema);
}

/** This package's version, as in its package.json. */
export function version(): string {
  return (readPackage(packageRoot) as { version: string }).version;
}

/** Another one for every build of this package: the names of built files tell their contents. */
export function buildId(): string {
  const built = join(packageRoot, "dist");
  return JSON.stringify([version(), existsSync(built) ? readdirSync(built).sort() : []]);
}

/** True in this package's own repository, where generated code imports the sources. */
export function isOwnRepository(folder: string): boolean {
  return existsSync(join(folder, "package.json")) && readPackage(folder).name === "modelwright";
}

function readPackage(folder: string): { readonly name?: string; readonly version?: string } {
  return JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
}
