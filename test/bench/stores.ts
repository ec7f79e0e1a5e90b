/** Prints how long a change takes from a write to another instance's callback, and to fifty of them, for each store, on real servers. Names of stores limit it to those. */
import type { ConfigBackend } from "../../src/registry/backend.js";
import { followBackend } from "../../src/registry/follow-backend.js";
import { storeKinds } from "../registry/started-stores.js";
import { given, rounds as roundsOf } from "./command-line.js";
import { type Figure, record } from "./record.js";

const changes = roundsOf(100, 40);
const watchers = 50;
const rounds = 10;

interface Reader {
  /** Resolves when the reader has this value. */
  reaches(value: string): Promise<void>;
  end(): Promise<void>;
}

function readerOf(backend: ConfigBackend): Reader {
  let seen = "";
  let tell = (): void => {};
  const end = followBackend(backend, {
    prefix: "bench/",
    onSnapshot: ({ entries }) => {
      seen = entries.get("bench/x")?.value ?? "";
      tell();
    },
  });
  return {
    reaches: (value) =>
      new Promise((resolve) => {
        tell = () => seen === value && resolve();
        tell();
      }),
    end: async () => {
      await end();
      await backend.close();
    },
  };
}

/** Milliseconds from the call of `put` until all readers have it. */
async function timesOf(writer: ConfigBackend, readers: readonly Reader[], count: number): Promise<readonly number[]> {
  const times: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const value = `${readers.length} readers, change ${i}`;
    const begin = performance.now();
    const arrived = Promise.all(readers.map((reader) => reader.reaches(value)));
    await writer.put("bench/x", value);
    await arrived;
    times.push(performance.now() - begin);
  }
  return times.toSorted((a, b) => a - b);
}

const at = (times: readonly number[], share: number): string =>
  (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);

const rows: string[][] = [];
const figures: { [what: string]: Figure } = {};
for (const { name, start } of storeKinds.filter((kind) => given.length === 0 || given.includes(kind.name))) {
  const store = await start();
  const writer = store.connect();
  const one = [readerOf(store.connect())];
  const alone = await timesOf(writer, one, changes);
  const all = Array.from({ length: watchers }, () => readerOf(store.connect()));
  const together = await timesOf(writer, all, rounds);
  await Promise.all([...one, ...all].map((reader) => reader.end()));
  await writer.close();
  await store.close();
  figures[`${name}: put to another instance's callback, p99`] = {
    ours: Number(at(alone, 0.99)),
    most: 1_000,
    unit: " ms",
    why: [`${at(alone, 0.5)} ms p50`, `${at(alone, 1)} ms at most`, `${at(together, 1)} ms at most to ${watchers}`],
  };
  rows.push([name, at(alone, 0.5), at(alone, 0.99), at(alone, 1), at(together, 0.5), at(together, 1)]);
}

record("stores", figures);
console.log(`${changes} changes, from the call of put to another instance's callback, ms;`);
console.log(`${rounds} changes, from the call of put until ${watchers} instances have it, ms`);
for (const [name = "", ...numbers] of [["store", "p50", "p99", "max", "50: p50", "50: max"], ...rows])
  console.log(name.padEnd(16) + numbers.map((number) => number.padStart(9)).join(""));
