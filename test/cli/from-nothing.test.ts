/** From nothing to a typed streamed call with the packed package, in a package of a workspace, on every TypeScript version. */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { payloads } from "../codegen/payloads.js";
import { addDevelopmentPackages, type InstalledPackage, installPackage } from "../installed-package.js";
import { root } from "../source-tree.js";
import { providerFile } from "./workspace.js";

let installed: InstalledPackage;
let home: string;

beforeAll(() => {
  installed = installPackage();
  addDevelopmentPackages(installed.app, ["ts-morph", "handlebars", "zod"]);
  home = join(installed.app, "packages/bot");
  mkdirSync(home, { recursive: true });
  write("package.json", JSON.stringify({ name: "bot", private: true, type: "module" }));
  const base = ["--provider", "acme", "--base-url", "https://llm.acme.example/v1", "--model", "acme-large"];
  modelwright("init", "--yes", ...base);
  modelwright("add", "model", "acme/acme-small", "--context", "8000");
  modelwright("add", "model", "azure-openai/my-prod", "--base", "openai/gpt-4.1", "--wire-id", "prod-41");
  modelwright("add", "model", "amazon-bedrock/team", "--base", "anthropic/claude-haiku-4-5", "--wire-id", profile);
  modelwright("generate");
  write("program.ts", program);
  write("consumer.cts", consumer);
}, 600_000);
afterAll(() => installed.remove());

const profile = "arn:aws:bedrock:us-east-1:123456789012:application-inference-profile/abc123";

const program = `import { image, user } from "modelwright";
import { createSimulator } from "modelwright/testing";
import { acme } from "./generated/acme.js";
import { amazonBedrock } from "./generated/amazon-bedrock.js";
import { azureOpenai } from "./generated/azure-openai.js";

const simulator = createSimulator({ providers: [acme.facts] });
const client = acme.create({ apiKey: "key", baseURL: simulator.baseURL("acme"), fetch: simulator.fetch });
let text: string = "";
for await (const piece of client("acme-small").stream({ messages: [user("Hello")] }).text) text += piece;
console.log(text);

export const accepted = (): readonly unknown[] => [
  azureOpenai("my-prod").chat({ messages: [user("See", image("https://a.example/x.png"))] }),
  amazonBedrock("team").chat({ messages: [user("Hi")] }),
];
export const refused = (): readonly unknown[] => [
  // @ts-expect-error there is no such model
  client("acme-larg"),
  // @ts-expect-error my-prod does not accept topK
  azureOpenai("my-prod").chat({ messages: [user("Hi")], topK: 5 }),
];
`;

const consumer = `import generated = require("./generated/acme.js");
const model: string = generated.acme("acme-large").id;
console.log(model);
`;

const strictest = {
  strict: true,
  target: "es2022",
  module: "nodenext",
  declaration: true,
  isolatedModules: true,
  verbatimModuleSyntax: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noUnusedLocals: true,
  noUnusedParameters: true,
  noImplicitOverride: true,
  skipLibCheck: true,
  outDir: "dist",
  rootDir: ".",
  types: ["node"],
  typeRoots: [join(root, "node_modules/@types")],
};

/** CommonJS may `require` an ES module since 5.8. */
it.each([
  { version: "5.4", compiler: "ts54", more: {}, commonJs: false },
  {
    version: "5.9",
    compiler: "typescript",
    more: { isolatedDeclarations: true },
    commonJs: true,
  },
  { version: "6.0", compiler: "ts60", more: { isolatedDeclarations: true }, commonJs: true },
  { version: "7.0", compiler: "ts70", more: { isolatedDeclarations: true }, commonJs: true },
])(
  "compiles under TypeScript $version at its strictest, and streams",
  ({ version, compiler, more, commonJs }) => {
    const outDir = `dist-${version}`;
    const config = {
      compilerOptions: { ...strictest, ...more, outDir },
      include: ["program.ts", "generated", ...(commonJs ? ["consumer.cts"] : [])],
    };
    write("tsconfig.json", JSON.stringify(config));
    const tsc = join(root, "node_modules", compiler, "bin/tsc");
    const { stdout } = spawnSync(process.execPath, [tsc, "-p", "."], { cwd: home, encoding: "utf8" });
    expect(stdout).toBe("");
    // Compilers copy no JavaScript.
    for (const name of readdirSync(join(home, "generated"))) {
      if (name.endsWith(".data.js")) copyFileSync(join(home, "generated", name), join(home, outDir, "generated", name));
    }
    expect(node(join(outDir, "program.js"))).toMatch(/^\[simulated\] .*Hello/);
    if (commonJs) expect(node(join(outDir, "consumer.cjs"))).toBe("acme-large\n");
  },
  300_000,
);

it("leaves nothing to copy with data modules in TypeScript", { timeout: 300_000 }, () => {
  const { status } = spawnSync(process.execPath, [cli(), "generate", "--data", "ts", "--out", "typed"], { cwd: home });
  expect([status, readdirSync(join(home, "typed")).filter((name) => name.startsWith("acme"))]).toEqual([
    0,
    ["acme.data.ts", "acme.ts"],
  ]);
  write("typed.ts", readFileSync(join(home, "program.ts"), "utf8").replaceAll("./generated/", "./typed/"));
  const compilerOptions = { ...strictest, isolatedDeclarations: true, outDir: "dist-typed" };
  write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["typed.ts", "typed"] }));
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  expect(spawnSync(process.execPath, [tsc, "-p", "."], { cwd: home, encoding: "utf8" }).stdout).toBe("");
  expect(node("dist-typed/typed.js")).toMatch(/^\[simulated\] .*Hello/);
  // The next catalog is compared with what these modules say.
  write(
    "catalog/acme.json",
    readFileSync(join(home, "catalog/acme.json"), "utf8").replaceAll("acme-small", "acme-tiny"),
  );
  const upgrade = ["upgrade", "--check", "--out", "typed"];
  const { stdout } = spawnSync(process.execPath, [cli(), ...upgrade], { cwd: home, encoding: "utf8" });
  expect(stdout).toContain("typed.ts:10");
});

it("checks what a project takes of a shipped provider against the next catalog", { timeout: 300_000 }, () => {
  const file = JSON.parse(readFileSync(join(root, "catalog/groq.json"), "utf8")) as {
    models: { [id: string]: { params?: object } };
  };
  const model = file.models["openai/gpt-oss-120b"];
  file.models["openai/gpt-oss-120b"] = { ...model, params: { ...model?.params, temperature: false } };
  delete file.models["openai/gpt-oss-20b"];
  mkdirSync(join(home, "next"));
  write("next/groq.json", JSON.stringify(file));
  write("shipped.ts", shippedProgram);
  write("tsconfig.shipped.json", JSON.stringify({ compilerOptions: strictest, include: ["shipped.ts"] }));
  const check = (...more: string[]) =>
    spawnSync(process.execPath, [cli(), "upgrade", "--check", "--project", "tsconfig.shipped.json", ...more], {
      cwd: home,
      encoding: "utf8",
    });
  const { status, stdout } = check("--to", "next");
  expect(stdout.split("\n").filter((line) => !line.includes("acme"))).toEqual([
    'breaking groq/openai/gpt-oss-120b params.temperature: {"min":0,"max":2} -> false',
    "breaking groq/openai/gpt-oss-20b removed",
    "openai/gpt-oss-120b does not accept temperature: 1 place",
    "  shipped.ts:5",
    'there is no model "openai/gpt-oss-20b" in this catalog: 1 place',
    "  shipped.ts:6",
    "",
  ]);
  expect(status).toBe(1);
  expect(check().stderr).toContain("nothing in this project breaks");
  // A next catalog that cannot be read as a whole would show models as gone.
  write("next/groq.json", JSON.stringify({ ...file, models: { ...file.models, bad: { kind: "chatt" } } }));
  expect(check("--to", "next")).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining('"chatt"') });
});

const shippedProgram = `import { user } from "modelwright";
import { createGroq, groq } from "modelwright/groq";
const client = createGroq({ apiKey: "key" });
const messages = [user("Hello")];
export const a = (): unknown => groq("openai/gpt-oss-120b").chat({ messages, temperature: 0.5 });
export const b = (): unknown => client("openai/gpt-oss-20b").chat({ messages });
export const fine = (): unknown => groq("openai/gpt-oss-120b").chat({ messages });
`;

it("makes nothing but strings of hostile texts", { timeout: 300_000 }, () => {
  const hostile = payloads.filter((text) => text.length < 300 && !/\p{Surrogate}/u.test(text));
  const entry = (text: string) => ({ kind: "chat", name: text, family: text, extra: { [text]: text } });
  const provider = { id: "hostile", name: "*/ marker() /*", docs: "https://x.example/*/marker()" };
  const { catalogVersion, provider: plain } = providerFile("hostile");
  const models = Object.fromEntries(hostile.map((text) => [text, entry(text)]));
  mkdirSync(join(home, "hostile"));
  write("hostile/hostile.json", JSON.stringify({ catalogVersion, provider: { ...plain, ...provider }, models }));
  write(
    "hostile/outside.json",
    JSON.stringify({ catalogVersion, provider: { ...plain, id: "../outside" }, models: {} }),
  );
  const before = readdirSync(home);
  const args = ["generate", "--catalog", "hostile", "--out", "hostile-out", "--docs"];
  const { status, stderr } = spawnSync(process.execPath, [cli(), ...args], { cwd: home, encoding: "utf8" });
  // What cannot be an id is a problem of its own; everything else is generated.
  expect([status, stderr]).toEqual([1, expect.stringContaining("an id without control characters")]);
  expect(readdirSync(home).filter((name) => !before.includes(name))).toEqual(["hostile-out"]);
  write("hostile.mts", hostileProgram);
  write(
    "tsconfig.json",
    JSON.stringify({ compilerOptions: { ...strictest, outDir: "dist-hostile" }, include: ["hostile.mts"] }),
  );
  const tsc = join(root, "node_modules/typescript/bin/tsc");
  expect(spawnSync(process.execPath, [tsc, "-p", "."], { cwd: home, encoding: "utf8" }).stdout).toBe("");
  copyFileSync(join(home, "hostile-out/hostile.data.js"), join(home, "dist-hostile/hostile-out/hostile.data.js"));
  expect(Number(node("dist-hostile/hostile.mjs"))).toBeGreaterThan(hostile.length / 2);
});

/** Calls of the marker and changed prototypes would end it. */
const hostileProgram = `declare global { var marker: () => never; }
globalThis.marker = () => process.exit(3);
const { hostile } = await import("./hostile-out/hostile.js");
if ("polluted" in {} || Object.keys(Object.prototype).length > 0) process.exit(4);
console.log(Object.keys(hostile.facts.models).length);
`;

it("names the schema for editors where the workspace has it", () => {
  const { $schema } = JSON.parse(readFileSync(join(home, "catalog/acme.json"), "utf8")) as { $schema: string };
  expect(JSON.parse(readFileSync(join(home, "catalog", $schema), "utf8"))).toHaveProperty("properties");
});

function write(path: string, text: string): void {
  writeFileSync(join(home, path), text);
}

const cli = (): string => join(installed.app, "node_modules/modelwright/dist/cli.js");

const modelwright = (...args: string[]): string => node(cli(), ...args);

function node(...args: string[]): string {
  return execFileSync(process.execPath, args, { cwd: home, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}
