/** Turns the schema of a whole value into the schema of a change to it: every member optional, `null` deletes. */
import { z } from "zod";
import { strict } from "./schema-values.js";

/** A change to a `T`. Arrays and scalars replace, so they stay whole. */
export type Patch<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? { readonly [K in keyof T]?: Patch<T[K]> | null }
    : T;

/** The schema of changes to what `schema` describes. */
export function patchSchema<T extends object>(schema: z.ZodType<T>): z.ZodType<Patch<T>> {
  return transform(schema) as z.ZodType<Patch<T>>;
}

// One patch schema per schema, so that the published JSON Schema can share definitions.
const made = new WeakMap<object, z.ZodType>();

function transform(schema: z.core.SomeType): z.ZodType {
  const known = made.get(schema);
  if (known !== undefined) return known;
  const patch = build(schema);
  made.set(schema, patch);
  return patch;
}

function build(schema: z.core.SomeType): z.ZodType {
  if (schema instanceof z.ZodExactOptional || schema instanceof z.ZodDefault) return transform(schema.def.innerType);
  if (schema instanceof z.ZodObject) {
    const members = Object.entries(schema.def.shape as z.core.$ZodShape);
    return strict(Object.fromEntries(members.map(([key, member]) => [key, nullable(member).exactOptional()])));
  }
  if (schema instanceof z.ZodRecord) {
    return z.record(schema.def.keyType as z.core.$ZodRecordKey, nullable(schema.def.valueType));
  }
  if (schema instanceof z.ZodUnion) return z.union(schema.def.options.map(transform));
  return schema as z.ZodType;
}

const nullables = new WeakMap<object, z.ZodNullable>();

function nullable(member: z.core.SomeType): z.ZodNullable {
  const patch = transform(member);
  const known = nullables.get(patch) ?? z.nullable(patch);
  nullables.set(patch, known);
  return known;
}
