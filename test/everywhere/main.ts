/**
 * `npm run everywhere`: the packed package on every runtime, bundler and compiler that it claims to work with. Each row is
 * green or red; what cannot be had here is red, too, and says why. `--only <part of a name>` runs some rows.
 */
import { execFile } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs, promisify } from "node:util";
import { openai } from "../../generated/openai.js";
import { createSimulator } from "../../src/testing.js";
import { installPackage } from "../installed-package.js";
import { root } from "../source-tree.js";
import { browser } from "./browser.js";
import { bundlers, treeShaking } from "./bundlers.js";
import { descriptions } from "./package.js";
import { expected, typed } from "./program.js";
import { type Check, runtimes } from "./runtimes.js";

const compilers: { readonly [name: string]: string } = {
  "TypeScript 5.4": "ts54",
  "TypeScript 5.9": "typescript",
  "TypeScript 6.0": "ts60",
  "TypeScript 7.0": "ts70",
};

const compiled = (name: string, compiler: string, moduleKind: string): Check => ({
  name: `${name}, ${moduleKind}`,
  async run(app) {
    writeFileSync(join(app, "typed.mts"), typed);
    const settings = ["--strict", "--noEmit", "--skipLibCheck", "false", "--target", "es2022", "--lib", "es2022,dom"];
    const resolution =
      moduleKind === "bundler" ? ["--module", "esnext", "--moduleResolution", "bundler"] : ["--module", "nodenext"];
    const tsc = join(root, "node_modules", compiler, "bin/tsc");
    const args = [tsc, ...settings, ...resolution, "typed.mts"];
    const { stdout } = await promisify(execFile)(process.execPath, args, { cwd: app }).catch(
      (error: Error & { stdout: string }) => error,
    );
    return stdout.trim();
  },
});

const matrix: readonly { readonly check: Check; readonly wanted: string }[] = [
  ...[...runtimes, browser, ...bundlers].map((check) => ({ check, wanted: expected })),
  ...treeShaking.map((check) => ({ check, wanted: "nothing else" })),
  ...Object.entries(compilers).flatMap(([name, compiler]) =>
    ["nodenext", "bundler"].map((kind) => ({ check: compiled(name, compiler, kind), wanted: "" })),
  ),
  ...descriptions.map((check) => ({ check, wanted: "" })),
];

const { values } = parseArgs({ options: { only: { type: "string", default: "" }, app: { type: "string" } } });
const installed = values.app === undefined ? installPackage() : { app: values.app, remove: () => undefined };
const simulator = createSimulator({ providers: [openai.facts] });
await simulator.listen();
const rows: string[] = [];
try {
  for (const { check, wanted } of matrix) {
    if (!check.name.includes(values.only)) continue;
    const began = performance.now();
    const problem = await check.run(installed.app, simulator.baseURL("openai")).then(
      (printed) => (printed === wanted ? undefined : `printed ${JSON.stringify(printed.slice(0, 500))}`),
      (error: unknown) => String(error).slice(0, 1_000),
    );
    if (problem !== undefined) process.exitCode = 1;
    const seconds = ((performance.now() - began) / 1000).toFixed(1);
    const colour = problem === undefined ? "green" : "**red**";
    rows.push(`| ${check.name} | ${colour} | ${seconds} |`);
    console.error(`${check.name}: ${colour}, ${seconds} s${problem === undefined ? "" : `: ${problem}`}`);
  }
} finally {
  installed.remove();
  await simulator.close();
}
const red = rows.filter((row) => row.includes("red")).length;
console.log(["", "| where | | s |", "| --- | --- | --: |", ...rows, "", `${rows.length} rows, ${red} red`].join("\n"));
