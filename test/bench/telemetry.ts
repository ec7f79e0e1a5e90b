/** Prints what watching costs a call: nothing set, logs, Prometheus, OpenTelemetry without and with a recording SDK. */
import { BasicTracerProvider, BatchSpanProcessor, InMemorySpanExporter } from "@opentelemetry/sdk-trace-base";
import { openai } from "../../generated/openai.js";
import { user } from "../../src/index.js";
import { logTelemetry } from "../../src/telemetry/log.js";
import type { Telemetry } from "../../src/telemetry/observe.js";
import { openTelemetry } from "../../src/telemetry/open-telemetry.js";
import { prometheusMetrics } from "../../src/telemetry/prometheus.js";
import { createSimulator } from "../../src/testing.js";

const rounds = 7;
const calls = 400;

const simulator = createSimulator({ providers: [openai.facts], script: () => "Hello" });
const recording = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(new InMemorySpanExporter())] });
const variants: { readonly [name: string]: Telemetry | undefined } = {
  "nothing set": undefined,
  logs: logTelemetry(() => {}),
  Prometheus: prometheusMetrics(),
  "OpenTelemetry, no SDK": await openTelemetry(),
  "OpenTelemetry, recording": await openTelemetry({ tracer: recording.getTracer("bench") }),
};

function modelWith(telemetry: Telemetry | undefined) {
  const connection = { apiKey: "simulated", fetch: simulator.fetch, baseURL: simulator.baseURL("openai") };
  return openai.create(telemetry === undefined ? connection : { ...connection, telemetry })("gpt-4.1");
}

async function cpuPerCall(model: ReturnType<typeof modelWith>): Promise<number> {
  const begin = process.cpuUsage();
  for (let i = 0; i < calls; i += 1) await model.chat({ messages: [user("Hi")] });
  const { user: spent, system } = process.cpuUsage(begin);
  simulator.reset();
  return (spent + system) / calls;
}

const models = Object.entries(variants).map(([name, telemetry]) => ({
  name,
  model: modelWith(telemetry),
  times: [] as number[],
}));
for (const { model } of models) await cpuPerCall(model);
for (let round = 0; round < rounds; round += 1)
  for (const { model, times } of models) times.push(await cpuPerCall(model));

const median = (times: number[]): number => times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? 0;
const base = median(models[0]?.times ?? []);
console.log(`CPU per call with the simulator in process, median of ${rounds} rounds of ${calls} calls`);
for (const { name, times } of models)
  console.log(
    `${name.padEnd(26)}${median(times).toFixed(0).padStart(6)} us ${(median(times) / base).toFixed(2).padStart(6)}x`,
  );
