/** Runs one client of a bench: a process that loads the client's program and measures what it is told to. */
import { costliest, profiled } from "./profile.js";
import { chunksPerStream } from "./wire-paths.js";

/** What every contender's program exports. */
interface Program {
  create(baseURL: string): {
    chat(): Promise<string>;
    /** Ends with the answer. */
    stream(onText: (text: string) => void): Promise<void>;
  };
}

/** A measurement to make; one at a time. */
export type Job = Work | { readonly type: "profile"; readonly work: Work };

type Work =
  | { readonly type: "chat"; readonly baseURL: string; readonly calls: number; readonly atOnce: number }
  | { readonly type: "stream"; readonly baseURL: string; readonly streams: number }
  | { readonly type: "hold"; readonly baseURL: string; readonly streams: number };

/** CPU in microseconds, times in milliseconds, memory in KB. */
export interface Measured {
  readonly cpuPerCall?: number;
  readonly callsPerSecond?: number;
  readonly cpuPerChunk?: number;
  readonly chunksPerSecond?: number;
  readonly firstMs?: number;
  readonly heapPerStream?: number;
  readonly externalPerStream?: number;
  /** Of a profile: the functions with most time of their own. */
  readonly why?: readonly string[];
}

const clients = new Map<string, ReturnType<Program["create"]>>();
const { create } = (await import(process.argv[2] as string)) as Program;

function clientOf(baseURL: string): ReturnType<Program["create"]> {
  const client = clients.get(baseURL) ?? create(baseURL);
  clients.set(baseURL, client);
  return client;
}

async function spent(work: () => Promise<void>): Promise<{ readonly cpu: number; readonly seconds: number }> {
  const began = performance.now();
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return { cpu: user + system, seconds: (performance.now() - began) / 1000 };
}

async function measure(job: Job): Promise<Measured> {
  if (job.type === "profile") return { why: costliest(await profiled(async () => void (await measure(job.work))), 12) };
  const client = clientOf(job.baseURL);
  if (job.type === "chat") {
    const lane = async () => {
      for (let i = 0; i < job.calls / job.atOnce; i++) {
        const text = await client.chat();
        if (text.length !== 560) throw new Error(`an answer of ${text.length} characters`);
      }
    };
    const { cpu, seconds } = await spent(
      async () => void (await Promise.all(Array.from({ length: job.atOnce }, lane))),
    );
    return { cpuPerCall: cpu / job.calls, callsPerSecond: job.calls / seconds };
  }
  if (job.type === "stream") {
    const firsts: number[] = [];
    const { cpu, seconds } = await spent(async () => {
      for (let i = 0; i < job.streams; i++) {
        const began = performance.now();
        let pieces = 0;
        await client.stream((text) => {
          if (text !== "" && ++pieces === 1) firsts.push(performance.now() - began);
        });
        if (pieces !== chunksPerStream) throw new Error(`${pieces} pieces of text`);
      }
    });
    const chunks = job.streams * chunksPerStream;
    firsts.sort((a, b) => a - b);
    return {
      cpuPerChunk: cpu / chunks,
      chunksPerSecond: chunks / seconds,
      firstMs: firsts[Math.floor(firsts.length / 2)] ?? Number.NaN,
    };
  }
  return hold(client, job.streams);
}

/** Memory of streams that wait for their next chunk. The process is good for nothing else after this. */
async function hold(client: ReturnType<Program["create"]>, streams: number): Promise<Measured> {
  const before = settledMemory();
  let open = 0;
  let opened: () => void = () => undefined;
  const all = new Promise<void>((resolve) => {
    opened = resolve;
  });
  for (let i = 0; i < streams; i++) {
    let seen = false;
    client
      .stream((text) => {
        if (text === "" || seen) return;
        seen = true;
        if (++open === streams) opened();
      })
      .catch(() => undefined);
  }
  await all;
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  const after = settledMemory();
  return {
    heapPerStream: (after.heapUsed - before.heapUsed) / 1000 / streams,
    externalPerStream: (after.external - before.external) / 1000 / streams,
  };
}

function settledMemory(): NodeJS.MemoryUsage {
  for (let i = 0; i < 3; i++) globalThis.gc?.();
  return process.memoryUsage();
}

process.on("disconnect", () => process.exit());
process.on("message", (job: Job) => {
  measure(job).then(
    (measured) => process.send?.(measured),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.send?.("ready");
