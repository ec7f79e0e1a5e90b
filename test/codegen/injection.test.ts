/** No text of a catalog file, as key or as value, becomes code, markup or an exception of the generator. */
import { createContext, runInContext } from "node:vm";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { generate } from "../../codegen/index.js";
import { type ProviderData, providerFacts } from "../../src/catalog/compact.js";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { providerJsonSchema } from "../../src/catalog/json-schema.js";
import { resolveCatalog } from "../../src/catalog/resolve.js";
import { fullFiles } from "./full-files.js";
import { payloads } from "./payloads.js";
import { type Position, positions, replaced } from "./positions.js";
import { shapeOf } from "./shape.js";

describe("the example files", () => {
  it("resolve without problems and state every member that can hold a text of one's own", () => {
    const stated = new Set<string>();
    for (const file of Object.values(fullFiles)) {
      expect(resolve(file).problems).toEqual([]);
      JSON.parse(JSON.stringify(file), (key, value) => {
        stated.add(key);
        return value;
      });
    }
    expect(openMembers().filter((name) => !stated.has(name))).toEqual([]);
  });
});

describe.each(Object.keys(fullFiles))("hostile texts in the %s file", (what) => {
  const file = fullFiles[what];

  it("alone, at every place", () => {
    for (const position of positions(file)) {
      for (const payload of payloads)
        check(replaced(file, position, payload), replaced(file, position, harmless(payload)));
    }
  }, 300_000);

  it("several at once", () => {
    const places = positions(file).flatMap((position) =>
      payloads.map((payload): readonly [Position, string] => [position, payload]),
    );
    const accepted = places.filter(
      ([position, payload]) =>
        payload.length < 1_000 && resolve(replaced(file, position, payload)).problems.length === 0,
    );
    fc.assert(
      fc.property(fc.uniqueArray(fc.constantFrom(...accepted), distinct), (hostile) => {
        const put = (text: typeof harmless) => hostile.reduce(swap(text), file as unknown);
        check(
          put((payload) => payload),
          put(harmless),
        );
      }),
      { numRuns: 150 },
    );
  }, 300_000);
});

describe("facts that never were a catalog file", () => {
  const key = "__proto__";
  const model = { kind: "chat", input: ["text"], output: ["text"], features: {}, limits: {} } as const;
  const provider: ProviderFacts = {
    id: key,
    name: key,
    role: "lab",
    protocol: "openai-chat",
    baseURL: "https://x.example",
    auth: [{ type: "none" }],
    assume: "strict",
    unknownModels: "reject",
    models: {
      [key]: { ...model, params: { [key]: { default: { [key]: 1 } } } },
      constructor: { ...model, params: {}, transport: { body: { [key]: { polluted: true } } } },
    },
  };

  it("keep keys that name a prototype as plain keys", () => {
    checkedShapes([provider]);
    const text = generate([provider]).files.get("index.ts") ?? "";
    expect(text).toContain('  ["__proto__"]: () => import(');
  });
});

interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly enum?: unknown;
  readonly const?: unknown;
  readonly properties?: { readonly [name: string]: Schema };
  readonly additionalProperties?: Schema | boolean;
  readonly items?: Schema | readonly Schema[];
  readonly anyOf?: readonly Schema[];
}

/** Members of a catalog file whose texts or keys are free. */
function openMembers(): string[] {
  const root = JSON.parse(providerJsonSchema()) as Schema & { readonly definitions: { [name: string]: Schema } };
  const isOpen = (schema: Schema): boolean => {
    if (schema.$ref !== undefined) return isOpen(root.definitions[schema.$ref.split("/").at(-1) ?? ""] ?? {});
    if (schema.type === "string") return schema.enum === undefined && schema.const === undefined;
    if (typeof schema.additionalProperties === "object") return true;
    return [schema.items ?? [], schema.anyOf ?? []].flat().some(isOpen);
  };
  const members = new Set<string>();
  const collect = (_key: string, value: unknown) => {
    const { properties } = Object(value) as Schema;
    for (const [name, schema] of Object.entries(properties ?? {})) if (isOpen(schema)) members.add(name);
    return value;
  };
  JSON.stringify(root, collect);
  return [...members];
}

/** A harmless text for the same place: as many `*`, which patterns give a meaning. */
function harmless(payload: string, index = 0): string {
  const text = `x-${index}`;
  return payload.replace(/[^*]+/g, text) || text;
}

/** Two places with one text could be two keys that become one. */
const distinct = { minLength: 2, maxLength: 5, selector: ([, payload]: readonly [Position, string]) => payload };

function swap(text: typeof harmless) {
  return (file: unknown, [position, payload]: readonly [Position, string], index: number): unknown =>
    exists(file, position) ? replaced(file, position, text(payload, index)) : file;
}

/** An earlier replacement may have renamed a key on the way. */
function exists(value: unknown, { path }: Position): boolean {
  const [key, ...rest] = path;
  if (key === undefined) return typeof value === "string";
  return typeof value === "object" && value !== null && Object.hasOwn(value, key) && existsOrKey(value, key, rest);
}

function existsOrKey(value: object, key: string | number, rest: Position["path"]): boolean {
  return (
    rest.length === 0 || exists((value as { [key: string | number]: unknown })[key], { path: rest, what: "value" })
  );
}

function resolve(file: unknown) {
  return resolveCatalog(new Map([["full.json", JSON.stringify(file)]]));
}

function check(hostile: unknown, tame: unknown): void {
  const { providers, problems } = resolve(hostile);
  for (const problem of problems) expect(problem.file).toBe("full.json");
  const shapes = outputShapes(providers);
  const tameCatalog = resolve(tame);
  // Where the harmless text is refused and the hostile one is not, the place takes a special form that has no code in it.
  if (problems.length > 0 || tameCatalog.problems.length > 0) return;
  expect([...shapes], JSON.stringify(providers).slice(0, 2_000)).toEqual([...outputShapes(tameCatalog.providers)]);
}

/** Most texts are refused at most places, so most catalogs are alike. */
const seen = new Map<string, ReadonlyMap<string, string>>();

function outputShapes(providers: readonly ProviderFacts[]): ReadonlyMap<string, string> {
  const key = JSON.stringify(providers);
  const shapes = seen.get(key) ?? checkedShapes(providers);
  seen.set(key, shapes);
  return shapes;
}

/** Generates, checks each file by itself, and gives the shapes by kind of file. */
function checkedShapes(providers: readonly ProviderFacts[]): Map<string, string> {
  const { files, problems } = generate(providers, { docs: true });
  expect(problems).toEqual([]);
  const shapes = new Map<string, string>();
  for (const [name, text] of files) {
    if (name.endsWith(".md")) {
      expectPlainMarkdown(text);
      continue;
    }
    // Nothing that hides or reorders text, and nothing that ends an inlined script.
    expect(text).not.toMatch(/[^\n\x20-\x7e]|<[!/]/);
    shapes.set(name === "index.ts" ? name : name.slice(name.indexOf(".")), knownShape(name, text));
    if (name.endsWith(".data.js")) expectSameFacts(text, providers[0] as ProviderFacts);
  }
  return shapes;
}

const shapesByText = new Map<string, string>();

/** Most texts reach one of the files only. */
function knownShape(name: string, text: string): string {
  const shape = shapesByText.get(text) ?? shapeOf(name, text);
  shapesByText.set(text, shape);
  return shape;
}

// One for all: what a module does to it stays visible.
const context = createContext({ marked: false });
runInContext("globalThis.marker = () => { marked = true; };", context);
const untouched = [false, 0, 2];

/** Runs a data module: it does nothing but state the facts. */
function expectSameFacts(text: string, provider: ProviderFacts): void {
  const body = text.replace("export const data", "const data");
  const data: ProviderData = runInContext(`(() => { ${body}; return data; })()`, context);
  const state = "[marked, Object.keys(Object.prototype).length, Object.keys(globalThis).length]";
  expect(runInContext(state, context)).toEqual(untouched);
  expect(JSON.parse(JSON.stringify(providerFacts(data)))).toEqual(shipped(provider));
}

/** The facts without those that are not shipped. */
function shipped(provider: ProviderFacts): unknown {
  const models = Object.entries(provider.models).map(([id, model]) => {
    const { family: _f, openWeights: _o, verified: _v, extra: _e, dates, pricing, ...facts } = model;
    const { updated: _u, knowledge: _k, ...when } = dates ?? {};
    const { asOf: _a, source: _s, ...prices } = pricing ?? {};
    return [
      id,
      {
        ...facts,
        ...(Object.keys(when).length === 0 ? {} : { dates: when }),
        ...(pricing === undefined ? {} : { pricing: prices }),
      },
    ];
  });
  return JSON.parse(JSON.stringify({ ...provider, models: Object.fromEntries(models) }));
}

/** No markup, no link and no line of the catalog's own: what could begin one stands as an entity, or in code font. */
function expectPlainMarkdown(text: string): void {
  const lines = text.split("\n").slice(1);
  const prose = lines.map((line) => line.replace(/`[\w.:/@~+-]+`/g, "code").replace(/<https:\/\/[\w.~/-]+>/g, "link"));
  expect(prose.filter((line) => /[<>`[\]*_~{}\\!"']|:\/\/|javascript:/.test(line))).toEqual([]);
  const rows = prose.filter((line) => line.startsWith("|"));
  expect(rows.filter((line) => line.split("|").length !== 13)).toEqual([]);
  expect(prose.filter((line) => !line.startsWith("|")).length).toBeLessThanOrEqual(9);
}
