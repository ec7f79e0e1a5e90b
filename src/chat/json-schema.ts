/** Schemas of the caller (zod 4 and 3, any Standard Schema, plain JSON Schema): conversion to JSON Schema, and validation. */
import { isModelwrightError, ModelwrightError } from "../errors.js";
import type { JsonSchema } from "./request.js";

type Members = { readonly [name: string]: unknown };

// One schema object is converted once, however many calls it serves.
const converted = /*#__PURE__*/ new WeakMap<object, JsonSchema>();

/**
 * The JSON Schema of what may be put in (before defaults and transforms), as that is what a model writes. A promise
 * only for zod 3 and zod 4 mini, whose converters are loaded when they are first needed. Throws
 * "invalid-configuration" for a schema that cannot be converted or says nothing.
 */
export function toJsonSchema(schema: unknown, what: string): JsonSchema | Promise<JsonSchema> {
  if (!isObject(schema)) throw invalid(`${what} is no schema`);
  const known = converted.get(schema);
  if (known !== undefined) return known;
  const keep = (result: unknown): JsonSchema => {
    const checked = stated(result, what);
    converted.set(schema, checked);
    return checked;
  };
  // Converters throw errors of their own, which do not say whose schema it is.
  const failed = (cause: unknown): never => {
    if (isModelwrightError(cause)) throw cause;
    throw invalid(`${what}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause });
  };
  try {
    const result = convert(schema, what);
    return result instanceof Promise ? result.then(keep).catch(failed) : keep(result);
  } catch (cause) {
    return failed(cause);
  }
}

function convert(schema: Members, what: string): unknown {
  const standard = schema["~standard"];
  if (!isObject(standard)) return schema;
  if (isObject(standard.jsonSchema) && typeof standard.jsonSchema.input === "function")
    return standard.jsonSchema.input({ target: "draft-2020-12" }) as unknown;
  if (typeof schema.toJSONSchema === "function") return schema.toJSONSchema({ io: "input" }) as unknown;
  if (standard.vendor === "zod" && "_zod" in schema) return fromZod4(schema, what);
  if (standard.vendor === "zod") return fromZod3(schema, what);
  throw invalid(`${what}: ${String(standard.vendor)} schemas need ~standard.jsonSchema; pass a JSON Schema instead`);
}

async function fromZod4(schema: Members, what: string): Promise<unknown> {
  const core = await load("zod/v4/core", what);
  return (core.toJSONSchema as (schema: unknown, options: object) => unknown)(schema, { io: "input" });
}

async function fromZod3(schema: Members, what: string): Promise<unknown> {
  const converter = await load("zod-to-json-schema", what);
  return (converter.zodToJsonSchema as (schema: unknown) => unknown)(schema);
}

/** By a name that bundlers do not see: these packages must not weigh on programs that never need them. */
async function load(name: string, what: string): Promise<Members> {
  try {
    return (await import(/* @vite-ignore */ /* webpackIgnore: true */ name)) as Members;
  } catch (cause) {
    throw new ModelwrightError("invalid-configuration", `${what}: install ${name} to use this schema`, { cause });
  }
}

// The converters answer `{}` for what they do not recognise: zod-to-json-schema given a zod 4 schema, for one.
function stated(result: unknown, what: string): JsonSchema {
  if (!isObject(result)) throw invalid(`${what} is no schema`);
  const { $schema: _dialect, ...rest } = result;
  if (Object.keys(rest).length === 0) throw invalid(`${what} gives an empty JSON Schema`);
  return rest;
}

export type Validation = { readonly value: unknown } | { readonly problem: string };

/** Validates with the schema's own `~standard.validate`. A plain JSON Schema has none: the value passes. */
export async function validate(schema: unknown, value: unknown): Promise<Validation> {
  const standard = isObject(schema) ? schema["~standard"] : undefined;
  if (!isObject(standard) || typeof standard.validate !== "function") return { value };
  const result = (await standard.validate(value)) as { value?: unknown; issues?: readonly Issue[] };
  return result.issues === undefined ? { value: result.value } : { problem: result.issues.map(described).join("; ") };
}

interface Issue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[];
}

function described({ message, path }: Issue): string {
  const place = (path ?? []).map((step) => String(typeof step === "object" ? step.key : step)).join(".");
  return place === "" ? message : `${place}: ${message}`;
}

// Schemas of some libraries (arktype) are functions.
function isObject(value: unknown): value is Members {
  return (typeof value === "object" && value !== null && !Array.isArray(value)) || typeof value === "function";
}

function invalid(message: string, options?: { readonly cause: unknown }): ModelwrightError {
  return new ModelwrightError("invalid-configuration", message, options);
}
