/** The spellings that the Gemini API accepts beside its own: snake_case members, OpenAPI types in capitals. */
import type { JsonSchema } from "../../chat/request.js";
import type { Members } from "../served-input.js";

/** The object with its own members in camelCase; values are left alone. https://protobuf.dev/programming-guides/json */
export function camelCased(members: Members): Members {
  if (!Object.keys(members).some((name) => name.includes("_"))) return members;
  const entries = Object.entries(members);
  return Object.fromEntries(
    entries.map(([name, value]) => [name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase()), value]),
  );
}

/** Deeper schemas are cut off: only a hostile one is this deep. */
const maxDepth = 64;

/** A schema of Google's OpenAPI subset as JSON Schema. https://ai.google.dev/api/caching#Schema */
export function jsonSchemaOf(schema: Members, depth = 0): JsonSchema {
  if (depth > maxDepth) return {};
  const { type, nullable, ...rest } = schema;
  const words = typeof type === "string" ? type.toLowerCase() : type;
  const typed =
    words === undefined ? {} : { type: nullable === true && typeof words === "string" ? [words, "null"] : words };
  const entries = Object.entries(rest).map(([keyword, value]) => [keyword, keywordOf(keyword, value, depth + 1)]);
  return { ...typed, ...Object.fromEntries(entries) };
}

function keywordOf(keyword: string, value: unknown, depth: number): unknown {
  // 64-bit integers are strings in Google's JSON.
  if (counts.includes(keyword)) return typeof value === "string" ? Number(value) : value;
  if (keyword === "items") return schemaOr(value, depth);
  if (keyword === "anyOf" && Array.isArray(value)) return value.map((item) => schemaOr(item, depth));
  if (keyword !== "properties" || !isObject(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, schemaOr(member, depth)]));
}

const counts = ["minItems", "maxItems", "minLength", "maxLength", "minProperties", "maxProperties"];

function schemaOr(value: unknown, depth: number): unknown {
  return isObject(value) ? jsonSchemaOf(value, depth) : value;
}

function isObject(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
