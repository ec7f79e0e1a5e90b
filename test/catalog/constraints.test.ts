/** Parameter values against catalog bounds: what is wrong is said as the end of a sentence. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { violation } from "../../src/catalog/constraints.js";
import { nearest } from "../../src/catalog/nearest.js";

test.each([
  [true, "anything", undefined],
  [false, 1, "is not accepted"],
  [{ min: 0, max: 2 }, 2, undefined],
  [{ min: 0, max: 2 }, 2.1, "must be between 0 and 2"],
  [{ exclusiveMin: 0, max: 2 }, 0, "must be above 0 and at most 2"],
  [{ min: 1 }, 0, "must be at least 1"],
  [{ exclusiveMax: 2 }, 2, "must be below 2"],
  [{ min: 0 }, Number.NaN, "must be at least 0"],
  [{ type: "integer" }, 1.5, "must be an integer"],
  [{ type: "string" }, 1, "must be a string"],
  [{ type: "array", maxItems: 1 }, ["a", "b"], "must have at most 1 items"],
  [{ type: "object" }, [], "must be an object"],
  [{ maxLength: 2 }, "abc", "must have at most 2 characters"],
  [{ enum: ["low", "high"] }, "mid", 'must be one of "low", "high"'],
  [{ enum: ["low"], open: true }, "mid", undefined],
  [{ const: 1 }, 0.5, "must be 1"],
  [{ step: 0.1, min: 0, max: 1 }, 0.3, undefined],
  [{ step: 0.5, min: 1 }, 1.7, "must be a multiple of 0.5"],
  [{ enum: ["auto"], size: { multipleOf: 16, maxAspect: 3, maxWidth: 3840 } }, "1536x1024", undefined],
  [{ enum: ["auto"], size: { multipleOf: 16 } }, "100x100", 'must be one of "auto"'],
  [{ enum: ["auto"], size: { maxAspect: 3 } }, "4000x1000", 'must be one of "auto"'],
  [{ enum: ["auto"], size: {} }, "0x0", 'must be one of "auto"'],
] as const)("%j with %j", (constraint, value, expected) => {
  expect(violation(constraint, value)).toBe(expected);
});

test("a value inside its range is never refused, one outside always", () => {
  const finite = fc.double({ noNaN: true, noDefaultInfinity: true });
  fc.assert(
    fc.property(finite, finite, finite, (a, b, value) => {
      const [min, max] = a < b ? [a, b] : [b, a];
      expect(violation({ min, max }, value) === undefined).toBe(value >= min && value <= max);
    }),
  );
});

test("the nearest name is a slip away, or there is none", () => {
  expect(nearest("temprature", ["topP", "temperature", "topK"])).toBe("temperature");
  expect(nearest("GPT-4O", ["gpt-4.1", "gpt-4o"])).toBe("gpt-4o");
  expect(nearest("claude", ["gpt-4o", "o3"])).toBeUndefined();
  expect(nearest("x".repeat(100_000), ["x"])).toBeUndefined();
});
