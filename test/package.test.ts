/** The package as its users get it: what is in the tarball, which doors open, what a production install and a bundle carry. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addDevelopmentPackages, type InstalledPackage, installPackage, runProgram } from "./installed-package.js";
import { root } from "./source-tree.js";

let installed: InstalledPackage;
beforeAll(() => {
  installed = installPackage();
});
afterAll(() => installed.remove());

const optionalPackages = ["ts-morph", "handlebars", "chokidar", "zod-to-json-schema", "zod"];

describe("the tarball", () => {
  it("holds the built package, the catalog and the papers, nothing else", () => {
    const tops = new Set(installed.files.map((path) => path.split("/")[0]));
    expect([...tops].sort()).toEqual(
      ["CHANGELOG.md", "LICENSE", "README.md", "catalog", "dist", "package.json"].filter(
        (top) => top !== "README.md" || existsSync(join(root, "README.md")),
      ),
    );
    expect(installed.files.filter((path) => path.endsWith(".map"))).toEqual([]);
  });

  it("passes publint", async () => {
    const { messages } = await publint({ pkgDir: join(installed.app, "node_modules/modelwright"), pack: false });
    expect(messages.filter(({ type }) => type !== "suggestion")).toEqual([]);
  });

  it("gives every kind of door its types", () => {
    const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const doors = [".", "define", "testing", "codegen", "openai", "protocols/openai-chat"];
    const report = execFileSync(
      process.execPath,
      [attw, installed.tarball, "--profile", "esm-only", "--format", "json", "--entrypoints", ...doors],
      { encoding: "utf8" },
    );
    expect((JSON.parse(report) as { problems: object }).problems).toEqual({});
  });
});

describe("a production install", () => {
  it("is at most three packages and 10 MB", () => {
    const modules = join(installed.app, "node_modules");
    expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual(["modelwright", "undici"]);
    expect(installed.size).toBeLessThan(10_000_000);
  });

  it("opens every door that needs no development package", () => {
    const doors = ["modelwright", "modelwright/define", "modelwright/testing"];
    for (const file of readdirSync(join(root, "generated"))) doors.push(`modelwright/${file.slice(0, -3)}`);
    for (const room of readdirSync(join(root, "src/protocols"), { withFileTypes: true })) {
      if (room.isDirectory()) doors.push(`modelwright/protocols/${room.name}`);
    }
    const program = `${doors.map((door) => `await import("${door}");`).join("\n")}\nconsole.log("open");`;
    expect(runProgram(installed.app, program)).toBe("open\n");
  });

  it("tells what to install for a command that needs more", () => {
    const cli = join(installed.app, "node_modules/modelwright/dist/cli.js");
    const fail = () => execFileSync(process.execPath, [cli, "validate"], { cwd: installed.app, stdio: "pipe" });
    expect(fail).toThrow(/npm install --save-dev zod/);
    expect(execFileSync(process.execPath, [cli, "--version"], { encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

/** Bundles a program of the installed package; `undici` stays outside. */
async function bundle(source: string, platform: "node" | "browser") {
  const result = await build({
    stdin: { contents: source, resolveDir: installed.app },
    bundle: true,
    minify: true,
    write: false,
    metafile: true,
    format: "esm",
    platform,
    target: "es2022",
    external: ["undici"],
  });
  const [file] = result.outputFiles;
  const text = file?.text ?? "";
  const output = Object.values(result.metafile.outputs)[0];
  return {
    gzip: gzipSync(text).length,
    text,
    packages: [...new Set((output?.imports ?? []).filter(({ external }) => external).map(({ path }) => path))],
  };
}

const minimal = `
  import { openai } from "modelwright/openai";
  const model = openai("gpt-4.1");
  const messages = [{ role: "user", content: "Hello" }];
  console.log((await model.chat({ messages })).text);
  for await (const event of model.stream({ messages })) if (event.type === "text-delta") console.log(event.text);
`;

describe("a bundle", () => {
  it("of an unused import is empty", async () => {
    const { text } = await bundle('import { openai } from "modelwright/openai"; console.log(1);', "node");
    expect(text.replace(/import"undici";/, "").trim()).toBe("console.log(1);");
  });

  it("of a minimal chat and stream program stays within its budget and imports undici only", async () => {
    const node = await bundle(minimal, "node");
    const browser = await bundle(minimal, "browser");
    console.log(`minimal program, gzip: ${node.gzip} bytes for Node, ${browser.gzip} for browsers`);
    expect(node.packages).toEqual(["undici"]);
    expect(browser.packages).toEqual([]);
    expect(node.gzip).toBeLessThan(20_000);
    expect(browser.gzip).toBeLessThan(20_000);
  });
});

describe("a development install", () => {
  it("generates a client for a catalog of one's own", () => {
    addDevelopmentPackages(installed.app, optionalPackages);
    const cli = join(installed.app, "node_modules/modelwright/dist/cli.js");
    const help = execFileSync(process.execPath, [cli, "validate"], { cwd: installed.app, encoding: "utf8" });
    expect(help).toMatch(/^read: \d+ providers, \d+ models\n$/);
    expect(readFileSync(join(installed.app, "package.json"), "utf8")).toContain("modelwright");
  });
});
