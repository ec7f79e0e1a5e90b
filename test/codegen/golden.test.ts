/** Whole outputs of the generator beside small catalogs: byte for byte, and compiled against the sources. */
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { generate } from "../../codegen/index.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { root } from "../source-tree.js";
import { compile } from "./compile.js";
import { sourcePaths } from "./source-paths.js";

// After an intended change of the form: npx vitest run --config test/vitest.config.ts test/codegen/golden.test.ts -u
const golden = join(root, "test/golden");
const cases = readdirSync(golden).sort();

describe.each(cases)("golden/%s", (name) => {
  const expected = join(golden, name, "expected");

  it("is generated without problems, byte for byte", async () => {
    const catalog = await loadCatalog(join(golden, name, "catalog"));
    expect(catalog.problems).toEqual([]);
    const { files, problems } = generate(catalog.providers, { docs: true, paths: sourcePaths(expected) });
    expect(problems).toEqual([]);
    for (const [file, text] of files) await expect(text).toMatchFileSnapshot(join(expected, file));
    expect(readdirSync(expected).sort()).toEqual([...files.keys()].sort());
  });
});

describe("the golden files", () => {
  it("compile, also as declarations and with unused names refused", () => {
    const files = cases.flatMap((name) => {
      const folder = join(golden, name, "expected");
      return readdirSync(folder).flatMap((file) => (/(?<!\.d)\.ts$/.test(file) ? [join(folder, file)] : []));
    });
    expect(files.length).toBeGreaterThan(cases.length);
    expect(compile(files)).toEqual([]);
  });

  it("import the published package unless told otherwise", async () => {
    const { providers } = await loadCatalog(join(golden, "other-kinds/catalog"));
    const text = generate(providers).files.get("kinds.ts") ?? "";
    expect([...text.matchAll(/ from "([^"]+)"/g)].map(([, path]) => path)).toEqual([
      "modelwright/define",
      "modelwright/protocols/google-generative-ai",
      "./kinds.data.js",
    ]);
  });
});
