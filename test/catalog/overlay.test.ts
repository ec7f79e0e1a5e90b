/** Changes on top of a provider: merged, checked as a whole, refused as a whole. */
import { describe, expect, test } from "vitest";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { mergePatch } from "../../src/catalog/merge.js";
import { overlayProvider } from "../../src/catalog/overlay.js";
import { providerFile, resolve } from "./files.js";

const file = providerFile({
  a: { kind: "chat", limits: { context: 10 }, features: { tools: true } },
  b: { kind: "chat" },
});
const provider = resolve({ "acme.json": file }).providers[0] as ProviderFacts;
const overlay = (change: unknown) => overlayProvider(provider, change, "overlay.json");

test("changes, adds and deletes", () => {
  const { provider: changed, problems } = overlay({
    name: "Ours",
    models: {
      a: { limits: { context: 20 }, features: { tools: null } },
      b: null,
      c: { kind: "chat", input: ["text"], output: ["text"], assume: "permissive" },
    },
  });
  expect(problems).toEqual([]);
  expect(changed.name).toBe("Ours");
  expect(Object.keys(changed.models)).toEqual(["a", "c"]);
  expect(changed.models.a).toMatchObject({ limits: { context: 20 }, features: {} });
  expect(changed.models.c).toMatchObject({ params: {}, limits: {}, features: {} });
  expect(provider.models.a?.limits.context).toBe(10);
});

test("stating the input settles what the file left open", () => {
  expect(provider.models.a?.inputUnstated).toBe(true);
  expect(overlay({ models: { a: { input: ["text", "image"] } } }).provider.models.a?.inputUnstated).toBeUndefined();
});

test.each([
  [
    "a typo",
    { models: { a: { limit: { context: 1 } } } },
    'overlay.json models.a.limit: unknown key "limit"; did you mean "limits"?',
  ],
  [
    "a wrong value",
    { models: { a: { limits: { context: -1 } } } },
    "overlay.json models.a.limits.context: expected more than 0, found -1",
  ],
  ["another provider's id", { id: "other" }, "overlay.json id: expected acme"],
  ["no object", [], "overlay.json $: expected an object"],
])("%s refuses the whole change", (_name, change, expected) => {
  const { provider: unchanged, problems } = overlay(change);
  expect(unchanged).toBe(provider);
  expect(problems.map((problem) => problem.message)).toEqual([expected]);
});

describe("merging", () => {
  test("a change cannot reach a prototype", () => {
    const merged = mergePatch(
      {},
      JSON.parse('{"__proto__": {"polluted": true}, "constructor": {"prototype": {"polluted": true}}}'),
    );
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
    expect(Object.getPrototypeOf(merged)).toBe(Object.prototype);
  });
});
