/** The package as its users get it: what is in the tarball, which doors open, what a production install and a bundle carry. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { openai } from "../generated/openai.js";
import { createSimulator, type Simulator } from "../src/testing.js";
import { bundleAndRun } from "./bundle.js";
import { providerFile } from "./cli/workspace.js";
import { addDevelopmentPackages, type InstalledPackage, installPackage, runProgram } from "./installed-package.js";
import { root } from "./source-tree.js";

let installed: InstalledPackage;
beforeAll(() => {
  installed = installPackage();
});
afterAll(() => installed.remove());

const peers = ["@opentelemetry/api", "aws4fetch", "google-auth-library", "pg", "proper-lockfile", "redis"];
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

  it("runs nothing when it is installed, and every package it asks for has a stated reason", () => {
    const manifest = JSON.parse(readFileSync(join(installed.app, "node_modules/modelwright/package.json"), "utf8"));
    const hooks = ["preinstall", "install", "postinstall", "prepare"];
    expect(Object.keys(manifest.scripts).filter((name) => hooks.includes(name))).toEqual([]);
    const asked = ["dependencies", "optionalDependencies", "peerDependencies"].flatMap((kind) =>
      Object.keys(manifest[kind]),
    );
    const reasons = readFileSync(join(root, "docs/dependencies.md"), "utf8").matchAll(/^\| `([^`]+)`/gm);
    expect([...reasons].map(([, name]) => name).sort()).toEqual(asked.sort());
  });

  it("passes publint", async () => {
    const { messages } = await publint({ pkgDir: join(installed.app, "node_modules/modelwright"), pack: false });
    expect(messages.filter(({ type }) => type !== "suggestion")).toEqual([]);
  });

  it("gives every kind of door its types", () => {
    const attw = join(root, "node_modules/@arethetypeswrong/cli/dist/index.js");
    const doors = [".", "catalog", "define", "testing", "server", "codegen", "openai", "protocols/openai-chat"];
    const check = () =>
      execFileSync(
        process.execPath,
        [
          attw,
          installed.tarball,
          "--profile",
          "esm-only",
          "--format",
          "ascii",
          "--no-color",
          "--entrypoints",
          ...doors,
        ],
        { encoding: "utf8", stdio: "pipe" },
      );
    expect(check).not.toThrow();
  });
});

describe("the catalog", () => {
  it("is data with a version of its own, for programs and for bundlers", async () => {
    const program = `
      import { createRequire } from "node:module";
      import { openai } from "modelwright/openai";
      import { catalogEdition, readProviderFile } from "modelwright/catalog";
      const require = createRequire(import.meta.url);
      const file = require("modelwright/catalog/openai.json");
      const edition = catalogEdition();
      console.log(JSON.stringify({
        edition,
        published: require("modelwright/catalog/version.json"),
        same: JSON.stringify(file) === JSON.stringify(readProviderFile("openai")),
        models: Object.keys(file.models).length === Object.keys(openai.facts.models).length,
        schema: require("modelwright/catalog/provider.schema.json").type,
      }));
      try { readProviderFile("opnai"); } catch (error) { console.log(error.code, error.message); }
    `;
    const [line = "", refused] = runProgram(installed.app, program).split("\n");
    const { edition, published, ...rest } = JSON.parse(line);
    expect(published).toEqual(edition);
    expect(edition.version).toMatch(/^1\.\d{8}\.0\+[0-9a-f]{12}$/);
    const files = readdirSync(join(root, "catalog")).flatMap(
      (file) => /^(.+)(?<!\.schema)\.json$/.exec(file)?.[1] ?? [],
    );
    expect(edition.providers).toEqual(files.sort());
    expect(rest).toEqual({ same: true, models: true, schema: "object" });
    expect(refused).toBe('unknown-provider no provider "opnai"; did you mean "openai"?');
    const { outputFiles } = await build({
      stdin: {
        contents: 'import v from "modelwright/catalog/version.json"; console.log(v.version)',
        resolveDir: installed.app,
      },
      bundle: true,
      write: false,
      platform: "browser",
    });
    expect(outputFiles[0]?.text).toContain(edition.version);
  });
});

describe("a production install", () => {
  it("is at most three packages and 10 MB", () => {
    const modules = join(installed.app, "node_modules");
    expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual(["modelwright", "undici"]);
    const files = readdirSync(modules, { recursive: true, encoding: "utf8" }).map((path) =>
      statSync(join(modules, path)),
    );
    const size = files.reduce((sum, file) => sum + (file.isFile() ? file.size : 0), 0);
    expect(size).toBeLessThan(10_000_000);
  });

  it("opens every door that needs no development package", () => {
    const providers = readdirSync(join(root, "generated")).filter((file) => /^[^.]+\.ts$/.test(file));
    const rooms = readdirSync(join(root, "src/protocols"), { withFileTypes: true }).filter((room) =>
      room.isDirectory(),
    );
    const doors = [
      "modelwright",
      ...["define", "testing", "server", "streams"].map((door) => `modelwright/${door}`),
      ...providers.map((file) => `modelwright/${file.slice(0, -".ts".length)}`),
      ...rooms.map((room) => `modelwright/protocols/${room.name}`),
    ];
    const program = `${doors.map((door) => `await import("${door}");`).join("\n")}\nconsole.log("open");`;
    expect(runProgram(installed.app, program)).toBe("open\n");
  });

  it("runs a chat against the simulator", () => {
    const program = `
      import { user } from "modelwright";
      import { openai } from "modelwright/openai";
      import { createSimulator } from "modelwright/testing";
      const simulator = createSimulator({ providers: [openai.facts] });
      await simulator.listen();
      const client = openai.create({ apiKey: "simulated", baseURL: simulator.baseURL("openai") });
      const reply = await client("gpt-4.1").chat({ messages: [user("Hello")] });
      console.log(reply.text, reply.finishReason, simulator.requests.length);
      await simulator.close();
    `;
    expect(runProgram(installed.app, program)).toMatch(/^\[simulated\] .*Hello.* stop 1\n$/);
  });

  it("tells what to install for a command that needs more", () => {
    const cli = join(installed.app, "node_modules/modelwright/dist/cli.js");
    const fail = () => execFileSync(process.execPath, [cli, "validate"], { cwd: installed.app, stdio: "pipe" });
    expect(fail).toThrow(/npm install --save-dev zod/);
    expect(execFileSync(process.execPath, [cli, "--version"], { encoding: "utf8" })).toMatch(/^\d+\.\d+\.\d+\n$/);
  });
});

/** A chat and a stream of text with what a program imports of the package. */
const textProgram = (imports: string, model: string): string => `
  ${imports}
  const connection = { apiKey: "simulated", baseURL: process.env.URL };
  const model = ${model};
  const messages = [{ role: "user", content: "Hello" }];
  const reply = await model.chat({ messages });
  let text = "";
  for await (const part of model.stream({ messages }).text) text += part;
  console.log(reply.text === text, reply.finishReason);
`;

/** Bytes of gzip that a program has before its first call, and when it is through. */
const budgets = [
  {
    // No models of its own: only code counts.
    program: "modelwright/openai-compatible",
    source: textProgram(
      'import { createOpenaiCompatible } from "modelwright/openai-compatible";',
      'createOpenaiCompatible(connection).model("gpt-4.1")',
    ),
    start: 7_000,
    loaded: 34_000,
  },
  {
    program: "a catalog of one's own",
    source: textProgram(
      'import { defineProvider } from "modelwright"; import { openaiChat } from "modelwright/protocols/openai-chat";',
      'defineProvider({ protocols: [openaiChat], facts: { id: "x", baseURL: "https://x.example" } }, connection)("gpt-4.1")',
    ),
    start: 6_500,
    loaded: 34_000,
  },
  {
    program: "modelwright/openai",
    source: textProgram('import { createOpenAI } from "modelwright/openai";', 'createOpenAI(connection)("gpt-4.1")'),
    start: 15_000,
    loaded: 45_500,
  },
];

describe("a bundle", () => {
  let simulator: Simulator;
  beforeAll(async () => {
    simulator = createSimulator({ providers: [openai.facts] });
    await simulator.listen();
  });
  afterAll(() => simulator.close());

  it("of an unused import is empty", async () => {
    const { outputFiles } = await build({
      stdin: {
        contents: 'import { openai } from "modelwright/openai"; console.log(1);',
        resolveDir: installed.app,
      },
      bundle: true,
      minify: true,
      write: false,
      format: "esm",
      platform: "node",
      external: ["undici"],
    });
    expect(outputFiles[0]?.text.replace(/import"undici";/, "").trim()).toBe("console.log(1);");
  });

  it.each(budgets)("of text with $program loads what text needs", async ({ source, start, loaded }) => {
    const env = { URL: simulator.baseURL("openai") };
    const forNode = await bundleAndRun(installed.app, source, { platform: "node", env });
    const forBrowsers = await bundleAndRun(installed.app, source, { platform: "browser", env });
    for (const { output } of [forNode, forBrowsers]) expect(output).toBe("true stop\n");
    expect(forNode.packages).toEqual(["undici"]);
    expect(forBrowsers.packages).toEqual([]);
    for (const bundle of [forNode, forBrowsers]) {
      expect(bundle.start.gzip).toBeLessThan(start);
      expect(bundle.loaded.gzip).toBeLessThan(loaded);
    }
  });
});

/** Bytes of gzip before the first call, of a program that takes all a door exports. */
const doorBudgets: { readonly [door: string]: number } = {
  modelwright: 29_500,
  "modelwright/define": 8_200,
  "modelwright/testing": 82_000,
  "modelwright/telemetry": 6_600,
  "modelwright/registry": 50_000,
  "modelwright/server": 62_000,
  "modelwright/audit": 11_500,
  "modelwright/budget": 13_000,
  "modelwright/protocols/openai-chat": 400,
  "modelwright/protocols/anthropic-messages": 400,
  "modelwright/openai": 15_500,
  "modelwright/anthropic": 9_300,
};

describe("a door", () => {
  it.each(Object.entries(doorBudgets))("%s stays small as a whole", async (door, most) => {
    const { metafile, outputFiles } = await build({
      stdin: { contents: `export * from "${door}";`, resolveDir: installed.app },
      bundle: true,
      minify: true,
      splitting: true,
      write: false,
      format: "esm",
      platform: "node",
      outdir: "out",
      packages: "bundle",
      external: ["undici", ...optionalPackages, ...peers],
      metafile: true,
    });
    const entry = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint === "<stdin>")?.[0] ?? "";
    const start = new Set([entry]);
    for (const name of start)
      for (const { path, kind } of metafile.outputs[name]?.imports ?? [])
        if (kind === "import-statement" && metafile.outputs[path] !== undefined) start.add(path);
    const names = new Set([...start].map((path) => basename(path)));
    const files = outputFiles.filter(({ path }) => names.has(basename(path)));
    expect(files.reduce((sum, { contents }) => sum + gzipSync(contents).length, 0)).toBeLessThan(most);
  });
});

describe("a development install", () => {
  it("generates clients for a catalog of one's own, which compile and run", () => {
    const { app } = installed;
    addDevelopmentPackages(app, optionalPackages);
    const cli = join(app, "node_modules/modelwright/dist/cli.js");
    mkdirSync(join(app, "catalog"));
    writeFileSync(join(app, "catalog/acme.json"), JSON.stringify(providerFile("acme")));
    execFileSync(process.execPath, [cli, "generate"], { cwd: app, stdio: "pipe" });
    writeFileSync(
      join(app, "program.ts"),
      `import { acme } from "./generated/acme.js";
       import { image, user } from "modelwright";
       import { createSimulator } from "modelwright/testing";
       const simulator = createSimulator({ providers: [acme.facts] });
       const client = acme.create({ apiKey: "simulated", baseURL: simulator.baseURL("acme"), fetch: simulator.fetch });
       console.log((await client("one-1").chat({ messages: [user("Hello")] })).text);
       // @ts-expect-error one-1 does not accept image input
       export const refused = () => client("one-1").chat({ messages: [user("x", image("https://a.example/x.png"))] });`,
    );
    const tsc = join(root, "node_modules/typescript/bin/tsc");
    const compilerOptions = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--noEmit"];
    const types = ["--types", "node", "--typeRoots", join(root, "node_modules/@types")];
    const compile = [tsc, ...compilerOptions, ...types, "program.ts"];
    expect(spawnSync(process.execPath, compile, { cwd: app, encoding: "utf8" }).stdout).toBe("");
    const run = ["--import", import.meta.resolve("tsx"), "program.ts"];
    const output = execFileSync(process.execPath, run, { cwd: app, encoding: "utf8" });
    expect(output).toMatch(/^\[simulated\] .*Hello/);
  });
});
