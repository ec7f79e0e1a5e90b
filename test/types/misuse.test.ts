/** Holds the types to their promise: each misuse is refused in a sentence, each valid program compiles, and run time agrees. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { z as z3 } from "zod3";
import { anthropic } from "../../generated/anthropic.js";
import { cohere } from "../../generated/cohere.js";
import { google } from "../../generated/google.js";
import { groq } from "../../generated/groq.js";
import { openai } from "../../generated/openai.js";
import { xai } from "../../generated/xai.js";
import type { ModelFacts } from "../../src/catalog/facts.js";
import * as modelwright from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";
import { type Misuse, misuses } from "./misuse.js";
import { programOf, runStatements } from "./programs.js";
import { type CompileOptions, createProject, type Diagnostic, type Project } from "./project.js";
import { shapes } from "./shapes.js";
import { valid } from "./valid.js";

const refused: readonly Misuse[] = [...misuses, ...shapes];

const configurations: readonly Omit<CompileOptions, "files">[] = [
  { compiler: "ts54" },
  { compiler: "typescript" },
  { compiler: "typescript", strict: false },
  { compiler: "typescript", resolution: "bundler" },
  { compiler: "typescript", resolution: "bundler", strict: false },
  { compiler: "ts60" },
  { compiler: "ts70" },
];

let project: Project;
const files: string[] = [];
beforeAll(() => {
  project = createProject();
  const add = (name: string, statements: string, setup?: string) => {
    project.write(name, programOf(statements, setup).text);
    files.push(name);
  };
  for (const { id, setup, bad, good } of refused) {
    add(`${id}.bad.ts`, bad, setup);
    add(`${id}.good.ts`, good, setup);
  }
  for (const { id, setup, text } of valid) add(`${id}.valid.ts`, text, setup);
});
afterAll(() => project.remove());

describe.each(configurations)("types with $compiler, strict $strict, resolution $resolution", (configuration) => {
  let byFile: Map<string, Diagnostic[]>;
  beforeAll(() => {
    byFile = new Map();
    for (const diagnostic of project.check({ ...configuration, files }))
      byFile.set(diagnostic.file, [...(byFile.get(diagnostic.file) ?? []), diagnostic]);
  });

  it.each(refused.filter((row) => row.says.length > 0))(
    "refuse $id: $title",
    ({ id, setup, bad, says, strictOnly }) => {
      const found = byFile.get(`${id}.bad.ts`) ?? [];
      if (strictOnly === true && configuration.strict === false) return expect(found).toEqual([]);
      expect(found.filter(({ line }) => line < programOf(bad, setup).line)).toEqual([]);
      const saying = sayingAll(found, says);
      if (saying.length > 0 || configuration.compiler !== "ts54") return expect(saying).not.toEqual([]);
      // 5.4 explains a failed comparison once per project and afterwards only names the types: here it has to explain.
      const alone = project.check({ ...configuration, files: [`${id}.bad.ts`] });
      expect(sayingAll(alone, says)).not.toEqual([]);
    },
  );

  it("accept every program made right, and every valid one", () => {
    const sound = [...byFile].filter(([file]) => !file.endsWith(".bad.ts"));
    expect(sound).toEqual([]);
  });
});

/** The messages whose first three lines have all the words. */
function sayingAll(found: readonly Diagnostic[], words: readonly string[]): string[] {
  const heads = found.map(({ lines }) => lines.slice(0, 3).join("\n"));
  return heads.filter((head) => words.every((word) => head.includes(word)));
}

describe("run time", () => {
  const providers = { anthropic, cohere, google, groq, openai, xai };
  const known = openai.facts.models["gpt-4o"];
  const simulator = createSimulator({
    // A provider may serve models that the catalog does not know yet.
    providers: Object.values(providers).map(({ facts }) => ({
      ...facts,
      models: { ...facts.models, "gpt-99": known as ModelFacts, "gpt-98": known as ModelFacts },
    })),
  });
  const simulated = Object.entries(providers).map(([name, provider]) => [
    name,
    provider.create({ fetch: simulator.fetch, baseURL: simulator.baseURL(name), apiKey: "key", env: {} }),
  ]);
  const values = { ...modelwright, ...Object.fromEntries(simulated), z, z3 };
  beforeEach(() => simulator.reset());

  it.each(refused.filter(({ runtime }) => runtime !== false))(
    "refuses $id before anything is sent: $title",
    async (row) => {
      const error: unknown = await runStatements(row.bad, row.setup ?? "", values).catch((error: unknown) => error);
      expect(error).toBeInstanceOf(Error);
      for (const words of row.runtime || row.says) expect((error as Error).message).toContain(words);
      expect(simulator.requests).toEqual([]);
    },
  );

  it.each(refused)("serves $id made right", async ({ good, setup }) => {
    await runStatements(good, setup ?? "", values);
    expect(simulator.requests.length).toBeGreaterThan(0);
  });

  it.each(valid)("serves $id: $title", async ({ text, setup }) => {
    await runStatements(text, setup ?? "", values);
    expect(simulator.requests.length).toBeGreaterThan(0);
  });
});
