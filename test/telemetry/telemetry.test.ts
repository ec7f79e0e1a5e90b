/** Spans reach a real receiver, metrics a real Prometheus, logs a sink: named by the conventions, and without secrets. */

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { createRequire } from "node:module";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-base";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openai } from "../../generated/openai.js";
import { user } from "../../src/index.js";
import { type CallLog, logTelemetry } from "../../src/telemetry/log.js";
import type { Telemetry } from "../../src/telemetry/observe.js";
import { openTelemetry } from "../../src/telemetry/open-telemetry.js";
import { prometheusMetrics } from "../../src/telemetry/prometheus.js";
import { createSimulator } from "../../src/testing.js";
import { debianPackages } from "../servers/debian.js";
import { freePort, startServer } from "../servers/process.js";
import { startOtlpReceiver } from "./otlp-receiver.js";

const secretPrompt = "my salary is 4711";
const secretAnswer = "a long answer about wages";
const key = "sk-simulated-0123456789";
const request = {
  messages: [user(secretPrompt)],
  maxOutputTokens: 50,
  temperature: 0.5,
  tags: { team: "red", user: "ada" },
};

function bed(telemetry: Telemetry) {
  const simulator = createSimulator({
    providers: [openai.facts],
    script: () => ({ text: secretAnswer, usage: { input: 12, output: 34 } }),
  });
  const retry = { maxAttempts: 3, baseMs: 1 };
  const client = openai.create({
    apiKey: key,
    fetch: simulator.fetch,
    baseURL: simulator.baseURL("openai"),
    retry,
    telemetry,
  });
  return { simulator, model: client("gpt-4.1"), embedder: client("text-embedding-3-small") };
}

/** A call, a stream that is left, a call that is sent twice, one that fails, and vectors. */
async function traffic(telemetry: Telemetry): Promise<void> {
  const { simulator, model, embedder } = bed(telemetry);
  await model.chat(request);
  for await (const event of model.stream(request)) if (event.type === "text-delta") break;
  simulator.fail("overloaded");
  await model.chat(request);
  simulator.fail("authentication", { message: secretPrompt });
  await expect(model.chat(request)).rejects.toMatchObject({ code: "authentication" });
  await embedder.embed({ input: secretPrompt });
}

function expectNoSecret(text: string): void {
  for (const secret of [secretPrompt, secretAnswer, key, "ada"]) expect(text).not.toContain(secret);
}

/** Names that the pinned conventions define. */
function conventions(): Set<string> {
  const require = createRequire(import.meta.url);
  const at = require.resolve("@opentelemetry/semantic-conventions/incubating");
  const text = ["attributes", "metrics"]
    .flatMap((kind) => ["experimental", "stable"].map((state) => `${state}_${kind}.cjs`))
    .map((file) => readFileSync(join(at, "..", file), "utf8"))
    .join("\n");
  return new Set([...text.matchAll(/const (?:ATTR|METRIC)_\w+ = "([^"]+)"/g)].map(([, name = ""]) => name));
}

describe("OpenTelemetry", () => {
  let receiver: Awaited<ReturnType<typeof startOtlpReceiver>>;
  const metrics = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metrics, exportIntervalMillis: 3_600_000 });
  beforeAll(async () => {
    receiver = await startOtlpReceiver();
    const exporter = new OTLPTraceExporter({ url: receiver.url });
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const meters = new MeterProvider({ readers: [reader] });
    await traffic(
      await openTelemetry({ tracer: provider.getTracer("test"), meter: meters.getMeter("test"), tags: ["team"] }),
    );
    await provider.forceFlush();
    await reader.forceFlush();
  });
  afterAll(() => receiver?.close());

  test("has a span for each call and one below it for each request", () => {
    const calls = receiver.spans.filter(({ parentSpanId }) => parentSpanId === "");
    const below = (id: string) => receiver.spans.filter(({ parentSpanId }) => parentSpanId === id).length;
    const told = calls.map(({ name, attributes, spanId }) => [name, attributes["modelwright.outcome"], below(spanId)]);
    expect(told.sort()).toEqual(
      [
        ["chat gpt-4.1", "completed", 1],
        ["chat gpt-4.1", "cancelled", 1],
        ["chat gpt-4.1", "completed", 2],
        ["chat gpt-4.1", "failed", 1],
        ["embeddings text-embedding-3-small", "completed", 1],
      ].sort(),
    );
  });

  test("says what was asked and what came of it", () => {
    const [first] = receiver.spans.filter(({ name, parentSpanId }) => name === "chat gpt-4.1" && parentSpanId === "");
    expect(first?.attributes).toMatchObject({
      "gen_ai.operation.name": "chat",
      "gen_ai.provider.name": "openai",
      "gen_ai.request.model": "gpt-4.1",
      "gen_ai.request.max_tokens": 50,
      "gen_ai.request.temperature": 0.5,
      "gen_ai.response.finish_reasons": ["stop"],
      "gen_ai.usage.input_tokens": 12,
      "gen_ai.usage.output_tokens": 34,
      "modelwright.tag.team": "red",
      "server.address": "simulator.invalid",
    });
    const failed = receiver.spans.filter(({ status }) => status.code === 2);
    expect(failed.map(({ attributes }) => attributes["error.type"]).sort()).toEqual([
      "authentication",
      "authentication",
      "overloaded",
    ]);
  });

  test("uses the names of the conventions, and holds no prompt, answer, key or unlisted tag", async () => {
    const known = conventions();
    const names = new Set(receiver.spans.flatMap(({ attributes }) => Object.keys(attributes)));
    expect([...names].filter((name) => !name.startsWith("modelwright.") && !known.has(name))).toEqual([]);
    const exported = metrics.getMetrics().flatMap(({ scopeMetrics }) => scopeMetrics.flatMap((scope) => scope.metrics));
    expect(exported.map(({ descriptor }) => descriptor.name).sort()).toEqual([
      "gen_ai.client.operation.duration",
      "gen_ai.client.operation.time_to_first_chunk",
      "gen_ai.client.token.usage",
    ]);
    for (const { descriptor } of exported) expect(known).toContain(descriptor.name);
    expectNoSecret(receiver.text());
    expectNoSecret(JSON.stringify(exported));
  });

  test("holds what was said where it is asked to, as it is told to", async () => {
    const before = receiver.spans.length;
    const exporter = new OTLPTraceExporter({ url: receiver.url });
    const provider = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] });
    const content = (messages: unknown): string => JSON.stringify(messages).replace(/\d+/g, "#");
    await bed(await openTelemetry({ tracer: provider.getTracer("test"), content })).model.chat(request);
    await provider.forceFlush();
    const kept = receiver.spans.slice(before).map(({ attributes }) => attributes["gen_ai.input.messages"]);
    expect(kept.filter((text) => text !== undefined)).toEqual([expect.stringContaining("my salary is #")]);
  });
});

describe("Prometheus", () => {
  test("scrapes what calls did", async () => {
    const telemetry = prometheusMetrics();
    await traffic(telemetry);
    expectNoSecret(telemetry.text());
    const target = createServer((_request, response) =>
      response.writeHead(200, { "content-type": telemetry.contentType }).end(telemetry.text()),
    );
    await new Promise<void>((resolve) => target.listen(0, "127.0.0.1", resolve));
    const folder = mkdtempSync(join(tmpdir(), "modelwright-prometheus-"));
    const port = await freePort();
    const config = {
      scrape_configs: [
        {
          job_name: "modelwright",
          scrape_interval: "200ms",
          scrape_timeout: "200ms",
          static_configs: [{ targets: [`127.0.0.1:${(target.address() as AddressInfo).port}`] }],
        },
      ],
    };
    writeFileSync(join(folder, "prometheus.yml"), JSON.stringify(config));
    const tree = await debianPackages("prometheus", { suite: "bookworm", packages: ["prometheus"] });
    const program = tree.program("/usr/bin/prometheus");
    const options = ["--config.file", join(folder, "prometheus.yml"), "--storage.tsdb.path", join(folder, "data")];
    const server = await startServer({
      name: "Prometheus",
      ...program,
      args: [...program.args, ...options, "--web.listen-address", `127.0.0.1:${port}`],
      ready: async () => (await fetch(`http://127.0.0.1:${port}/-/ready`)).ok,
    });
    const query = async (text: string): Promise<number | undefined> => {
      const answer = await fetch(`http://127.0.0.1:${port}/api/v1/query?query=${encodeURIComponent(text)}`);
      const { data } = (await answer.json()) as { data: { result: { value: [number, string] }[] } };
      return data.result[0] === undefined ? undefined : Number(data.result[0].value[1]);
    };
    try {
      await expect.poll(() => query("sum(modelwright_calls_total)"), { timeout: 20_000 }).toBe(5);
      expect(await query("sum(modelwright_attempts_total)")).toBe(6);
      expect(await query('modelwright_attempts_total{code="overloaded",model="gpt-4.1"}')).toBe(1);
      expect(await query('sum(modelwright_tokens_total{type="output"})')).toBe(68);
      expect(await query("sum(modelwright_cost_total)")).toBeGreaterThan(0);
      expect(await query('modelwright_call_duration_seconds_bucket{le="+Inf",operation="embeddings"}')).toBe(1);
    } finally {
      await server.stop();
      target.close();
      rmSync(folder, { recursive: true, force: true });
    }
  });

  test("keeps labels whole, whatever a model is called", async () => {
    const telemetry = prometheusMetrics();
    const odd = 'a"b\\c\nd';
    const end = await textAfterCall(telemetry, odd);
    expect(end).toContain('model="a\\"b\\\\c\\nd"');
    expect(
      end.split("\n").filter((line) => line !== "" && !line.startsWith("#") && !/^\w+\{[^\n]*\} [\d.e-]+$/.test(line)),
    ).toEqual([]);
  });
});

/** The text after one call of a model with this id. */
async function textAfterCall(telemetry: ReturnType<typeof prometheusMetrics>, modelId: string): Promise<string> {
  const model = openai.facts.models["gpt-4.1"];
  const connection = { region: () => undefined };
  const call = { provider: openai.facts, modelId, model, connection, attempts: [] } as unknown;
  const answered = { status: 200, requestId: undefined, usage: undefined };
  await telemetry.call(async () => answered)(call as never);
  return telemetry.text();
}

test("logs say what happened, without what was said", async () => {
  const records: CallLog[] = [];
  await traffic(logTelemetry((record) => records.push(record)));
  expect(records.map(({ level, message, code }) => [level, message, code])).toEqual([
    ["info", "chat openai/gpt-4.1 completed", undefined],
    ["info", "chat openai/gpt-4.1 cancelled", undefined],
    ["warn", "chat openai/gpt-4.1 request failed", "overloaded"],
    ["info", "chat openai/gpt-4.1 completed", undefined],
    ["warn", "chat openai/gpt-4.1 request failed", "authentication"],
    ["error", "chat openai/gpt-4.1 failed", "authentication"],
    ["info", "embeddings openai/text-embedding-3-small completed", undefined],
  ]);
  expect(records[0]).toMatchObject({ inputTokens: 12, outputTokens: 34, currency: "USD", tags: { team: "red" } });
  for (const secret of [secretPrompt, secretAnswer, key]) expect(JSON.stringify(records)).not.toContain(secret);
});
