/** `modelwright.config.json`: where a project keeps its catalog and its generated code, for every command. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { readJson } from "../catalog/json-text.js";
import { catalogLimits } from "../catalog/parse.js";
import { catalogError, problemsOf } from "../catalog/problem.js";
import { strict } from "../catalog/schema-values.js";
import type { Arguments } from "./command.js";

export const configFile = "modelwright.config.json";

const folder = z.string().min(1);

const configSchema = strict({ catalog: folder.exactOptional(), out: folder.exactOptional() });

type Config = z.infer<typeof configSchema>;

/** The folder of an option: as given, else as the project's file says, else `usual`. Throws `CatalogError` for a bad file. */
export function folderOf(args: Arguments, option: keyof Config, usual: string): string {
  return resolve(args.value(option) ?? readConfig()[option] ?? usual);
}

/** True when the command or the project's file names the folder: then it must exist. */
export function isNamed(args: Arguments, option: keyof Config): boolean {
  return args.value(option) !== undefined || readConfig()[option] !== undefined;
}

function readConfig(): Config {
  if (!existsSync(configFile)) return {};
  const json = readJson(readFileSync(configFile, "utf8"), catalogLimits.depth);
  const [broken] = json.problems;
  if (broken !== undefined) throw catalogError(configFile, broken);
  const result = configSchema.safeParse(json.value, { reportInput: true });
  if (result.success) return result.data;
  throw catalogError(configFile, problemsOf(result.error.issues)[0] ?? { path: [], message: "not valid" });
}
