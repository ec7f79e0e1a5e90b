/** What `generate` was asked to do, and how its input is read: catalog, named providers, overlay. */
import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join, relative, resolve, sep } from "node:path";
import type { DataLanguage, ImportPaths } from "../../codegen/index.js";
import { readJson } from "../catalog/json-text.js";
import { isObject } from "../catalog/merge.js";
import { didYouMean } from "../catalog/nearest.js";
import { overlayProvider } from "../catalog/overlay.js";
import { catalogLimits } from "../catalog/parse.js";
import { shippedCatalog } from "../catalog/shipped-folder.js";
import { CatalogError, ModelwrightError } from "../errors.js";
import { type Catalog, catalogFolder, createCatalogReader, shippedProviders } from "./catalog.js";
import { type Arguments, UsageError } from "./command.js";
import { folderOf, readConfig } from "./config.js";
import { isOwnRepository } from "./package-files.js";

export interface GenerateJob {
  readonly out: string;
  /** Folders and files that decide what is generated. */
  readonly inputs: readonly string[];
  /** Providers that were named; empty means all. */
  readonly only: readonly string[];
  /** Where generated code imports from; `undefined` for the published package. */
  readonly paths: ImportPaths | undefined;
  readonly data: DataLanguage;
  /** Reads the input as it stands now. */
  read(): Promise<Catalog>;
}

/** Throws `ModelwrightError` when there is nothing to generate from. */
export function generateJob(args: Arguments): GenerateJob {
  const folder = catalogFolder(args);
  const only = args.names;
  const ownRepository = isOwnRepository(process.cwd());
  if (folder === shippedCatalog && !ownRepository && only.length === 0) {
    throw new ModelwrightError(
      "invalid-configuration",
      "there is no folder catalog here; write catalog/<provider>.json, or name shipped providers: modelwright generate openai",
    );
  }
  const overlay = args.value("overlay");
  const out = folderOf(args, "out", "generated");
  const read = createCatalogReader(folder);
  return {
    out,
    inputs: overlay === undefined ? [folder] : [folder, resolve(overlay)],
    only,
    data: dataLanguage(args),
    paths: ownRepository ? sourcePaths(out) : undefined,
    async read() {
      const catalog = chosen(await read(only), only);
      return overlay === undefined ? catalog : overlaid(catalog, overlay);
    },
  };
}

/** As given, else as the project's file says. */
function dataLanguage(args: Arguments): DataLanguage {
  const given = args.value("data") ?? readConfig().config.data ?? "js";
  if (given === "js" || given === "ts") return given;
  throw new UsageError(`--data is js or ts, not ${JSON.stringify(given)}`);
}

/** In this repository generated code imports the sources beside it. */
function sourcePaths(out: string): ImportPaths {
  const source = (path: string): string =>
    relative(out, join(process.cwd(), "src", path))
      .split(sep)
      .join("/");
  return { define: source("define.js"), protocol: (id) => source(`protocols/${id}/index.js`) };
}

function chosen(catalog: Catalog, only: readonly string[]): Catalog {
  if (only.length === 0) return catalog;
  const known = new Set([...catalog.sources.keys(), ...shippedProviders()]);
  for (const id of only) {
    if (!known.has(id)) {
      throw new ModelwrightError("unknown-provider", `no provider ${JSON.stringify(id)}${didYouMean(id, known)}`);
    }
  }
  return { ...catalog, providers: catalog.providers.filter(({ id }) => only.includes(id)) };
}

/** Lays a file over one provider: the shape of a catalog file in which everything but `provider.id` is optional. */
async function overlaid(catalog: Catalog, path: string): Promise<Catalog> {
  const refuse = (message: string): Catalog => ({
    ...catalog,
    problems: [...catalog.problems, new CatalogError("invalid-catalog", `${path} ${message}`, { file: path })],
  });
  if (!existsSync(path)) return refuse("does not exist");
  const json = readJson(await readFile(path, "utf8"), catalogLimits.depth);
  const [problem] = json.problems;
  if (problem !== undefined) return refuse(problem.message);
  const change = json.value;
  const section = isObject(change) ? change.provider : undefined;
  if (!isObject(change) || !isObject(section) || typeof section.id !== "string") return refuse("provider.id: missing");
  const target = catalog.providers.find(({ id }) => id === section.id);
  if (target === undefined) {
    const ids = catalog.providers.map(({ id }) => id);
    return refuse(`provider.id: no provider ${JSON.stringify(section.id)}${didYouMean(section.id, ids)}`);
  }
  const { provider, problems } = overlayProvider(target, { ...section, models: change.models ?? {} }, path);
  return {
    ...catalog,
    providers: catalog.providers.map((before) => (before === target ? provider : before)),
    problems: [...catalog.problems, ...problems],
  };
}
