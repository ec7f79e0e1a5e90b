/**
 * What a call costs beside a bare `undici.request` with JSON.parse: CPU per whole answer, one by one and many at once,
 * every client in a process of its own before one local server. `request.ts [folder with another build …]`.
 */
import { given, rounds as roundsOf } from "./command-line.js";
import type { Measured } from "./contender-process.js";
import { prepareContenders, startContender, startWireServer } from "./contenders.js";
import { record } from "./record.js";
import { machine, median, withSpread } from "./statistics.js";
import { wholePath } from "./wire-paths.js";

const rounds = roundsOf(9, 3);
const calls = 768;
/** Peers need no more for a ratio that is far from the goal. */
const peerCalls = 256;
const loads = [1, 32, 256];

const server = await startWireServer();
const baseURL = `${server.origin}${wholePath}`;
const runners = [];
for (const contender of await prepareContenders(given)) runners.push(await startContender(contender));

const results = new Map<string, Measured[]>();
let why: readonly string[] = [];
const keyOf = (name: string, atOnce: number) => `${name} ${atOnce}`;
try {
  for (let round = -2; round < rounds; round++)
    for (const atOnce of loads)
      for (const { name, measure, peer } of runners) {
        const measured = await measure({ type: "chat", baseURL, calls: peer ? peerCalls : calls, atOnce });
        // The first rounds compile.
        if (round < 0) continue;
        const key = keyOf(name, atOnce);
        results.set(key, [...(results.get(key) ?? []), measured]);
      }
  const work = { type: "chat", baseURL, calls: 4 * calls, atOnce: 32 } as const;
  why = (await runners[1]?.measure({ type: "profile", work }))?.why ?? [];
} finally {
  for (const { stop } of runners) stop();
  server.stop();
}

const [floor, ours] = runners;
const cpuOf = (name: string, atOnce: number) =>
  (results.get(keyOf(name, atOnce)) ?? []).map((one) => one.cpuPerCall ?? 0);
const ratios = (name: string, atOnce: number) => {
  const base = cpuOf(floor?.name ?? "", atOnce);
  return cpuOf(name, atOnce).map((cpu, round) => cpu / (base[round] ?? Number.NaN));
};

console.log(
  `CPU per call, ratio to undici of the same round: median (quartiles) of ${rounds} rounds of ${calls} calls, peers ${peerCalls}`,
);
console.log(machine());
console.log(`| | ${loads.map((load) => `${load} at once | us`).join(" | ")} | calls/s, 32 at once |`);
console.log(`| --- | ${loads.map(() => "--: | --:").join(" | ")} | --: |`);
for (const { name } of runners) {
  const cells = loads.map((load) => `${withSpread(ratios(name, load), 2)} | ${median(cpuOf(name, load)).toFixed(0)}`);
  const rate = median((results.get(keyOf(name, 32)) ?? []).map((one) => one.callsPerSecond ?? 0));
  console.log(`| ${name} | ${cells.join(" | ")} | ${rate.toFixed(0)} |`);
}
const worst = (name: string) => Math.max(...loads.map((load) => median(ratios(name, load))));
const peers = runners.filter(({ peer }) => peer).map(({ name }) => ({ name, ratio: worst(name) }));
const best = peers.reduce((a, b) => (b.ratio < a.ratio ? b : a));
record("request", {
  "call, CPU beside raw undici": {
    ours: worst(ours?.name ?? ""),
    most: 1.25,
    unit: "x",
    peer: `${best.name} ${best.ratio.toFixed(2)}`,
    why,
  },
});
