/** Needs against facts: every unmet need is listed, every doubt is a warning. */
import { expect, test } from "vitest";
import { checkCompatibility, firstCompatible } from "../../src/catalog/compatibility.js";
import type { ModelFacts } from "../../src/catalog/facts.js";
import { resolveModels } from "./files.js";

const { text, full, silent, gone } = resolveModels({
  text: {
    kind: "chat",
    input: ["text"],
    features: { tools: false },
    reasoning: { mode: "none" },
    params: { seed: false },
    limits: { context: 1000, output: 100 },
  },
  full: {
    kind: "chat",
    input: ["text", "image"],
    features: { tools: true, toolChoice: ["auto", "required"] },
    reasoning: { mode: "optional", effort: { levels: ["low", "high"] } },
    limits: { context: 100000, output: 5000 },
    status: "deprecated",
    dates: { retires: "2027-01-01" },
    successor: "next",
  },
  silent: { kind: "chat" },
  gone: { kind: "chat", status: "retired" },
}) as { [id: string]: ModelFacts };

const needs = {
  input: ["image"],
  tools: true,
  toolChoice: "required",
  structuredOutput: true,
  reasoning: "high",
  params: ["seed"],
  minContext: 2000,
  minOutput: 500,
} as const;

test("each unmet need is listed", () => {
  expect(checkCompatibility(text!, needs, "strict")).toEqual({
    compatible: false,
    missing: [
      "does not accept image input",
      "does not support tool calling",
      "does not accept toolChoice required",
      "does not support structured output",
      "does not accept seed",
      "does not accept reasoning effort high",
      "has a context limit of 1000 tokens, 2000 needed",
      "has an output limit of 100 tokens, 500 needed",
    ],
    warnings: [],
  });
});

test("a met need is silent, a coming retirement is a warning", () => {
  const { params, ...met } = needs;
  expect(checkCompatibility(full!, met, "strict")).toEqual({
    compatible: true,
    missing: [],
    warnings: ["is deprecated and retires on 2027-01-01; its successor is next"],
  });
  expect(checkCompatibility(full!, { reasoning: "max" }, "strict").missing).toEqual([
    "does not accept reasoning effort max",
  ]);
});

test("what no source settles is missing when strict, a warning when permissive", () => {
  expect(checkCompatibility(silent!, { tools: true, reasoning: true }, "strict").missing).toEqual([
    "does not support tool calling",
    "does not reason",
  ]);
  expect(checkCompatibility(silent!, { tools: true, reasoning: true, minContext: 5 }, "permissive")).toEqual({
    compatible: true,
    missing: [],
    warnings: [
      "may not support tool calling: no source settles it",
      "may not reason: no source settles it",
      "has an unknown context limit",
    ],
  });
});

test("a retired model serves nobody; the first that fits is chosen", () => {
  expect(checkCompatibility(gone!, {}, "permissive").missing).toEqual(["is retired"]);
  const candidates = [
    { id: "text", model: text!, assume: "strict" },
    { id: "gone", model: gone!, assume: "permissive" },
    { id: "full", model: full!, assume: "strict" },
  ] as const;
  expect(firstCompatible(candidates, { input: ["image"] })).toBe("full");
  expect(firstCompatible(candidates, { input: ["video"] })).toBeUndefined();
});
