/** A history of catalog changes, day by day: every edit is found in the class it was made for, and data never touches types. */
import { expect, it } from "vitest";
import { generate } from "../../codegen/index.js";
import type { ModelFacts, ProviderFacts } from "../../src/catalog/facts.js";
import { diffCatalogs } from "../../src/diff/catalog-changes.js";
import type { ChangeClass } from "../../src/diff/change.js";

interface Edit {
  readonly name: string;
  /** The classes it is told in, sorted. */
  readonly classes: readonly ChangeClass[];
  readonly typed: boolean;
  readonly apply: (model: ModelFacts) => ModelFacts;
}

const input = ({ pricing }: ModelFacts): number => pricing?.tokens?.input ?? 1;
const priced = (model: ModelFacts, price: number): ModelFacts => ({
  ...model,
  pricing: { currency: "USD", tokens: { ...model.pricing?.tokens, input: price } },
});

/** In the proportions of a public catalog: three of five change no type. */
const edits: readonly Edit[] = [
  { name: "cheaper", classes: ["data"], typed: false, apply: (model) => priced(model, input(model) / 2) },
  { name: "dearer", classes: ["notice"], typed: false, apply: (model) => priced(model, input(model) * 2) },
  {
    name: "more context",
    classes: ["data"],
    typed: false,
    apply: (model) => ({ ...model, limits: { ...model.limits, context: (model.limits.context ?? 0) + 1000 } }),
  },
  {
    name: "an end in sight",
    classes: ["notice"],
    typed: false,
    apply: (model) => ({ ...model, dates: { retires: `20${Number(model.dates?.retires?.slice(2) ?? 30) + 1}` } }),
  },
  {
    name: "sampling refused",
    classes: ["breaking"],
    typed: true,
    apply: (model) => ({ ...model, params: { ...model.params, temperature: false } }),
  },
  {
    name: "sampling accepted",
    classes: ["widening"],
    typed: true,
    apply: (model) => ({ ...model, params: { ...model.params, temperature: true } }),
  },
  {
    name: "pictures",
    classes: ["widening"],
    typed: true,
    apply: (model) => ({ ...model, input: ["text", "image"] }),
  },
  { name: "the end", classes: ["breaking"], typed: true, apply: (model) => ({ ...model, status: "retired" }) },
];

/** The same numbers on every machine. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

const days = 30;
const editsPerDay = 14;
const random = createRandom(20_261_123);

function firstDay(): ProviderFacts[] {
  const models = (): Record<string, ModelFacts> =>
    Object.fromEntries(
      Array.from({ length: 40 }, (_, i) => [
        `model-${i}`,
        {
          kind: "chat",
          input: ["text"],
          output: ["text"],
          features: { tools: i % 2 === 0 },
          params: { temperature: i % 3 === 0 },
          limits: { context: 1000 * (i + 1) },
          pricing: { currency: "USD", tokens: { input: i + 1 } },
        },
      ]),
    );
  return Array.from({ length: 10 }, (_, i) => ({
    id: `acme-${i}`,
    name: `Acme ${i}`,
    role: "lab",
    protocol: "openai-chat",
    baseURL: "https://api.acme.example/v1",
    auth: [{ type: "none" }],
    assume: "strict",
    unknownModels: "reject",
    models: models(),
  }));
}

it(`of ${days} days with ${editsPerDay} edits each`, { timeout: 120_000 }, () => {
  let today = firstDay();
  let texts = generate(today).files;
  const counts = new Map<string, number>();
  for (let day = 0; day < days; day++) {
    // Half of the days bring news that no type knows of.
    const usable = day % 2 === 0 ? edits : edits.filter(({ typed }) => !typed);
    const next = structuredClone(today) as (Omit<ProviderFacts, "models"> & { models: Record<string, ModelFacts> })[];
    const expected: string[] = [];
    const touched = new Set<string>();
    for (let n = 0; n < editsPerDay; n++) {
      const edit = usable[random(usable.length)] as Edit;
      const provider = next[random(next.length)] as (typeof next)[number];
      const id = `model-${random(40)}`;
      const before = provider.models[id] as ModelFacts;
      const after = edit.apply(before);
      const key = `${provider.id}/${id}`;
      const isSame = JSON.stringify(before) === JSON.stringify(after);
      if (touched.has(key) || before.status === "retired" || isSame) continue;
      touched.add(key);
      provider.models[id] = after;
      for (const name of edit.classes) expected.push(`${key} ${name}`);
      counts.set(edit.name, (counts.get(edit.name) ?? 0) + 1);
    }
    const found = diffCatalogs(today, next).map((change) => `${change.provider}/${change.model} ${change.class}`);
    expect(found.sort()).toEqual(expected.sort());
    const written = [...generate(next).files].filter(([name, text]) => texts.get(name) !== text).map(([name]) => name);
    const owners = (end: string) => written.filter((name) => name.endsWith(end)).length;
    expect(owners(".data.js")).toBe(new Set(expected.map((line) => line.split("/")[0])).size);
    if (day % 2 === 1) expect(owners(".ts")).toBe(0);
    today = next;
    texts = generate(today).files;
  }
  expect([...counts.keys()].sort()).toEqual(edits.map(({ name }) => name).sort());
});
