/** Samples against a real validator: what a simulated model answers is valid by the schema it was given. */
import { Ajv2020 } from "ajv/dist/2020.js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { JsonSchema } from "../../src/chat/request.js";
import { createRandom } from "../../src/simulator/random.js";
import { sampleSchema } from "../../src/simulator/sample.js";

const range = fc
  .tuple(fc.integer({ min: -50, max: 50 }), fc.integer({ min: 0, max: 40 }))
  .map(([low, span]) => [low, low + span] as const);
const sizes = fc
  .tuple(fc.integer({ min: 0, max: 4 }), fc.integer({ min: 0, max: 3 }))
  .map(([min, more]) => [min, min + more] as const);

const leaf: fc.Arbitrary<JsonSchema> = fc.oneof(
  fc.constant({ type: "boolean" }),
  fc.constant({ type: "null" }),
  fc.constant({ type: ["string", "null"] }),
  fc
    .uniqueArray(fc.oneof(fc.string(), fc.integer()), { minLength: 1, maxLength: 4 })
    .map((values) => ({ enum: values })),
  fc.string().map((value) => ({ const: value })),
  sizes.map(([minLength, maxLength]) => ({ type: "string", minLength: minLength * 9, maxLength: maxLength * 9 })),
  range.map(([minimum, maximum]) => ({ type: "integer", minimum, maximum })),
  range.map(([minimum, maximum]) => ({ type: "number", minimum, maximum })),
  range.map(([low, high]) => ({ type: "number", exclusiveMinimum: low, exclusiveMaximum: high + 1 })),
  fc.integer({ min: 1, max: 7 }).map((multipleOf) => ({ type: "integer", multipleOf, minimum: 3, maximum: 40 })),
);

const schema = fc.letrec<{ any: JsonSchema }>((tie) => ({
  any: fc.oneof(
    { maxDepth: 4, depthSize: "small" },
    leaf,
    fc.tuple(tie("any"), sizes).map(([items, [minItems, maxItems]]) => ({ type: "array", items, minItems, maxItems })),
    fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map((anyOf) => ({ anyOf })),
    fc.array(tie("any"), { minLength: 1, maxLength: 3 }).map((prefixItems) => ({
      type: "array",
      prefixItems,
      items: false,
      minItems: prefixItems.length,
    })),
    fc
      .tuple(fc.dictionary(fc.constantFrom("a", "b", "c", "d"), tie("any")), fc.subarray(["a", "b", "c", "d"]))
      .map(([properties, required]) => ({
        type: "object",
        properties,
        required: required.filter((name) => name in properties),
        additionalProperties: false,
      })),
  ),
})).any;

function errorsOf(given: JsonSchema, seed: number): unknown {
  const validate = new Ajv2020({ strict: false, validateFormats: false }).compile(given);
  const value = sampleSchema(given, createRandom(seed));
  return validate(value) ? undefined : { value, errors: validate.errors };
}

describe("a sample", () => {
  it("is valid by its schema", () => {
    fc.assert(
      fc.property(schema, fc.integer(), (given, seed) => {
        expect(errorsOf(given, seed)).toBeUndefined();
      }),
      { numRuns: 500 },
    );
  });

  it.each<[string, JsonSchema]>([
    ["references", { $ref: "#/$defs/node", $defs: { node: { type: "integer", minimum: 7, maximum: 7 } } }],
    [
      "recursive references",
      {
        $ref: "#/$defs/tree",
        $defs: {
          tree: {
            type: "object",
            properties: { name: { type: "string" }, children: { type: "array", items: { $ref: "#/$defs/tree" } } },
            required: ["name", "children"],
            additionalProperties: false,
          },
        },
      },
    ],
    [
      "recursion through a choice",
      {
        $ref: "#/$defs/list",
        $defs: {
          list: {
            anyOf: [
              { type: "object", properties: { next: { $ref: "#/$defs/list" } }, required: ["next"] },
              { type: "null" },
            ],
          },
        },
      },
    ],
    ["allOf", { allOf: [{ type: "integer", minimum: 3 }, { maximum: 4 }] }],
    [
      "choices with common members",
      {
        type: "object",
        properties: { kind: { type: "string" } },
        required: ["kind"],
        anyOf: [
          { properties: { a: { type: "integer" } }, required: ["a"] },
          { properties: { b: { type: "integer" } }, required: ["b"] },
        ],
      },
    ],
    ["unique items", { type: "array", items: { enum: [1, 2, 3] }, uniqueItems: true, minItems: 3 }],
    ["maps", { type: "object", additionalProperties: { type: "integer" }, minProperties: 2 }],
    ["escaped pointers", { $ref: "#/$defs/a~1b", $defs: { "a/b": { const: 1 } } }],
    ["an empty schema", {}],
  ])("knows %s", (_, given) => {
    for (let seed = 0; seed < 50; seed++) expect(errorsOf(given, seed)).toBeUndefined();
  });

  it("ends for a schema that recurs without an end", () => {
    const endless = { $ref: "#", type: "object", properties: { self: { $ref: "#" } }, required: ["self"] };
    expect(JSON.stringify(sampleSchema(endless, createRandom(1))).length).toBeLessThan(10_000);
  });

  it.each([
    ["date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/],
    ["date", /^\d{4}-\d\d-\d\d$/],
    ["email", /^[^@]+@[^@]+$/],
    ["uri", /^https:\/\//],
    ["uuid", /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/],
    ["ipv4", /^\d+\.\d+\.\d+\.\d+$/],
  ])("has the format %s", (format, pattern) => {
    expect(sampleSchema({ type: "string", format }, createRandom(3))).toMatch(pattern);
  });

  it("is the same for the same seed, and differs between seeds", () => {
    const sample = (seed: number) =>
      JSON.stringify(sampleSchema({ type: "array", items: { type: "integer" }, minItems: 9 }, createRandom(seed)));
    expect(sample(5)).toBe(sample(5));
    expect(new Set([1, 2, 3, 4].map(sample)).size).toBeGreaterThan(1);
  });
});
