/** Schemas of every supported library give JSON Schema and validate. */
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { z as mini } from "zod/mini";
import { z as z3 } from "zod3";
import { toJsonSchema, validate } from "../../src/chat/json-schema.js";

const expected = {
  type: "object",
  properties: { city: { type: "string" }, days: { type: "number" } },
  required: ["city"],
};
const schemas: [string, unknown][] = [
  ["zod 4", z.object({ city: z.string(), days: z.number().optional() })],
  ["zod 4 mini", mini.object({ city: mini.string(), days: mini.optional(mini.number()) })],
  ["zod 3", z3.object({ city: z3.string(), days: z3.number().optional() })],
  ["JSON Schema", { $schema: "https://json-schema.org/draft/2020-12/schema", ...expected }],
];

describe("toJsonSchema", () => {
  it.each(schemas)("converts %s", async (_name, schema) => {
    expect(await toJsonSchema(schema, "output")).toMatchObject(expected);
    expect(await toJsonSchema(schema, "output")).not.toHaveProperty("$schema");
  });

  it("takes ~standard.jsonSchema of any library", async () => {
    const standard = { version: 1, vendor: "mine", jsonSchema: { input: () => expected } };
    expect(await toJsonSchema({ "~standard": standard }, "output")).toEqual(expected);
    expect(() => toJsonSchema({ "~standard": { version: 1, vendor: "mine" } }, "output")).toThrow(
      "mine schemas need ~standard.jsonSchema",
    );
  });

  it("describes what is put in, not what comes out", async () => {
    const schema = z.object({ n: z.string().transform(Number), d: z.number().default(1) });
    expect(await toJsonSchema(schema, "output")).toMatchObject({
      properties: { n: { type: "string" }, d: { type: "number" } },
      required: ["n"],
    });
  });

  it("says which schema has no JSON form, in an error of this package", () => {
    const date = z.object({ at: z.date() });
    expect(() => toJsonSchema(date, "output")).toThrow(
      expect.objectContaining({ code: "invalid-configuration", message: expect.stringMatching(/^output: .*Date/) }),
    );
  });

  it("converts a schema once", async () => {
    let count = 0;
    const input = () => {
      count += 1;
      return expected;
    };
    const schema = { "~standard": { vendor: "mine", jsonSchema: { input } } };
    await toJsonSchema(schema, "output");
    await toJsonSchema(schema, "output");
    expect(count).toBe(1);
  });

  it.each([[{}], [z.any()], ["text"], [null], [[1]]])("refuses what says nothing: %s", (schema) => {
    expect(() => toJsonSchema(schema, "output")).toThrow(expect.objectContaining({ code: "invalid-configuration" }));
  });
});

describe("validate", () => {
  it("gives the parsed value, or the places of the problems", async () => {
    const schema = z.object({ n: z.coerce.number(), at: z.object({ x: z.string() }) });
    expect(await validate(schema, { n: "5", at: { x: "a" } })).toEqual({ value: { n: 5, at: { x: "a" } } });
    expect(await validate(schema, { n: 1, at: { x: 2 } })).toEqual({ problem: expect.stringContaining("at.x: ") });
    expect(await validate({ type: "object" }, 5)).toEqual({ value: 5 });
  });
});
