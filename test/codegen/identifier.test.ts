/** Names of files and exports: safe on every disk, stable, and never shared by different things. */
import { basename } from "node:path";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { ContentNames, constantName, fileName, pascalCase } from "../../codegen/identifier.js";
import { generate } from "../../codegen/index.js";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { root } from "../source-tree.js";
import { compile } from "./compile.js";
import { sourcePaths } from "./source-paths.js";

function provider(id: string): ProviderFacts {
  return {
    id,
    name: id,
    role: "lab",
    protocol: "openai-chat",
    baseURL: "https://x.example",
    auth: [{ type: "none" }],
    assume: "strict",
    unknownModels: "reject",
    models: {
      one: { kind: "chat", input: ["text"], output: ["text"], features: {}, params: {}, limits: {} },
    },
  };
}

const awkward = [
  "../x",
  "/etc/passwd",
  "C:\\x",
  "a/b",
  "a\\b",
  "CON",
  "con",
  "lpt1",
  "nul",
  "index",
  "OpenAI",
  "openai",
  "openai.",
  "openai ",
  "open-ai",
  "open.ai",
  "open_ai",
  "a\0b",
  "",
  ".",
  "..",
  "-",
  "\u212a",
  "k",
  "i\u0307",
  "\ud83d\ude00",
  "x".repeat(300),
  "x".repeat(80),
  "x".repeat(81),
  "constructor",
  "__proto__",
  "data",
  "options",
  "default",
  "await",
  "undefined",
  "exports",
  "1",
  "302ai",
  "x-0123abcd",
];

describe("file names", () => {
  it("are the id where that is a plain name", () => {
    for (const id of ["openai", "amazon-bedrock", "302ai", "x".repeat(80)]) expect(fileName(id)).toBe(id);
  });

  it("are safe and stay in their folder, whatever the id", () => {
    fc.assert(
      fc.property(fc.oneof(fc.constantFrom(...awkward), fc.string({ unit: "binary" })), (id) => {
        const name = fileName(id);
        expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        expect(name.length).toBeLessThanOrEqual(90);
        expect(basename(name)).toBe(name);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d|index)$/);
        expect(fileName(id)).toBe(name);
      }),
    );
  });

  it("differ for different ids, also where case does not count", () => {
    const ids = [...awkward, ...awkward.map(fileName)];
    const names = new Map(ids.map((id) => [id, fileName(id).toLowerCase()]));
    expect(new Set(names.values()).size).toBe(new Set(ids).size);
  });
});

describe("providers with awkward ids", () => {
  const { files, problems } = generate(awkward.map(provider), { paths: sourcePaths(`${root}generated`) });

  it("are all generated, each into files of its own", () => {
    expect(problems).toEqual([]);
    expect(files.size).toBe(awkward.length * 3 + 1);
  });

  it("compile, with the list of all of them", () => {
    const texts = new Map([...files].map(([name, text]) => [`${root}generated/${name}`, text]));
    const code = [...texts.keys()].filter((path) => path.endsWith(".ts") && !path.endsWith(".d.ts"));
    expect(compile(code, texts)).toEqual([]);
  });

  it("are a problem of that provider alone where two have one id", () => {
    const { files, problems } = generate([provider("a"), provider("b"), provider("a")]);
    expect(problems.map(({ provider, message }) => [provider, message])).toEqual([
      ["a", "a: cannot be generated: another provider already has the file a.ts"],
    ]);
    expect([...files.keys()].filter((name) => /^.\.ts$/.test(name))).toEqual(["a.ts", "b.ts"]);
  });

  it("are a problem of that provider alone where one cannot be read", () => {
    const broken = { ...provider("b"), models: { one: null } } as unknown as ProviderFacts;
    const { files, problems } = generate([provider("a"), broken, provider("c")], { docs: true });
    expect(problems.map(({ provider }) => provider)).toEqual(["b"]);
    expect([...files.keys()].filter((name) => name.endsWith(".md"))).toEqual(["a.md", "c.md"]);
    expect(files.get("index.ts")).not.toContain("./b.js");
  });
});

describe("names in code", () => {
  it("are identifiers that are free to use", () => {
    expect(
      ["openai", "amazon-bedrock", "302ai", "x.y_z", "await", "data", "openai-chat"].map((id) =>
        constantName(id, ["openaiChat"]),
      ),
    ).toEqual([
      "openai",
      "amazonBedrock",
      "provider302AI",
      "xYZ",
      "providerAwait",
      "providerData",
      "providerOpenaiChat",
    ]);
    expect(["openai", "xai", "amazon-bedrock", "302ai", ""].map(pascalCase)).toEqual([
      "OpenAI",
      "XAI",
      "AmazonBedrock",
      "Provider302AI",
      "Provider",
    ]);
  });

  it("differ for different contents, and are the same for the same", () => {
    // Two texts whose SHA-256 begins with the same six hex digits.
    const [a, b] = collision();
    const names = new ContentNames();
    expect(names.name("Part", a)).toMatch(/^Part_[0-9a-f]{6}$/);
    expect(names.name("Part", b)).toMatch(/^Part_[0-9a-f]{12}$/);
    expect(names.name("Part", a)).toBe(new ContentNames().name("Part", a));
    expect(names.name("Part", b)).toBe(names.name("Part", b));
  });
});

/** Found by trying: 24 bits collide among some five thousand texts. */
function collision(): [string, string] {
  const seen = new Map<string, string>();
  for (let i = 0; ; i++) {
    const name = new ContentNames().name("", `text ${i}`);
    const before = seen.get(name);
    if (before !== undefined) return [before, `text ${i}`];
    seen.set(name, `text ${i}`);
  }
}
