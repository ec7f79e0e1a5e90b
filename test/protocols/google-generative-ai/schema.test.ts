/** JSON Schemas as Gemini reads them: rewritten without a change of meaning, or left alone. */
import Ajv2020 from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../../../src/chat/request.js";
import { geminiSchema } from "../../../src/protocols/google-generative-ai/schema.js";
import type { Adjustment } from "../../../src/protocols/protocol.js";

function rewritten(schema: JsonSchema): { schema: JsonSchema; paths: string[] } {
  const adjustments: Adjustment[] = [];
  const next = geminiSchema(schema, "schema", (adjustment) => adjustments.push(adjustment));
  return { schema: next, paths: adjustments.map(({ path }) => path) };
}

describe("a schema", () => {
  it("is the same object when Gemini reads it as it is", () => {
    const schema = {
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      properties: { a: { type: ["string", "null"], enum: ["x", null] }, b: { $ref: "#/$defs/B" } },
      required: ["a"],
      additionalProperties: false,
      $defs: { B: { type: "array", items: { anyOf: [{ type: "number", minimum: 0 }, { type: "null" }] } } },
    };
    const result = rewritten(schema);
    expect(result.schema).toBe(schema);
    expect(result.paths).toEqual([]);
  });

  it.each<[string, JsonSchema, JsonSchema]>([
    ["const", { const: "a" }, { enum: ["a"] }],
    [
      "definitions",
      { definitions: { A: { type: "null" } }, items: { $ref: "#/definitions/A" } },
      { $defs: { A: { type: "null" } }, items: { $ref: "#/$defs/A" } },
    ],
    ["a sole allOf", { description: "d", allOf: [{ type: "string" }] }, { description: "d", type: "string" }],
    ["nullable", { type: "string", nullable: true }, { type: ["string", "null"] }],
    [
      "excluded integers",
      { type: "integer", exclusiveMinimum: 0, exclusiveMaximum: 10 },
      { type: "integer", minimum: 1, maximum: 9 },
    ],
    [
      "members beside $ref",
      { $ref: "#/$defs/A", description: "d" },
      { description: "d", anyOf: [{ $ref: "#/$defs/A" }] },
    ],
  ])("loses no meaning by rewriting %s", (_, schema, expected) => {
    expect(rewritten(schema).schema).toEqual(expected);
  });

  it("names the place of each rewrite", () => {
    const schema = { properties: { kind: { const: "a" } }, anyOf: [{ prefixItems: [{ const: 1 }] }] };
    expect(rewritten(schema).paths).toEqual(["schema.properties.kind", "schema.anyOf[0].prefixItems[0]"]);
  });

  it("keeps members that are data, and properties named like keywords", () => {
    const schema = {
      type: "object",
      properties: {
        properties: { type: "object", properties: { const: { const: "a", enum: ["a", "b"] } } },
        const: { type: "null" },
      },
      enum: [{ const: "x" }],
      default: { const: "x" },
      examples: [{ nullable: true, type: "string" }],
      minLength: 3,
      allOf: [{ type: "object" }, { required: ["const"] }],
    };
    expect(rewritten(schema).schema).toBe(schema);
  });

  it("accepts the same values before and after, and is settled after one pass", () => {
    const leaf = fc.oneof(
      fc.constantFrom("a", "b", 1, 2).map((value) => ({ const: value })),
      fc.record({ type: fc.constant("integer"), exclusiveMinimum: fc.integer({ min: -3, max: 3 }) }),
      fc.record({ $ref: fc.constant("#/$defs/S"), description: fc.string() }),
      fc.constant({ type: "string" }),
    );
    const schema = leaf.chain((inner) =>
      fc.constantFrom<JsonSchema>(
        inner,
        { type: "object", properties: { p: inner }, required: ["p"] },
        { type: "array", items: inner },
        { anyOf: [inner, { type: "null" }] },
        { title: "t", allOf: [inner] },
      ),
    );
    const sample = fc.oneof(
      fc.constantFrom<unknown>("a", 1, 2, 0, -1, null),
      fc.constantFrom("a", 1, 4).map((p) => ({ p })),
      fc.array(fc.constantFrom("a", 2, -2)),
    );
    const ajv = new Ajv2020.default({ strict: false });
    fc.assert(
      fc.property(schema, fc.array(sample), (before, samples) => {
        const whole = { ...before, $defs: { S: { type: "string" } } };
        const after = rewritten(whole).schema;
        expect(rewritten(after).schema).toBe(after);
        const [old, now] = [ajv.compile(whole), ajv.compile(after)];
        for (const value of samples) expect(now(value)).toBe(old(value));
      }),
    );
  });
});
