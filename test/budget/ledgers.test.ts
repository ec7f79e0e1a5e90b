/** Memory, file, PostgreSQL and Redis keep the contract of ledgers; a file that was cut off is mended. */
import { appendFile, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client } from "pg";
import { afterAll, describe, expect, test } from "vitest";
import { fileLedger } from "../../src/budget/ledgers/file.js";
import { memoryLedger } from "../../src/budget/ledgers/memory.js";
import { postgresLedger, postgresLedgerSchema } from "../../src/budget/ledgers/postgres.js";
import { redisLedger } from "../../src/budget/ledgers/redis.js";
import { startPostgres, startRedis } from "../servers/stores.js";
import { holdOf, ledgerContract } from "./ledger-contract.js";

const folder = await mkdtemp(join(tmpdir(), "modelwright-ledger-"));
afterAll(() => rm(folder, { recursive: true, force: true }));

ledgerContract("memory", async () => {
  const one = memoryLedger();
  return { connect: () => one, close: async () => {} };
});

ledgerContract("file", async () => ({
  connect: () => fileLedger(join(folder, "contract.jsonl")),
  close: async () => {},
}));

ledgerContract("PostgreSQL", async () => {
  const server = await startPostgres();
  const connectionString = `postgres://postgres@127.0.0.1:${server.port}/postgres`;
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(postgresLedgerSchema);
  await client.end();
  return { connect: () => postgresLedger({ connectionString, config: { max: 3 } }), close: () => server.stop() };
});

ledgerContract("Redis", async () => {
  const server = await startRedis();
  return { connect: () => redisLedger({ url: `redis://127.0.0.1:${server.port}` }), close: () => server.stop() };
});

describe("the ledger in a file", () => {
  test("takes back a line that a crash cut off, and goes on", async () => {
    const path = join(folder, "torn.jsonl");
    const before = fileLedger(path);
    await before.hold(holdOf("a", 10n));
    await appendFile(path, '{"settle":{"id":"x","amo');
    const after = fileLedger(path);
    expect(await after.used("a", 0)).toEqual({ spent: 0n, held: 10n });
    await after.hold(holdOf("a", 5n));
    expect(await before.used("a", 0)).toEqual({ spent: 0n, held: 15n });
    for (const line of (await readFile(path, "utf8")).trim().split("\n")) JSON.parse(line);
  });

  test("refuses a file that is no ledger", async () => {
    const path = join(folder, "other.txt");
    await appendFile(path, "hello\n");
    await expect(fileLedger(path).used("a", 0)).rejects.toMatchObject({ code: "invalid-response" });
  });
});
