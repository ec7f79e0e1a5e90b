/** Makes a value that satisfies a JSON Schema: what a simulated model answers with. */
import type { JsonSchema } from "../chat/request.js";
import type { Random } from "./random.js";

/** Deeper than this, optional members are left out and arrays are as short as allowed: recursive schemas end. */
const maxDepth = 6;

/** Schemas nested deeper than this are given up on: every branch recurs. */
const hardDepth = 40;

/** A value of the schema. Keywords that only narrow further (`pattern`, `not`, `if`) are met where the kinds below meet them. */
export function sampleSchema(schema: JsonSchema, random: Random): unknown {
  return new Sampler(schema, random).sample(schema, 0);
}

class Sampler {
  private readonly root: JsonSchema;
  private readonly random: Random;

  constructor(root: JsonSchema, random: Random) {
    this.root = root;
    this.random = random;
  }

  sample(given: unknown, depth: number): unknown {
    if (depth > hardDepth || typeof given !== "object" || given === null) return {};
    const schema = this.flatten(given as JsonSchema, 0);
    if ("const" in schema) return schema.const;
    if (Array.isArray(schema.enum)) return this.choose(schema.enum, depth);
    const variants = listOf(schema.anyOf) ?? listOf(schema.oneOf);
    if (variants !== undefined) return this.variant(schema, variants, depth);
    switch (this.typeOf(schema, depth)) {
      case "object":
        return this.object(schema, depth);
      case "array":
        return this.array(schema, depth);
      case "integer":
        return this.number(schema, true);
      case "number":
        return this.number(schema, false);
      case "boolean":
        return this.random.next() < 0.5;
      case "null":
        return null;
      default:
        return this.text(schema);
    }
  }

  /** Follows `$ref` within the document and merges `allOf`. */
  private flatten(schema: JsonSchema, hops: number): JsonSchema {
    if (hops > hardDepth) return {};
    const target = typeof schema.$ref === "string" ? this.resolve(schema.$ref) : undefined;
    const { $ref: _ref, allOf, ...own } = schema;
    const bases = [...(target === undefined ? [] : [target]), ...((listOf(allOf) ?? []) as JsonSchema[])];
    return bases.reduce<JsonSchema>((merged, base) => merge(this.flatten(base, hops + 1), merged), own);
  }

  private resolve(ref: string): JsonSchema {
    let at: unknown = this.root;
    for (const token of ref.replace(/^#\/?/, "").split("/").filter(Boolean)) {
      const name = decodeURIComponent(token).replaceAll("~1", "/").replaceAll("~0", "~");
      if (typeof at !== "object" || at === null || !Object.hasOwn(at, name)) return {};
      at = (at as JsonSchema)[name];
    }
    return typeof at === "object" && at !== null ? (at as JsonSchema) : {};
  }

  private variant(schema: JsonSchema, variants: readonly unknown[], depth: number): unknown {
    const { anyOf: _any, oneOf: _one, ...rest } = schema;
    return this.sample(merge(this.flatten(this.choose(variants, depth) as JsonSchema, 0), rest), depth + 1);
  }

  /** Any item; deep down the first whose schema holds no further choice, so that recursion ends. */
  private choose(items: readonly unknown[], depth: number): unknown {
    if (depth < maxDepth) return items[this.random.integer(0, items.length - 1)];
    return items.find((item) => isLeaf(item)) ?? items[0];
  }

  private typeOf(schema: JsonSchema, depth: number): unknown {
    if (Array.isArray(schema.type))
      return depth < maxDepth
        ? this.choose(schema.type, depth)
        : (schema.type.find((type) => type !== "object" && type !== "array") ?? schema.type[0]);
    if (schema.type !== undefined) return typeof schema.type === "string" ? schema.type.toLowerCase() : undefined;
    if ("properties" in schema || "required" in schema || "additionalProperties" in schema) return "object";
    if ("items" in schema || "prefixItems" in schema) return "array";
    if ("minimum" in schema || "maximum" in schema) return "number";
    return "string";
  }

  private object(schema: JsonSchema, depth: number): unknown {
    const properties = Object.entries(recordOf(schema.properties));
    const required = new Set((listOf(schema.required) ?? []) as string[]);
    const members = properties
      .filter(([name]) => required.has(name) || (depth < maxDepth && this.random.next() < 0.7))
      .map(([name, member]) => [name, this.sample(member, depth + 1)] as const);
    const undeclared = [...required]
      .filter((name) => !properties.some(([declared]) => declared === name))
      .map((name) => [name, this.sample(schema.additionalProperties, depth + 1)] as const);
    const all = [...members, ...undeclared];
    const missing = Math.max(0, numberOr(schema.minProperties, 0) - all.length);
    const fillers = Array.from(
      { length: missing },
      (_, i) => [`key${i + 1}`, this.sample(schema.additionalProperties, depth + 1)] as const,
    );
    return Object.fromEntries([...all, ...fillers].slice(0, numberOr(schema.maxProperties, Number.POSITIVE_INFINITY)));
  }

  private array(schema: JsonSchema, depth: number): unknown {
    const prefix = listOf(schema.prefixItems) ?? [];
    const min = Math.max(numberOr(schema.minItems, 0), 0);
    const wanted = depth < maxDepth ? Math.max(min, prefix.length, this.random.integer(1, 2)) : Math.max(min, 0);
    const length = Math.min(
      wanted,
      numberOr(schema.maxItems, Number.POSITIVE_INFINITY),
      schema.items === false ? prefix.length : wanted,
    );
    const items: unknown[] = [];
    const seen = new Set<string>();
    // Unique items may need several draws; a domain that is too small ends the array early.
    for (let draws = 0; items.length < length && draws < length * 20 + 20; draws++) {
      const item = this.sample(prefix[items.length] ?? schema.items ?? {}, depth + 1);
      if (schema.uniqueItems === true && seen.has(JSON.stringify(item))) continue;
      seen.add(JSON.stringify(item));
      items.push(item);
    }
    return items;
  }

  private number(schema: JsonSchema, whole: boolean): number {
    const step = numberOr(schema.multipleOf, whole ? 1 : 0.01);
    const low = lowerBound(schema, step);
    const high = upperBound(schema, step);
    const from = low ?? (high === undefined ? 0 : high - 100 * step);
    const to = high ?? from + 100 * step;
    const first = Math.ceil(from / step - 1e-9);
    const last = Math.floor(to / step + 1e-9);
    // A range narrower than a step of ours still holds its own middle.
    if (last < first) return schema.multipleOf === undefined && !whole ? (from + to) / 2 : first * step;
    return Number((this.random.integer(first, Math.min(last, first + 1_000_000)) * step).toFixed(10));
  }

  private text(schema: JsonSchema): string {
    const format = typeof schema.format === "string" ? formats[schema.format] : undefined;
    if (format !== undefined) return format(this.random);
    const min = numberOr(schema.minLength, 0);
    const max = numberOr(schema.maxLength, Math.max(min, 40));
    let text = this.random.pick(words);
    while (text.length < min) text += ` ${this.random.pick(words)}`;
    return text.slice(0, max);
  }
}

const words = ["amber", "basil", "cedar", "delta", "ember", "flint", "grove", "harbor"] as const;

const formats: { readonly [format: string]: (random: Random) => string } = {
  "date-time": (random) => `2025-0${random.integer(1, 9)}-1${random.integer(0, 9)}T08:30:00Z`,
  date: (random) => `2025-0${random.integer(1, 9)}-1${random.integer(0, 9)}`,
  time: (random) => `0${random.integer(0, 9)}:30:00Z`,
  duration: (random) => `PT${random.integer(1, 59)}M`,
  email: (random) => `${random.pick(words)}@example.com`,
  hostname: (random) => `${random.pick(words)}.example.com`,
  uri: (random) => `https://example.com/${random.pick(words)}`,
  url: (random) => `https://example.com/${random.pick(words)}`,
  "uri-reference": (random) => `/${random.pick(words)}`,
  ipv4: (random) => `192.0.2.${random.integer(1, 254)}`,
  ipv6: (random) => `2001:db8::${random.integer(1, 9999)}`,
  uuid: (random) => `00000000-0000-4000-8000-${String(random.integer(0, 999_999)).padStart(12, "0")}`,
};

/** Both at once: objects of keywords join, `required` adds up, of two bounds the narrower holds. */
function merge(base: JsonSchema, over: JsonSchema): JsonSchema {
  const merged: { [key: string]: unknown } = { ...base, ...over };
  if (base.properties !== undefined && over.properties !== undefined)
    merged.properties = { ...recordOf(base.properties), ...recordOf(over.properties) };
  if (base.required !== undefined && over.required !== undefined)
    merged.required = [...new Set([...(listOf(base.required) ?? []), ...(listOf(over.required) ?? [])])];
  for (const [key, narrower] of [
    ["minimum", Math.max],
    ["maximum", Math.min],
    ["minLength", Math.max],
    ["maxLength", Math.min],
    ["minItems", Math.max],
    ["maxItems", Math.min],
  ] as const)
    if (typeof base[key] === "number" && typeof over[key] === "number") merged[key] = narrower(base[key], over[key]);
  return merged;
}

function lowerBound(schema: JsonSchema, step: number): number | undefined {
  if (typeof schema.exclusiveMinimum === "number")
    return Math.max(schema.exclusiveMinimum + step, numberOr(schema.minimum, Number.NEGATIVE_INFINITY));
  return typeof schema.minimum === "number" ? schema.minimum : undefined;
}

function upperBound(schema: JsonSchema, step: number): number | undefined {
  if (typeof schema.exclusiveMaximum === "number")
    return Math.min(schema.exclusiveMaximum - step, numberOr(schema.maximum, Number.POSITIVE_INFINITY));
  return typeof schema.maximum === "number" ? schema.maximum : undefined;
}

function isLeaf(schema: unknown): boolean {
  if (typeof schema !== "object" || schema === null) return true;
  return !["$ref", "anyOf", "oneOf", "allOf", "items", "properties"].some((keyword) => keyword in schema);
}

function listOf(value: unknown): readonly unknown[] | undefined {
  return Array.isArray(value) && value.length > 0 ? value : undefined;
}

function recordOf(value: unknown): JsonSchema {
  return typeof value === "object" && value !== null ? (value as JsonSchema) : {};
}

function numberOr(value: unknown, fallback: number): number {
  return typeof value === "number" && Number.isFinite(value) ? value : fallback;
}
