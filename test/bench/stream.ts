/**
 * What a streamed answer costs beside a bare `undici.request` with one JSON.parse per event: CPU per chunk, chunks per
 * second, time to the first text, and the memory of many slow streams. `stream.ts [folder with another build …]`.
 */
import { given, rounds as roundsOf } from "./command-line.js";
import type { Measured } from "./contender-process.js";
import { prepareContenders, startContender, startWireServer } from "./contenders.js";
import { record } from "./record.js";
import { machine, median, withSpread } from "./statistics.js";
import { chunksPerStream, fastPath, slowPath } from "./wire-paths.js";

const rounds = roundsOf(11, 4);
const streams = 10;
const held = 200;

const server = await startWireServer();
const runners = [];
for (const contender of await prepareContenders(given)) runners.push(await startContender(contender));

const results = new Map<string, Measured[]>(runners.map(({ name }) => [name, []]));
let why: readonly string[] = [];
const memory = new Map<string, Measured>();
try {
  for (let round = -2; round < rounds; round++)
    for (const { name, measure } of runners) {
      const measured = await measure({ type: "stream", baseURL: `${server.origin}${fastPath}`, streams });
      // The first rounds compile.
      if (round >= 0) results.get(name)?.push(measured);
    }
  const work = { type: "stream", baseURL: `${server.origin}${fastPath}`, streams: 4 * streams } as const;
  why = (await runners[1]?.measure({ type: "profile", work }))?.why ?? [];
  for (const { name, measure } of runners)
    memory.set(name, await measure({ type: "hold", baseURL: `${server.origin}${slowPath}`, streams: held }));
} finally {
  for (const { stop } of runners) stop();
  server.stop();
}

const [floor, ours] = runners;
const valuesOf = (name: string, figure: keyof Omit<Measured, "why">) =>
  (results.get(name) ?? []).map((one) => one[figure] ?? 0);
const ratios = (name: string) => {
  const base = valuesOf(floor?.name ?? "", "cpuPerChunk");
  return valuesOf(name, "cpuPerChunk").map((cpu, round) => cpu / (base[round] ?? Number.NaN));
};

console.log(
  `Median (quartiles) of ${rounds} rounds of ${streams} streams of ${chunksPerStream} chunks; ${held} open streams`,
);
console.log(machine());
console.log(
  "| | CPU per chunk, ratio | us | chunks/s | first text added, ms | heap per open stream, KB | beside the heap, KB |",
);
console.log("| --- | --: | --: | --: | --: | --: | --: |");
for (const { name } of runners) {
  const added = median(valuesOf(name, "firstMs")) - median(valuesOf(floor?.name ?? "", "firstMs"));
  const { heapPerStream = 0, externalPerStream = 0 } = memory.get(name) ?? {};
  const cells = [
    withSpread(ratios(name), 2),
    median(valuesOf(name, "cpuPerChunk")).toFixed(2),
    median(valuesOf(name, "chunksPerSecond")).toFixed(0),
    added.toFixed(2),
    heapPerStream.toFixed(1),
    externalPerStream.toFixed(1),
  ];
  console.log(`| ${name} | ${cells.join(" | ")} |`);
}
const peers = runners.filter(({ peer }) => peer).map(({ name }) => ({ name, ratio: median(ratios(name)) }));
const best = peers.reduce((a, b) => (b.ratio < a.ratio ? b : a));
record("stream", {
  "chunk, CPU beside raw undici": {
    ours: median(ratios(ours?.name ?? "")),
    most: 1.3,
    unit: "x",
    peer: `${best.name} ${best.ratio.toFixed(2)}`,
    why,
  },
});
