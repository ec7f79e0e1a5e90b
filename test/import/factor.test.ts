/** Factoring a model into profiles and own facts loses nothing. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { difference, factor } from "../../codegen/import/factor.js";
import type { Json } from "../../codegen/import/object.js";
import { mergePatch } from "../../src/catalog/merge.js";

const leaf = fc.oneof(
  fc.integer({ min: 0, max: 2 }),
  fc.boolean(),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 2 }),
);
const key = fc.constantFrom("a", "b", "c");
const facts = fc.dictionary(key, fc.oneof(leaf, fc.dictionary(key, leaf, { minKeys: 1 })), {
  minKeys: 1,
}) as fc.Arbitrary<Json>;

test("a difference turns the one into the other", () => {
  fc.assert(
    fc.property(facts, facts, (from, to) => {
      expect(mergePatch(from, difference(from, to))).toEqual(to);
    }),
  );
});

test("defaults, profiles and own members give the facts back, and so does a base", () => {
  fc.assert(
    fc.property(facts, facts, facts, facts, facts, (defaults, p, q, base, own) => {
      const profiles = { p, q };
      const entry = factor(own, { defaults, profiles, base: { id: "base", facts: base } });
      const { use = [], base: reference, ...members } = entry as Json & { use?: readonly ("p" | "q")[] };
      const shared =
        reference === undefined
          ? use.reduce((merged: unknown, name) => mergePatch(merged, profiles[name]), defaults)
          : base;
      expect(mergePatch(shared, members)).toEqual(own);
    }),
  );
});

test("a profile is used only when it saves text", () => {
  const profiles = { long: { features: { tools: true, prefill: true } }, useless: { name: "x" } };
  expect(factor({ features: { tools: true, prefill: true }, name: "y" }, { defaults: {}, profiles })).toEqual({
    use: ["long"],
    name: "y",
  });
});
