/** The package as its users get it: what is in the tarball, which doors open, what a production install and a bundle carry. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { build } from "esbuild";
import { publint } from "publint";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { providerFile } from "./cli/workspace.js";
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

describe("a production install", () => {
  it("is at most three packages and 10 MB", () => {
    const modules = join(installed.app, "node_modules");
    expect(readdirSync(modules).filter((name) => !name.startsWith("."))).toEqual(["modelwright", "undici"]);
    expect(installed.size).toBeLessThan(10_000_000);
  });

  it("opens every door that needs no development package", () => {
    const providers = readdirSync(join(root, "generated")).filter((file) => /^[^.]+\.ts$/.test(file));
    const rooms = readdirSync(join(root, "src/protocols"), { withFileTypes: true }).filter((room) =>
      room.isDirectory(),
    );
    const doors = [
      "modelwright",
      ...["define", "testing"].map((door) => `modelwright/${door}`),
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

/** A chat and a stream with a provider; `openai-compatible` has no models, so that only code counts. */
const minimal = (door: string, name: string): string => `
  import { ${name} } from "modelwright/${door}";
  const model = ${name}.model("some-model");
  const messages = [{ role: "user", content: "Hello" }];
  console.log((await model.chat({ messages })).text);
  for await (const event of model.stream({ messages })) if (event.type === "text-delta") console.log(event.text);
`;

describe("a bundle", () => {
  it("of an unused import is empty", async () => {
    const { text } = await bundle('import { openai } from "modelwright/openai"; console.log(1);', "node");
    expect(text.replace(/import"undici";/, "").trim()).toBe("console.log(1);");
  });

  it.each([
    { door: "openai-compatible", name: "openaiCompatible", budget: 40_000 },
    { door: "openai", name: "openai", budget: 55_000 },
  ])("of a chat and a stream with $door stays below $budget bytes of gzip", async ({ door, name, budget }) => {
    const forNode = await bundle(minimal(door, name), "node");
    const forBrowsers = await bundle(minimal(door, name), "browser");
    console.log(`${door}: ${forNode.gzip} bytes of gzip for Node, ${forBrowsers.gzip} for browsers`);
    expect(forNode.packages).toEqual(expect.arrayContaining(["undici"]));
    expect(forBrowsers.packages).not.toContain("undici");
    for (const name of optionalPackages) expect([...forNode.packages, ...forBrowsers.packages]).not.toContain(name);
    expect(forNode.gzip).toBeLessThan(budget);
    expect(forBrowsers.gzip).toBeLessThan(budget);
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
