/** JSON Schema as Gemini's `parametersJsonSchema` and `responseJsonSchema` read it: lossless rewrites only. */
import type { JsonSchema } from "../../chat/request.js";
import type { Adjustment } from "../protocol.js";

// Documented as read: $id $defs $ref $anchor type format title description enum items prefixItems minItems maxItems
// minimum maximum anyOf oneOf properties additionalProperties required. Others may be sent and are not enforced, so they
// are left in place; beside `$ref` only members that begin with `$` may stand.
// https://ai.google.dev/api/generate-content#FIELDS.response_json_schema

type Schema = { readonly [keyword: string]: unknown };

interface Place {
  /** Request path of the schema at hand. */
  readonly path: string;
  readonly adjust: (adjustment: Adjustment) => void;
}

/** Rewrites what Gemini would overlook into what it reads. The same object when there is nothing to rewrite. */
export function geminiSchema(schema: JsonSchema, path: string, adjust: Place["adjust"]): JsonSchema {
  return rewrite(schema, { path, adjust }) as JsonSchema;
}

/** Members whose values are schemas by name, lists of schemas, or one schema. Everything else is data. */
const byName = new Set(["properties", "$defs", "definitions", "patternProperties", "dependentSchemas"]);
const lists = new Set(["anyOf", "oneOf", "allOf", "prefixItems"]);
const single = new Set(["items", "additionalProperties", "contains", "propertyNames", "not", "if", "then", "else"]);

function rewrite(value: unknown, place: Place): unknown {
  if (!isSchema(value)) return value;
  let schema = withChildren(value, place);
  for (const { apply, reason } of rules) {
    const next = apply(schema);
    if (next === undefined) continue;
    place.adjust({ path: place.path, action: "rewritten", reason });
    schema = next;
  }
  return schema;
}

function withChildren(schema: Schema, place: Place): Schema {
  let changed = false;
  const entries = Object.entries(schema).map(([keyword, value]): readonly [string, unknown] => {
    const next = child(keyword, value, { ...place, path: `${place.path}.${keyword}` });
    changed ||= next !== value;
    return [keyword, next];
  });
  return changed ? Object.fromEntries(entries) : schema;
}

function child(keyword: string, value: unknown, place: Place): unknown {
  if (single.has(keyword)) return rewrite(value, place);
  if (lists.has(keyword) && Array.isArray(value)) {
    const next = value.map((item: unknown, i) => rewrite(item, { ...place, path: `${place.path}[${i}]` }));
    return next.some((item, i) => item !== value[i]) ? next : value;
  }
  if (!byName.has(keyword) || !isSchema(value)) return value;
  const entries = Object.entries(value);
  const next = entries.map(([name, item]) => rewrite(item, { ...place, path: `${place.path}.${name}` }));
  return next.some((item, i) => item !== entries[i]![1])
    ? Object.fromEntries(entries.map(([name], i) => [name, next[i]]))
    : value;
}

interface RewriteRule {
  readonly reason: string;
  /** The rewritten schema, or undefined where the rule does not apply. */
  readonly apply: (schema: Schema) => Schema | undefined;
}

const rules: readonly RewriteRule[] = [
  { reason: "'const' is read as an 'enum' of one value", apply: constAsEnum },
  { reason: "'definitions' are read as '$defs'", apply: definitionsAsDefs },
  { reason: "'allOf' of one schema is read as that schema", apply: soleAllOf },
  { reason: "'nullable' is read as a type beside 'null'", apply: nullableAsType },
  { reason: "a bound that excludes an integer is read as one that includes its neighbour", apply: exclusiveBounds },
  { reason: "only '$' members may stand beside '$ref'", apply: refAlone },
];

function constAsEnum(schema: Schema): Schema | undefined {
  const { const: value, ...rest } = schema;
  if ((typeof value !== "string" && typeof value !== "number") || "enum" in schema) return undefined;
  return { ...rest, enum: [value] };
}

function definitionsAsDefs(schema: Schema): Schema | undefined {
  const { definitions, ...rest } = schema;
  const ref = typeof schema.$ref === "string" && schema.$ref.startsWith("#/definitions/");
  const moves = isSchema(definitions) && !("$defs" in schema);
  if (!ref && !moves) return undefined;
  return {
    ...(moves ? { ...rest, $defs: definitions } : schema),
    ...(ref ? { $ref: `#/$defs/${(schema.$ref as string).slice("#/definitions/".length)}` } : {}),
  };
}

function soleAllOf(schema: Schema): Schema | undefined {
  const { allOf, ...rest } = schema;
  const sole: unknown = Array.isArray(allOf) && allOf.length === 1 ? allOf[0] : undefined;
  if (!isSchema(sole) || Object.keys(sole).some((keyword) => keyword in rest)) return undefined;
  return { ...rest, ...sole };
}

function nullableAsType(schema: Schema): Schema | undefined {
  const { nullable, ...rest } = schema;
  if (nullable !== true || typeof schema.type !== "string" || "enum" in schema) return undefined;
  return { ...rest, type: [schema.type, "null"] };
}

function exclusiveBounds(schema: Schema): Schema | undefined {
  const { exclusiveMinimum: above, exclusiveMaximum: below, ...rest } = schema;
  if (schema.type !== "integer") return undefined;
  const lower = Number.isSafeInteger(above) && !("minimum" in schema) ? { minimum: (above as number) + 1 } : undefined;
  const upper = Number.isSafeInteger(below) && !("maximum" in schema) ? { maximum: (below as number) - 1 } : undefined;
  if (lower === undefined && upper === undefined) return undefined;
  return {
    ...rest,
    ...(lower ?? (above === undefined ? {} : { exclusiveMinimum: above })),
    ...(upper ?? (below === undefined ? {} : { exclusiveMaximum: below })),
  };
}

function refAlone(schema: Schema): Schema | undefined {
  const { $ref, ...rest } = schema;
  if (typeof $ref !== "string" || "anyOf" in schema || Object.keys(rest).every((name) => name.startsWith("$")))
    return undefined;
  return { ...rest, anyOf: [{ $ref }] };
}

function isSchema(value: unknown): value is Schema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
