/**
 * `npm run figures`: goal, best peer and ours for every figure that this project promises, each measured now, in a
 * process of its own, one after another. `-- --quick` measures less often, `--only request,stream` runs some benches,
 * `--out <file>` writes the table, too. Exits with 1 when a goal is missed or a bench fails.
 */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { installPackage } from "../installed-package.js";
import { type Figure, forget, recorded } from "./record.js";
import { machine } from "./statistics.js";

interface Bench {
  readonly name: string;
  /** Told where the package is installed, so that it is packed once. */
  readonly takesPackage?: true;
  /** Its own words: without them it would measure what is no figure of ours. */
  readonly words?: readonly string[];
}

/** In the order of the table. */
const benches: readonly Bench[] = [
  { name: "compile" },
  { name: "editor" },
  { name: "bundle", takesPackage: true },
  { name: "install", takesPackage: true },
  { name: "request", takesPackage: true },
  { name: "stream", takesPackage: true },
  { name: "start", takesPackage: true },
  { name: "generate" },
  { name: "dev" },
  { name: "registry" },
  { name: "stores", words: ["Consul", "etcd", "PostgreSQL", "Redis"] },
  { name: "scorecard" },
  { name: "reliability" },
  { name: "held" },
];

/** Longer than the slowest takes on a busy machine. */
const patienceMs = 15 * 60_000;

const { values } = parseArgs({
  options: { quick: { type: "boolean", default: false }, only: { type: "string" }, out: { type: "string" } },
});
const only = values.only?.split(",");
const chosen = benches.filter(({ name }) => only === undefined || only.includes(name));
if (chosen.length === 0) throw new Error(`--only takes some of ${benches.map(({ name }) => name).join(",")}`);

/** Runs one; what went wrong when it left no figures. Its own words go to the terminal. */
function run({ name, takesPackage, words = [] }: Bench, app: string | undefined): string | undefined {
  forget(name);
  console.error(`\n== ${name}`);
  const script = fileURLToPath(new URL(`${name}.ts`, import.meta.url));
  const flags = [
    "--conditions=modelwright-source",
    "--import",
    "tsx",
    script,
    ...(values.quick ? ["--quick"] : []),
    ...words,
  ];
  if (takesPackage && app !== undefined) flags.push(app);
  const { status, signal, stderr } = spawnSync(process.execPath, flags, {
    stdio: ["ignore", 2, "pipe"],
    encoding: "utf8",
    timeout: patienceMs,
    maxBuffer: 1 << 26,
  });
  console.error(stderr);
  if (recorded(name) !== undefined) return undefined;
  const said =
    stderr
      .trim()
      .split("\n")
      .find((line) => /error/i.test(line)) ?? "it said nothing";
  return `ended with ${signal ?? status} and no figures: ${said}`;
}

const cell = (text: string) => text.replaceAll("|", "\\|").replaceAll("\n", " ");
const written = (value: number, unit = "") => `${Number.isInteger(value) ? value : value.toFixed(2)}${unit}`;

interface Row {
  readonly line: string;
  readonly missed: boolean;
  readonly why: readonly string[];
  readonly name: string;
}

function rowOf(name: string, { ours, most, least, unit, peer = "", why = [] }: Figure, load: string): Row {
  const missed = !(ours <= (most ?? ours) && ours >= (least ?? ours));
  const goal =
    most === undefined ? (least === undefined ? "" : `≥ ${written(least, unit)}`) : `≤ ${written(most, unit)}`;
  const verdict = missed ? "**missed**" : "met";
  const line = `| ${cell(name)} | ${goal} | ${cell(peer)} | ${written(ours, unit)} | ${verdict} | ${load} |`;
  return { line, missed, why, name };
}

function rowsOf({ name }: Bench, failure: string | undefined): readonly Row[] {
  const { figures = {}, load = [] } = recorded(name) ?? {};
  if (failure !== undefined)
    return [{ line: `| bench ${name} | | | ${cell(failure)} | **failed** | |`, missed: true, why: [], name }];
  const during = load.map((value) => value.toFixed(1)).join(" – ");
  return Object.entries(figures).map(([figure, measured]) => rowOf(figure, measured, during));
}

const began = performance.now();
const installed = chosen.some(({ takesPackage }) => takesPackage) ? installPackage() : undefined;
const rows: Row[] = [];
try {
  for (const bench of chosen) rows.push(...rowsOf(bench, run(bench, installed?.app)));
} finally {
  installed?.remove();
}

const missed = rows.filter((row) => row.missed);
const minutes = ((performance.now() - began) / 60_000).toFixed(0);
const text = [
  "# Figures",
  "",
  `Written by \`npm run figures${values.quick ? " -- --quick" : ""}\` on ${new Date().toISOString().slice(0, 10)} in ${minutes} minutes.`,
  `Machine: ${machine()}.`,
  "Load is the average number of running processes when a bench began and when it ended; peers ran in turn with ours.",
  `${rows.length - missed.length} of ${rows.length} goals met.`,
  "",
  "| figure | goal | peers, same run | ours | | load |",
  "| --- | --: | --- | --: | --- | --: |",
  ...rows.map(({ line }) => line),
  ...missed
    .filter(({ why }) => why.length > 0)
    .flatMap(({ name, why }) => ["", `## Missed: ${name}`, "", ...why.map((part) => `- ${part}`)]),
  "",
].join("\n");
console.log(text);
if (values.out !== undefined) writeFileSync(values.out, text);
if (missed.length > 0) process.exitCode = 1;
