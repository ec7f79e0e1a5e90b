/** The strict subset of JSON Schema: every object closed, every property required. */
import type { JsonSchema } from "./request.js";

/**
 * The schema with every object closed (`additionalProperties: false`), or undefined when it is not in the subset
 * because a property is optional or an object open. https://platform.openai.com/docs/guides/structured-outputs
 */
export function strictSchema(schema: JsonSchema): JsonSchema | undefined {
  const closed = close(schema);
  return closed === open ? undefined : (closed as JsonSchema);
}

const open = /*#__PURE__*/ Symbol("open");

/** Keywords whose value is one schema, a list of schemas, or schemas by name. */
const nested = ["items", "additionalItems", "not", "if", "then", "else", "contains"];
const lists = ["anyOf", "oneOf", "allOf", "prefixItems"];
const maps = ["properties", "$defs", "definitions"];

function close(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const schema = value as JsonSchema;
  const copy: { [name: string]: unknown } = { ...schema };
  for (const name of [...nested, ...lists, ...maps]) {
    if (!Object.hasOwn(schema, name)) continue;
    const inner = lists.includes(name)
      ? closeEach(schema[name] as readonly unknown[])
      : maps.includes(name)
        ? closeMap(schema[name] as JsonSchema)
        : close(schema[name]);
    if (inner === open) return open;
    copy[name] = inner;
  }
  if (schema.type !== "object" && schema.properties === undefined) return copy;
  const required = Array.isArray(schema.required) ? schema.required : [];
  if (Object.keys(schema.properties ?? {}).some((name) => !required.includes(name))) return open;
  if (schema.additionalProperties !== undefined && schema.additionalProperties !== false) return open;
  return { ...copy, additionalProperties: false };
}

function closeEach(schemas: readonly unknown[]): unknown {
  const closed = schemas.map(close);
  return closed.includes(open) ? open : closed;
}

function closeMap(schemas: JsonSchema): unknown {
  const closed = Object.entries(schemas).map(([name, schema]) => [name, close(schema)] as const);
  return closed.some(([, schema]) => schema === open) ? open : Object.fromEntries(closed);
}
