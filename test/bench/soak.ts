/** 10,000 mixed calls of 1,000 tenants over one client: what they leave behind. `tsx test/bench/soak.ts`; exit code 1 beyond a bound. */
import { fork } from "node:child_process";
import { getEventListeners } from "node:events";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import { isModelwrightError } from "../../src/errors.js";
import { circuitBreaker } from "../../src/middleware/circuit-breaker.js";
import { concurrency } from "../../src/middleware/concurrency.js";
import { rateLimit } from "../../src/middleware/rate-limit.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { type Behaviour, behaviours, keyOf, startSoakServer } from "./soak-server.js";

const total = 10_000;
const tenants = 1000;
const atOnce = 50;
const round = 1000;
/** Rounds until everything is compiled and every tenant known. */
const warm = 2;
const idleSocketsMs = 6000;

setFlagsFromString("--expose_gc");
const collect = runInNewContext("gc") as () => void;

interface Stats {
  readonly requests: number;
  readonly crossed: number;
  readonly connections: number;
  readonly peak: number;
}

function modelAt(url: string): ChatHandle {
  const options = {
    concurrency: concurrency({ maxInFlight: atOnce }),
    rateLimit: rateLimit({ requestsPerMinute: 1_000_000 }),
    circuitBreaker: circuitBreaker({ failures: 1_000_000 }),
    retry: { baseMs: 1, maxMs: 2 },
    hooks: { onEvent: () => undefined },
    env: {},
  };
  const models = { m: { features: { tools: true }, params: {} } };
  const facts = { id: "soak", baseURL: url, models, auth: [{ type: "bearer", env: [] }] } as const;
  return defineProvider({ protocols: [openaiChat], facts }, options)("m") as ChatHandle;
}

const outcomes = new Map<string, number>();
let wrong = 0;

function count(outcome: string): void {
  outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1);
}

async function call(model: ChatHandle, number: number, signal: AbortSignal): Promise<void> {
  const behaviour = behaviours[number % behaviours.length] as Behaviour;
  // All tenants come in each round, with another behaviour each time.
  const tenant = `t${(number * 7 + Math.floor(number / tenants)) % tenants}`;
  const messages = `${behaviour} ${tenant} ${number}`;
  const tools = { now: { input: { type: "object", properties: {} }, execute: () => number } };
  const own = new AbortController();
  const options = { messages, tools, maxSteps: 2, apiKey: keyOf(tenant), signal };
  try {
    if (behaviour === "stall") {
      // Three ways to leave a stream that stands still.
      const stream = model.stream(number % 3 === 0 ? { ...options, signal: own.signal } : options);
      for await (const event of stream) {
        if (event.type !== "text-delta") continue;
        if (number % 3 === 1) break;
        if (number % 3 === 0) own.abort();
        else await stream[Symbol.asyncDispose]();
      }
      return count("left");
    }
    const streams = behaviour === "stream" || behaviour === "cut" || number % 20 >= 10;
    const { text } = await (streams ? model.stream(options).reply : model.chat(options));
    if (text !== messages) wrong += 1;
    count("answered");
  } catch (error) {
    count(isModelwrightError(error) ? error.code : String(error));
  }
}

async function inParallel(numbers: readonly number[], run: (number: number) => Promise<void>): Promise<void> {
  const left = numbers.values();
  const work = async (): Promise<void> => {
    for (const number of left) await run(number);
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

/** Bytes in use once nothing is under way. */
async function heap(): Promise<number> {
  await new Promise((resolve) => setTimeout(resolve, 200));
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

async function main(): Promise<void> {
  const server = fork(fileURLToPath(import.meta.url), ["--serve"]);
  const port = await new Promise<number>((resolve) => server.once("message", (message) => resolve(Number(message))));
  const url = `http://127.0.0.1:${port}`;
  const stats = async () => (await (await fetch(`${url}/stats`, { headers: { connection: "close" } })).json()) as Stats;
  const model = modelAt(url);
  const { signal } = new AbortController();
  const began = performance.now();
  const heaps: number[] = [];
  for (let from = 0; from < total; from += round) {
    const numbers = Array.from({ length: round }, (_, i) => from + i);
    await inParallel(numbers, (number) => call(model, number, signal));
    heaps.push(await heap());
  }
  const seconds = (performance.now() - began) / 1000;
  const { requests, crossed, peak } = await stats();
  await new Promise((resolve) => setTimeout(resolve, idleSocketsMs));
  const { connections } = await stats();
  server.disconnect();
  const grown = (heaps.at(-1) as number) - (heaps[warm - 1] as number);
  const listeners = getEventListeners(signal, "abort").length;
  const rows: readonly (readonly [what: string, measured: number, most: number])[] = [
    ["listeners left on the shared signal", listeners, 0],
    ["answers that were another call's", wrong, 0],
    ["requests that went with another tenant's key", crossed, 0],
    ["most sockets at once, those being closed included", peak, 2 * atOnce],
    ["sockets left once idle (the asking one included)", connections, 1],
    [`heap grown from call ${warm * round} to ${total}, KB`, Math.round(grown / 1000), 1500],
  ];
  console.log(`${total} calls, ${requests} requests, ${tenants} tenants, ${atOnce} at once, ${seconds.toFixed(1)} s`);
  console.log(`outcomes: ${[...outcomes].map(([name, times]) => `${name} ${times}`).join(", ")}`);
  console.log(`heap after each ${round} calls, KB: ${heaps.map((bytes) => Math.round(bytes / 1000)).join(" ")}`);
  for (const [what, measured, most] of rows)
    console.log(`${measured <= most ? "ok  " : "FAIL"} ${what}: ${measured} (at most ${most})`);
  if (rows.some(([, measured, most]) => measured > most)) process.exitCode = 1;
}

if (process.argv.includes("--serve")) startSoakServer();
else await main();
