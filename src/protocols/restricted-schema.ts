/** JSON Schemas as Anthropic and Amazon enforce them: objects closed, ranges and lengths left to the description. */
import type { JsonSchema } from "../chat/request.js";
import type { ChatCall } from "./protocol.js";

/**
 * Refused with status 400 in enforced schemas. https://docs.claude.com/en/docs/build-with-claude/structured-outputs,
 * https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html
 */
const refused: ReadonlySet<string> = new Set([
  "minimum",
  "maximum",
  "exclusiveMinimum",
  "exclusiveMaximum",
  "multipleOf",
  "minLength",
  "maxLength",
  "maxItems",
  "uniqueItems",
  "minProperties",
  "maxProperties",
]);
/** Keywords that hold one schema, a list of them, or a map of them. */
const single: ReadonlySet<string> = new Set(["items", "not"]);
const lists: ReadonlySet<string> = new Set(["anyOf", "allOf", "oneOf", "prefixItems"]);
const maps: ReadonlySet<string> = new Set(["properties", "$defs", "definitions"]);

/** The schema without what is refused. Constraints taken out stay readable in the `description`; the change is listed once. */
export function restrictedSchema(schema: JsonSchema, call: Pick<ChatCall, "adjust">, path: string): JsonSchema {
  const changes = new Set<string>();
  const restricted = restrict(schema, changes);
  if (changes.size > 0)
    call.adjust({ path, action: "rewritten", reason: `the API does not enforce: ${[...changes].sort().join(", ")}` });
  return restricted;
}

function restrict(schema: JsonSchema, changes: Set<string>): JsonSchema {
  const kept: [string, unknown][] = [];
  const removed: string[] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    if (refused.has(keyword) || (keyword === "minItems" && typeof value === "number" && value > 1)) {
      removed.push(`${keyword}: ${JSON.stringify(value)}`);
      changes.add(keyword);
    } else kept.push([keyword, inner(keyword, value, changes)]);
  }
  if (isObjectSchema(schema) && schema.additionalProperties === undefined) {
    changes.add("open objects");
    kept.push(["additionalProperties", false]);
  }
  const result = Object.fromEntries(kept);
  if (removed.length === 0) return result;
  const before = typeof schema.description === "string" ? `${schema.description} ` : "";
  return { ...result, description: `${before}(${removed.join(", ")})` };
}

function inner(keyword: string, value: unknown, changes: Set<string>): unknown {
  const next = (item: unknown) => {
    const schema = objectOf(item);
    return schema === undefined ? item : restrict(schema, changes);
  };
  if (single.has(keyword)) return next(value);
  if (lists.has(keyword) && Array.isArray(value)) return value.map(next);
  const map = maps.has(keyword) ? objectOf(value) : undefined;
  return map === undefined ? value : Object.fromEntries(Object.entries(map).map(([name, item]) => [name, next(item)]));
}

function isObjectSchema({ type, properties }: JsonSchema): boolean {
  return type === "object" || properties !== undefined || (Array.isArray(type) && type.includes("object"));
}

function objectOf(value: unknown): JsonSchema | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as JsonSchema) : undefined;
}
