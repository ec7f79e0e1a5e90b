/**
 * `npm run figures`: goal, best peer and ours for every figure that this project promises, as the benches measured it.
 * Runs the benches that have left nothing yet, or with `--fresh` all of them. Exits with 1 when a goal is missed.
 */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { recorded } from "./record.js";

/** A figure by the name under which its bench records it. Less is better. */
interface Goal {
  readonly bench: string;
  readonly figure: string;
  readonly most: number;
  readonly unit: string;
}

const goals: readonly Goal[] = [
  { bench: "request", figure: "call, CPU beside raw undici", most: 1.25, unit: "x" },
  { bench: "stream", figure: "chunk, CPU beside raw undici", most: 1.3, unit: "x" },
  { bench: "start", figure: "cold import of one provider, CPU beside undici", most: 1.15, unit: "x" },
  { bench: "bundle", figure: "own catalog for Node, loaded by a chat and a stream, gzip", most: 12, unit: " KB" },
  { bench: "bundle", figure: "own catalog for browsers, loaded by a chat and a stream, gzip", most: 14, unit: " KB" },
  { bench: "dev", figure: "openrouter: catalog file saved to types", most: 200, unit: " ms" },
  { bench: "dev", figure: "openrouter: catalog file saved to call", most: 300, unit: " ms" },
  { bench: "bundle", figure: "installed package", most: 10, unit: " MB" },
];

/** Figures that tests hold: a run of `npm test` that passes has reached them. */
const held: readonly (readonly [figure: string, where: string])[] = [
  ["misuse programs refused by the compiler, valid programs accepted", "test/types"],
  ["production install: at most 3 packages", "test/package.test.ts"],
  ["an unchanged second generation writes no file", "test/codegen"],
];

/** Figures whose benches print tables of their own. */
const apart: readonly (readonly [figure: string, command: string])[] = [
  ["type instantiations, declarations loaded", "test/bench/types.ts"],
  ["generate everything; one edited model in watch mode", "test/bench/generate.ts"],
  ["file overlay to the next call", "test/bench/registry.ts"],
  ["Consul, etcd, PostgreSQL p99", "test/bench/stores.ts"],
  ["failover fault set", "npm run scorecard"],
  ["reliability goals", "test/bench/reliability.ts"],
];

const fresh = process.argv.includes("--fresh");
for (const bench of new Set(goals.map((goal) => goal.bench))) {
  if (!fresh && recorded(bench) !== undefined) continue;
  const script = fileURLToPath(new URL(`${bench}.ts`, import.meta.url));
  const flags = ["--conditions=modelwright-source", "--import", "tsx", script];
  const { status } = spawnSync(process.execPath, flags, { stdio: ["ignore", "inherit", "inherit"] });
  if (status !== 0) throw new Error(`the bench ${bench} failed`);
}

console.log("| figure | goal | best peer | ours | |");
console.log("| --- | --: | --- | --: | --- |");
for (const { bench, figure, most, unit } of goals) {
  const { figures = {}, at = "", machine = "" } = recorded(bench) ?? {};
  const measured = figures[figure];
  if (measured === undefined)
    throw new Error(`the bench ${bench} has no figure "${figure}": run it again, or all with --fresh`);
  const reached = measured.ours <= most;
  if (!reached) process.exitCode = 1;
  const verdict = reached ? "reached" : "**missed**";
  const value = `${measured.ours.toFixed(2)}${unit}`;
  console.log(
    `| ${figure} | at most ${most}${unit} | ${measured.peer ?? ""} | ${value} | ${verdict}; ${at.slice(0, 10)}, ${machine} |`,
  );
}
for (const [figure, where] of held) console.log(`| ${figure} | | | | held by the tests in ${where} |`);
for (const [figure, command] of apart) console.log(`| ${figure} | | | | see ${command} |`);
