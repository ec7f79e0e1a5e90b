/** Every TypeScript block of README and guides compiles, is refused where it says so, and runs against the simulator. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import ts from "typescript";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { openai } from "../../generated/openai.js";
import { createSimulator, type Simulator } from "../../src/testing.js";
import { root } from "../source-tree.js";
import { documents, writeBlocks } from "./blocks.js";

const blocks = writeBlocks();

/** Refusals as `line: sentence`, from the compiler. */
const found = new Map<string, readonly { readonly line: number; readonly says: string }[]>();
beforeAll(() => {
  const config = ts.readConfigFile(join(root, "tsconfig.json"), ts.sys.readFile);
  const { options } = ts.parseJsonConfigFileContent(config.config, ts.sys, root);
  const program = ts.createProgram(
    blocks.map(({ file }) => file),
    { ...options, noEmit: true },
  );
  for (const { file } of blocks) {
    const source = program.getSourceFile(file);
    const problems = [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)];
    found.set(
      file,
      problems.map(({ start = 0, messageText }) => ({
        line: source?.getLineAndCharacterOfPosition(start).line ?? 0,
        says: ts.flattenDiagnosticMessageText(messageText, "\n"),
      })),
    );
  }
}, 300_000);

let simulator: Simulator;
const environment = () => ({
  OPENAI_API_KEY: "simulated",
  OPENAI_BASE_URL: simulator.baseURL("openai"),
  ANTHROPIC_API_KEY: "simulated",
  ANTHROPIC_BASE_URL: simulator.baseURL("anthropic"),
});
// Programs of the documents write files where they are.
const folder = mkdtempSync(join(tmpdir(), "modelwright-documents-"));
const home = process.cwd();
beforeAll(async () => {
  process.chdir(folder);
  simulator = createSimulator({ providers: [openai.facts, anthropic.facts] });
  await simulator.listen();
  Object.assign(process.env, environment());
});
afterAll(async () => {
  for (const name of Object.keys(environment())) delete process.env[name];
  await simulator.close();
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

describe("the blocks of the documents", () => {
  it.each(blocks)("compile, or are refused as they say: $name", ({ file, refusals }) => {
    const problems = found.get(file) ?? [];
    for (const { line, says } of refusals)
      expect(
        problems
          .filter((problem) => problem.line === line)
          .map((problem) => problem.says)
          .join("\n"),
      ).toContain(says);
    const lines = new Set(refusals.map(({ line }) => line));
    expect(problems.filter(({ line }) => !lines.has(line))).toEqual([]);
  });

  it.each(blocks.filter(({ runs }) => runs))("run: $name", async ({ file }) => {
    const silent = [vi.spyOn(console, "log"), vi.spyOn(console, "error")].map((spy) =>
      spy.mockImplementation(() => undefined),
    );
    const write = vi.spyOn(process.stdout, "write").mockImplementation(() => true);
    try {
      await import(pathToFileURL(file).href);
    } finally {
      for (const spy of [...silent, write]) spy.mockRestore();
    }
  });
});

describe("the documents", () => {
  it.each(documents())("link only to what is there: %s", (document) => {
    const text = readFileSync(join(root, document), "utf8");
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#\s]+)[^)]*\)/g)].map(([, link = ""]) => link);
    expect(links.filter((link) => !existsSync(join(root, dirname(document), link)))).toEqual([]);
  });

  it("are all in the index", () => {
    const index = readFileSync(join(root, "docs/README.md"), "utf8");
    const guides = documents().filter((path) => path.startsWith("docs/") && path !== "docs/README.md");
    expect(guides.filter((path) => !index.includes(`(${path.slice("docs/".length)})`))).toEqual([]);
  });
});
