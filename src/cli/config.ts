/** `modelwright.config.json`: where a project keeps its catalog and its generated code, for every command; and routes of the dev server. */
import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { z } from "zod";
import { lineAndColumn, readJson } from "../catalog/json-text.js";
import { catalogLimits } from "../catalog/parse.js";
import { catalogError, type Problem, problemsOf } from "../catalog/problem.js";
import { mapOf, strict } from "../catalog/schema-values.js";
import type { CatalogError } from "../errors.js";
import type { Arguments } from "./command.js";

export const configFile = "modelwright.config.json";

const folder = z.string().min(1);
const members = z.array(z.string().min(1)).min(1);

/** A group of chat models under one name; a mere list is a failover group. */
const routeSchema = z.union([
  members,
  strict({
    group: z.enum(["failover", "roundRobin", "weighted", "cheapest", "fastest", "leastBusy"]),
    members,
    /** Of `weighted`: one per member. */
    weights: z.array(z.number().min(0)).exactOptional(),
    midStream: z.enum(["fail", "restart", "resume", "auto"]).exactOptional(),
  }),
]);

const configSchema = strict({
  catalog: folder.exactOptional(),
  out: folder.exactOptional(),
  data: z.enum(["js", "ts"]).exactOptional(),
  routes: mapOf(routeSchema).exactOptional(),
});

type Config = z.infer<typeof configSchema>;

export type RouteConfig = z.infer<typeof routeSchema>;

/** The file as it is, with the means to say where something stands in it. */
export interface ConfigText {
  readonly config: Config;
  problem(problem: Problem): CatalogError;
}

/** The folder of an option: as given, else as the project's file says, else `usual`. Throws `CatalogError` for a bad file. */
export function folderOf(args: Arguments, option: "catalog" | "out", usual: string): string {
  return resolve(args.value(option) ?? readConfig().config[option] ?? usual);
}

/** True when the command or the project's file names the folder: then it must exist. */
export function isNamed(args: Arguments, option: "catalog" | "out"): boolean {
  return args.value(option) !== undefined || readConfig().config[option] !== undefined;
}

/** An empty one where there is no file. Throws `CatalogError` for a bad one. */
export function readConfig(): ConfigText {
  const text = existsSync(configFile) ? readFileSync(configFile, "utf8") : "{}";
  const json = readJson(text, catalogLimits.depth);
  const [broken] = json.problems;
  if (broken !== undefined) throw catalogError(configFile, broken, lineAndColumn(text, broken.offset ?? 0));
  const problem = (found: Problem): CatalogError =>
    catalogError(configFile, found, lineAndColumn(text, json.offsetOf(found.path)));
  const result = configSchema.safeParse(json.value, { reportInput: true });
  if (result.success) return { config: result.data, problem };
  throw problem(problemsOf(result.error.issues)[0] ?? { path: [], message: "not valid" });
}
