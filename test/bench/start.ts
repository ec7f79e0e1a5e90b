/**
 * What a cold start costs: CPU and time of importing one provider and making a client, beside a bare import of undici,
 * each in fresh processes, in turn. `start.ts [folder with another build …]`.
 */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { given, rounds as roundsOf } from "./command-line.js";
import { prepareContenders } from "./contenders.js";
import { type CpuProfile, costliest } from "./profile.js";
import { record } from "./record.js";
import { machine, median, withSpread } from "./statistics.js";

const rounds = roundsOf(15, 7);

/** Imports the contender's program, makes its client, and prints what that took. */
const probe = (program: string) => `
const began = performance.now();
const before = process.cpuUsage();
const { create } = await import(${JSON.stringify(program)});
create("http://127.0.0.1:9");
const { user, system } = process.cpuUsage(before);
console.log(JSON.stringify({ cpu: (user + system) / 1000, ms: performance.now() - began }));
`;

interface Started {
  readonly cpu: number;
  readonly ms: number;
}

const contenders = (await prepareContenders(given)).map(({ name, program, peer }) => {
  const file = join(dirname(program), "speed-start", `${name.replaceAll(/\W+/g, "-")}.mjs`);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, probe(program));
  return { name, peer, file, runs: [] as Started[] };
});
for (let round = -1; round < rounds; round++)
  for (const { file, runs } of contenders) {
    const started = JSON.parse(execFileSync(process.execPath, [file], { encoding: "utf8" })) as Started;
    // The first round fills the caches of the disk.
    if (round >= 0) runs.push(started);
  }

/** A fresh process under V8's profiler. */
function profileOf(file: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-profile-"));
  try {
    execFileSync(process.execPath, ["--cpu-prof", "--cpu-prof-interval=200", `--cpu-prof-dir=${folder}`, file]);
    const [name = ""] = readdirSync(folder);
    return costliest(JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile, 12);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

const [floor, ours] = contenders;
const ratios = (runs: readonly Started[]) =>
  runs.map(({ cpu }, round) => cpu / (floor?.runs[round]?.cpu ?? Number.NaN));
console.log(`Import and client, ratio to undici of the same round: median (quartiles) of ${rounds} fresh processes`);
console.log(machine());
console.log("| | CPU, ratio | CPU, ms | time, ms |");
console.log("| --- | --: | --: | --: |");
for (const { name, runs } of contenders) {
  const [cpu, ms] = [median(runs.map((run) => run.cpu)), median(runs.map((run) => run.ms))];
  console.log(`| ${name} | ${withSpread(ratios(runs), 2)} | ${cpu.toFixed(0)} | ${ms.toFixed(0)} |`);
}
const peers = contenders.filter(({ peer }) => peer).map(({ name, runs }) => ({ name, ratio: median(ratios(runs)) }));
const best = peers.reduce((a, b) => (b.ratio < a.ratio ? b : a));
record("start", {
  "cold import of one provider, CPU beside undici": {
    ours: median(ratios(ours?.runs ?? [])),
    most: 1.15,
    unit: "x",
    peer: `${best.name} ${best.ratio.toFixed(2)}`,
    why: ours === undefined ? [] : profileOf(ours.file),
  },
});
