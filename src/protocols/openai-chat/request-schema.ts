/** Takes out JSON Schema keywords that a provider rejects, and lists each one. The client still checks the whole schema. */
import type { JsonSchema } from "../../chat/request.js";
import type { ChatCall } from "../protocol.js";
import { type Members, membersOf } from "./wire.js";

/** Keywords whose members are schemas by name: a property called `pattern` is no keyword. */
const maps: readonly string[] = ["properties", "$defs", "definitions", "patternProperties", "dependentSchemas"];
/** Keywords whose value is data, not a schema. */
const data: readonly string[] = ["const", "enum", "default", "examples", "required"];

/** The schema without `keywords`; the same object when it has none of them. */
export function withoutKeywords(
  schema: JsonSchema,
  keywords: readonly string[],
  adjust: ChatCall["adjust"],
): JsonSchema {
  return keywords.length === 0 ? schema : stripped(schema, "output.schema", { keywords, adjust });
}

interface Stripping {
  readonly keywords: readonly string[];
  readonly adjust: ChatCall["adjust"];
}

function stripped(schema: Members, path: string, stripping: Stripping): Members {
  const kept: [string, unknown][] = [];
  for (const [keyword, value] of Object.entries(schema)) {
    const place = `${path}.${keyword}`;
    if (stripping.keywords.includes(keyword)) drop(place, value, stripping);
    else kept.push([keyword, strippedValue(keyword, value, { ...stripping, path: place })]);
  }
  return Object.fromEntries(kept);
}

function strippedValue(keyword: string, value: unknown, { path, ...stripping }: Stripping & { path: string }): unknown {
  if (data.includes(keyword)) return value;
  if (Array.isArray(value))
    return value.map((item, i) => {
      const schema = membersOf(item);
      return schema === undefined ? item : stripped(schema, `${path}[${i}]`, stripping);
    });
  const members = membersOf(value);
  if (members === undefined) return value;
  if (!maps.includes(keyword)) return stripped(members, path, stripping);
  return Object.fromEntries(
    Object.entries(members).map(([name, item]) => {
      const schema = membersOf(item);
      return [name, schema === undefined ? item : stripped(schema, `${path}.${name}`, stripping)];
    }),
  );
}

function drop(path: string, from: unknown, { adjust }: Stripping): void {
  adjust({ path, action: "dropped", reason: "the provider rejects this JSON Schema keyword", from });
}
