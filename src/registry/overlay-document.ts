/** Reads one text of a source into changes to providers and models: what is wrong is left out and told, the rest serves. */
import { z } from "zod";
import { lineAndColumn, readJson } from "../catalog/json-text.js";
import { isObject, type JsonObject } from "../catalog/merge.js";
import { catalogLimits } from "../catalog/parse.js";
import { catalogError, type Problem, problemsOf } from "../catalog/problem.js";
import { providerFileSchema } from "../catalog/schema-file.js";
import { patchSchema } from "../catalog/schema-patch.js";
import { modelIdSchema, strict } from "../catalog/schema-values.js";
import type { CatalogError } from "../errors.js";
import { isModelsJson, readModelsJson } from "./models-json.js";
import type { ModelStatement, ProviderStatement, ReadStatements } from "./statement.js";

type Path = Problem["path"];

export interface OverlayDocument {
  readonly name: string;
  readonly text: string;
  readonly providers: readonly ProviderStatement[];
  readonly models: readonly ModelStatement[];
  /** Entries that were left out, as `provider/model`. */
  readonly quarantined: ReadonlySet<string>;
  readonly problems: readonly CatalogError[];
  /** Nothing of the document can be used. */
  readonly broken: boolean;
  /** The error for something found wrong later, at its place in this document. */
  error(problem: Problem): CatalogError;
  /** Line of a path, from 1. */
  lineOf(path: Path): number;
}

const { id, ...section } = providerFileSchema.shape.provider.shape;
const sectionPatch = patchSchema(strict(section)) as unknown as z.ZodObject;
const { use: _use, omit: _omit, ...modelEntry } = (providerFileSchema.shape.models.valueType as z.ZodObject).shape;

/**
 * A catalog file in which everything but the provider's id is optional, and `null` takes away. `enabled: false` takes the
 * whole provider out of lists and calls until it is no longer said.
 */
const overlaySchema = strict({
  $schema: z.string().exactOptional(),
  catalogVersion: z.literal(1).exactOptional(),
  provider: strict({ id, enabled: z.boolean().exactOptional(), ...sectionPatch.shape }),
  models: z.record(modelIdSchema, z.nullable(strict(modelEntry))).exactOptional(),
});

/** Parses a document: a catalog overlay, or the original `models.json`. Never throws. */
export function parseOverlay(name: string, text: string): OverlayDocument {
  if (text.length > catalogLimits.bytes) return broken(name, `larger than ${catalogLimits.bytes} bytes`);
  const json = readJson(text, catalogLimits.depth);
  const lineOf = (path: Path) => lineAndColumn(text, json.offsetOf(path)).line;
  const error = (problem: Problem & { readonly offset?: number }) =>
    catalogError(name, problem, lineAndColumn(text, problem.offset ?? json.offsetOf(problem.path)));
  const { value } = json;
  if (!isObject(value)) {
    const problems = json.problems.length > 0 ? json.problems : [{ path: [], message: "expected an object" }];
    return { ...broken(name), problems: problems.map(error) };
  }
  const read = isModelsJson(value) ? readModelsJson(value) : readOverlay(value);
  const problems = [...json.problems, ...read.problems];
  return { ...read, name, text, error, lineOf, problems: problems.map(error) };
}

function readOverlay(value: JsonObject): ReadStatements {
  const result = overlaySchema.safeParse(value, { reportInput: true });
  const problems = result.success ? [] : problemsOf(result.error.issues);
  const providerId = isObject(value.provider) ? value.provider.id : undefined;
  const badModels = new Set<string>();
  const badMembers = new Set<string>();
  let unusable = typeof providerId !== "string";
  for (const { path } of problems) {
    const [part, key] = path;
    if (part === "models" && key !== undefined) badModels.add(String(key));
    else if (part === "provider" && key !== undefined && key !== "id") badMembers.add(String(key));
    else unusable = true;
  }
  if (unusable) return { providers: [], models: [], quarantined: new Set(), problems, broken: true };
  const provider = providerId as string;
  const { id: _id, ...stated } = value.provider as JsonObject;
  const members = Object.entries(stated).filter(([key]) => !badMembers.has(key));
  const models = Object.entries(isObject(value.models) ? value.models : {}).filter(([model]) => !badModels.has(model));
  return {
    providers: members.length === 0 ? [] : [{ provider, section: Object.fromEntries(members) }],
    models: models.map(([model, patch]) => ({
      provider,
      model,
      patch: patch as JsonObject | null,
      path: ["models", model],
    })),
    quarantined: new Set([...badModels].map((model) => `${provider}/${model}`)),
    problems,
    broken: false,
  };
}

function broken(name: string, message?: string): OverlayDocument {
  const error = (problem: Problem) => catalogError(name, problem);
  return {
    name,
    text: "",
    providers: [],
    models: [],
    quarantined: new Set(),
    problems: message === undefined ? [] : [error({ path: [], message })],
    broken: true,
    error,
    lineOf: () => 1,
  };
}

/**
 * The document with what the one before it still knew of entries that cannot be used now: a mistake in an entry leaves
 * its last good state standing, a mistake in the whole document leaves the whole document.
 */
export function withLastGood(before: OverlayDocument | undefined, now: OverlayDocument): OverlayDocument {
  if (before === undefined) return now;
  if (now.broken) return { ...before, problems: now.problems, broken: before.broken };
  const kept = before.models.filter(({ provider, model }) => now.quarantined.has(`${provider}/${model}`));
  return kept.length === 0 ? now : { ...now, models: [...now.models, ...kept] };
}
