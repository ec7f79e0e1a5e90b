/** The trail of calls: what it keeps, what it never keeps, what happens when it cannot be written, and that changes show. */
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { openai } from "../../generated/openai.js";
import { type AuditOptions, audit } from "../../src/audit/audit.js";
import { verifyTrail } from "../../src/audit/chain.js";
import { exportTrail } from "../../src/audit/export.js";
import type { AuditEvent, AuditRecord, AuditSink } from "../../src/audit/record.js";
import { fileAuditSink } from "../../src/audit/sinks/file.js";
import { memoryAuditSink } from "../../src/audit/sinks/memory.js";
import { postgresAuditSchema, postgresAuditSink } from "../../src/audit/sinks/postgres.js";
import { budget } from "../../src/budget/budget.js";
import { ModelwrightError } from "../../src/errors.js";
import { user } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";
import { startPostgres } from "../servers/stores.js";

const folder = await mkdtemp(join(tmpdir(), "modelwright-audit-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

const secretPrompt = "my salary is 4711";
const request = {
  messages: [user(secretPrompt)],
  maxOutputTokens: 50,
  temperature: 0.5,
  tags: { tenant: "acme", user: "ada", project: "x" },
};

function bed(options: AuditOptions, rest: object = {}) {
  const simulator = createSimulator({
    providers: [openai.facts],
    script: () => ({ text: "A long answer about wages." }),
  });
  const connection = { apiKey: "sk-simulated-key", fetch: simulator.fetch, baseURL: simulator.baseURL("openai") };
  const client = openai.create({ ...connection, retry: false, audit: audit(options), ...rest });
  return { simulator, client, model: client("gpt-4.1"), embedder: client("text-embedding-3-small") };
}

async function all(records: AsyncIterable<AuditRecord>): Promise<AuditRecord[]> {
  const found: AuditRecord[] = [];
  for await (const record of records) found.push(record);
  return found;
}

describe("a trail", () => {
  test("says who called which model when, with what parameters and outcome, and nothing that was said", async () => {
    const sink = memoryAuditSink();
    const { model, embedder, simulator } = bed({ sink });
    const reply = await model.chat(request);
    for await (const event of model.stream(request)) if (event.type === "text-delta") break;
    simulator.fail("rate-limited");
    await expect(model.chat(request)).rejects.toMatchObject({ code: "rate-limited" });
    await embedder.embed({ input: secretPrompt });
    await expect.poll(async () => (await all(sink.records())).length).toBe(8);
    const records = await all(sink.records());
    const ended = records.map(({ event }) => event).filter((event) => event.type === "call-ended");
    expect(ended.map(({ outcome, code }) => [outcome, code])).toEqual([
      ["completed", undefined],
      ["cancelled", undefined],
      ["failed", "rate-limited"],
      ["completed", undefined],
    ]);
    expect(ended[0]).toMatchObject({
      actor: { tenant: "acme", user: "ada" },
      provider: "openai",
      model: "gpt-4.1",
      params: { maxOutputTokens: 50, temperature: 0.5 },
      attempts: 1,
      requestId: reply.requestId,
      inputTokens: reply.usage.inputTokens,
      outputTokens: reply.usage.outputTokens,
      cost: { currency: "USD", amount: reply.cost.state === "known" ? reply.cost.amount : undefined },
    });
    const text = JSON.stringify(records);
    for (const secret of [secretPrompt, "wages", "sk-simulated-key"]) expect(text).not.toContain(secret);
    expect(await verifyTrail(records)).toMatchObject({ intact: true, end: { seq: 8 } });
  });

  test("keeps content where it is asked to, as it is told to", async () => {
    const sink = memoryAuditSink();
    const content = (said: unknown): string => JSON.stringify(said).replace(/\d+/g, "#");
    await bed({ sink, content }).model.chat(request);
    const [started, ended] = (await all(sink.records())).map(({ event }) => event);
    expect(started).toMatchObject({ input: expect.stringContaining("my salary is #") });
    expect(ended).toMatchObject({ output: '"A long answer about wages."' });
    expect(JSON.stringify([started, ended])).not.toContain("4711");
  });

  test("has calls of other kinds, with their parameters, and what was asked only on request", async () => {
    const [sink, full] = [memoryAuditSink(), memoryAuditSink()];
    const work = async ({ client }: ReturnType<typeof bed>): Promise<void> => {
      await client("tts-1-hd").speech({ input: secretPrompt, voice: "alloy", speed: 1.5 });
      await client("gpt-4o-mini-tts").speech({ input: "Hi", voice: "alloy", instructions: secretPrompt });
      await client("text-embedding-3-small").embed({ input: secretPrompt, dimensions: 256 });
    };
    await work(bed({ sink }));
    await work(bed({ sink: full, content: (content) => JSON.stringify(content).replace(/\d+/g, "#") }));
    const started = async (from: AuditSink) =>
      (await all(from.records())).map(({ event }) => event).filter((event) => event.type === "call-started");
    const parameters = [{ voice: "alloy", speed: 1.5 }, { voice: "alloy" }, { dimensions: 256 }];
    expect((await started(sink)).map(({ params }) => params)).toEqual(parameters);
    expect(JSON.stringify(await all(sink.records()))).not.toContain(secretPrompt);
    const kept = (await started(full)).map(({ input }) => input);
    expect(kept).toEqual(['{"input":"my salary is #"}', '{"input":"Hi"}', '["my salary is #"]']);
  });

  test("has the calls that a budget refused", async () => {
    const sink = memoryAuditSink();
    const { model, simulator } = bed({ sink }, { budget: budget({ limits: [{ amount: 0 }] }) });
    await expect(model.chat(request)).rejects.toMatchObject({ code: "budget-exceeded" });
    expect((await all(sink.records())).at(-1)?.event).toMatchObject({
      outcome: "failed",
      code: "budget-exceeded",
      attempts: 0,
    });
    expect(simulator.requests).toHaveLength(0);
  });
});

describe("a sink that fails", () => {
  const broken: AuditSink = {
    ...memoryAuditSink(),
    name: "broken",
    append: () => Promise.reject(new ModelwrightError("network", "broken: no disk")),
  };

  test("stops calls before they are sent, unless told to go on", async () => {
    const strict = bed({ sink: broken });
    await expect(strict.model.chat(request)).rejects.toThrow("the audit trail (broken) cannot be written");
    expect(strict.simulator.requests).toHaveLength(0);
    const failures: unknown[] = [];
    const lax = bed({
      sink: broken,
      whenSinkFails: "continue",
      onSinkFailure: (error, lost) => failures.push([error, lost]),
    });
    expect((await lax.model.chat(request)).text).toContain("wages");
    expect(failures).toEqual([[expect.objectContaining({ code: "network" }), 1]]);
  });
});

const event = (i: number): AuditEvent => ({
  type: "catalog-changed",
  id: `${i}`,
  at: new Date(Date.UTC(2026, 0, 1) + i * 1000).toISOString(),
  actor: { user: "ädä" },
  generation: `${i}`,
  summary: `change ${i}`,
});

describe.each([
  [
    "memory",
    async () => ({
      open: (() => {
        const one = memoryAuditSink();
        return () => one;
      })(),
      stop: async () => {},
    }),
  ],
  ["file", async () => ({ open: () => fileAuditSink(join(folder, "shared.jsonl")), stop: async () => {} })],
  [
    "PostgreSQL",
    async () => {
      const server = await startPostgres();
      const connectionString = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
      const client = new Client({ connectionString });
      await client.connect();
      await client.query(postgresAuditSchema);
      await client.end();
      return { open: () => postgresAuditSink({ connectionString }), stop: () => server.stop() };
    },
  ],
] as const)("the sink %s", (_name, start) => {
  test("makes one chain of what many write at once", async () => {
    const { open, stop } = await start();
    const sinks = [open(), open(), open()] as const;
    await Promise.all(
      Array.from({ length: 90 }, (_, i) => sinks[(i % 3) as 0 | 1 | 2].append([event(2 * i), event(2 * i + 1)])),
    );
    const records = await all(sinks[0].records());
    expect(new Set(records.map(({ event: { id } }) => id)).size).toBe(180);
    expect(await verifyTrail(records)).toMatchObject({ intact: true, end: { seq: 180 } });
    const from = Date.UTC(2026, 0, 1, 0, 1);
    expect(
      (await all(exportTrail(sinks[1], { from, until: from + 5000 })))
        .map(({ event: { id } }) => Number(id))
        .sort((a, b) => a - b),
    ).toEqual([60, 61, 62, 63, 64]);
    await Promise.all(sinks.map((sink) => sink.close()));
    await stop();
  });
});

describe("tampering", () => {
  test.each<[string, (lines: string[]) => void, number]>([
    ["changed", (lines) => lines.splice(4, 1, (lines[4] ?? "").replace("change 4", "change 5")), 5],
    ["removed", (lines) => lines.splice(2, 1), 3],
    ["moved", (lines) => lines.splice(1, 2, lines[2] ?? "", lines[1] ?? ""), 2],
    ["repeated", (lines) => lines.splice(3, 0, lines[2] ?? ""), 4],
  ])("shows: a line %s", async (what, tamper, at) => {
    const path = join(folder, `${what}.jsonl`);
    const sink = fileAuditSink(path);
    await sink.append(Array.from({ length: 8 }, (_, i) => event(i)));
    const lines = (await readFile(path, "utf8")).trim().split("\n");
    tamper(lines);
    await writeFile(path, `${lines.join("\n")}\n`);
    expect(await verifyTrail(fileAuditSink(path).records())).toMatchObject({ intact: false, seq: at });
  });

  test("shows: lines cut off at the end, against a record that was noted", async () => {
    const path = join(folder, "cut.jsonl");
    const sink = fileAuditSink(path);
    await sink.append(Array.from({ length: 8 }, (_, i) => event(i)));
    const verdict = await verifyTrail(sink.records());
    const lines = (await readFile(path, "utf8")).trim().split("\n").slice(0, 5);
    await writeFile(path, `${lines.join("\n")}\n`);
    expect(await verifyTrail(sink.records())).toMatchObject({ intact: true });
    const noted = verdict.intact ? verdict.end : undefined;
    expect(await verifyTrail(sink.records(), noted)).toEqual({
      intact: false,
      seq: 6,
      reason: "records up to 8 are missing at the end",
    });
  });
});
