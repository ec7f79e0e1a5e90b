/** The reasoning models of OpenAI and Anthropic, family by family: levels, whether they sample, and how much they hold. */
import { expect, test } from "vitest";
import { accepted, param } from "../../src/catalog/capabilities.js";
import { reasoningControls } from "../../src/catalog/conditions.js";
import { modelOf } from "./shipped-model.js";

const three = ["low", "medium", "high"];

test.each([
  ["openai/o1", "always", three, false, 200_000, 100_000],
  ["openai/o3", "always", three, false, 200_000, 100_000],
  ["openai/o4-mini", "always", three, false, 200_000, 100_000],
  ["openai/gpt-5", "always", ["minimal", ...three], false, 400_000, 128_000],
  ["openai/gpt-5-pro", "always", ["high"], false, 400_000, 272_000],
  ["openai/gpt-5.1", "optional", three, true, 400_000, 128_000],
  ["openai/gpt-5.2", "optional", [...three, "xhigh"], true, 400_000, 128_000],
  ["anthropic/claude-opus-4-1", "optional", [], true, 200_000, 32_000],
  ["anthropic/claude-sonnet-4-5", "optional", [], true, 200_000, 64_000],
  ["anthropic/claude-sonnet-4-6", "optional", [...three, "max"], true, 1_000_000, 64_000],
  ["anthropic/claude-opus-4-6", "optional", [...three, "max"], true, 1_000_000, 128_000],
  ["anthropic/claude-opus-4-7", "optional", [...three, "xhigh", "max"], false, 1_000_000, 128_000],
])("%s: reasons %s, at %j, samples: %s, holds %i, writes %i", (name, mode, levels, samples, context, output) => {
  const { model, assume } = modelOf(name);
  const controls = reasoningControls(model);
  expect({ mode: controls.mode, levels: controls.levels.filter((level) => level !== "none") }).toEqual({
    mode,
    levels,
  });
  expect(accepted(param(model, "temperature"), assume)).toBe(samples);
  expect(model.limits).toMatchObject({ context, output });
});
