/** Prints how fast an audit trail of 100,000 records is written and verified, and how large it is. */
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { verifyTrail } from "../../src/audit/chain.js";
import type { AuditEvent } from "../../src/audit/record.js";
import { fileAuditSink } from "../../src/audit/sinks/file.js";

const records = 100_000;
const atOnce = 100;

const event = (i: number): AuditEvent => ({
  type: "call-ended",
  id: crypto.randomUUID(),
  at: new Date(i * 1000).toISOString(),
  actor: { tenant: "acme", user: "ada" },
  provider: "openai",
  model: "gpt-4.1",
  tags: { tenant: "acme", user: "ada", project: "search" },
  params: { maxOutputTokens: 1000, temperature: 0.5 },
  outcome: "completed",
  ms: 812,
  attempts: 1,
  inputTokens: 1200,
  outputTokens: 340,
  cost: { amount: 0.00512, currency: "USD" },
});

const folder = await mkdtemp(join(tmpdir(), "modelwright-audit-"));
const path = join(folder, "trail.jsonl");
const sink = fileAuditSink(path);
let begin = performance.now();
for (let i = 0; i < records; i += atOnce)
  await Promise.all(Array.from({ length: atOnce }, (_, j) => sink.append([event(i + j)])));
const writing = performance.now() - begin;
begin = performance.now();
const verdict = await verifyTrail(sink.records());
const verifying = performance.now() - begin;
const { size } = await stat(path);
console.log(`${records} records, ${atOnce} at once, each batch flushed to disk`);
console.log(`written   ${(writing / 1000).toFixed(2)} s (${Math.round(records / (writing / 1000))} per second)`);
console.log(`verified  ${(verifying / 1000).toFixed(2)} s, ${verdict.intact ? "intact" : "broken"}`);
console.log(`size      ${(size / 1e6).toFixed(1)} MB (${Math.round(size / records)} bytes per record)`);
await sink.close();
await rm(folder, { recursive: true });
