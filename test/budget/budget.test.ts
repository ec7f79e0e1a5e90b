/** Budgets hold under load, over processes and over a crash; they alert once, wait, degrade and block as they are told. */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Client as PostgresClient } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { openai } from "../../generated/openai.js";
import { budget } from "../../src/budget/budget.js";
import type { Ledger } from "../../src/budget/ledger.js";
import { fileLedger } from "../../src/budget/ledgers/file.js";
import { memoryLedger } from "../../src/budget/ledgers/memory.js";
import { postgresLedger, postgresLedgerSchema } from "../../src/budget/ledgers/postgres.js";
import { redisLedger } from "../../src/budget/ledgers/redis.js";
import type { BudgetLimit } from "../../src/budget/limit.js";
import { units } from "../../src/budget/money.js";
import { reportAsCsv, spendReport } from "../../src/budget/report.js";
import { failover, user } from "../../src/index.js";
import { type StoreServer, startPostgres, startRedis } from "../servers/stores.js";
import { callAll, clientOf, costOfCall, modelId, request, simulate } from "./support.js";

const inTotal = (amount: number, rest: Partial<BudgetLimit> = {}): BudgetLimit[] => [
  { amount, window: "total", ...rest },
];

async function spentOf(ledger: Ledger): Promise<number> {
  let sum = 0n;
  for await (const { amount } of ledger.spends()) sum += amount;
  return units(sum);
}

let folder: string;
let postgres: StoreServer;
let redis: StoreServer;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "modelwright-budget-"));
  [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
  const client = new PostgresClient({ connectionString: postgresUrl() });
  await client.connect();
  await client.query(postgresLedgerSchema);
  await client.end();
});
afterAll(async () => {
  await Promise.all([postgres?.stop(), redis?.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const postgresUrl = (): string => `postgres://postgres@127.0.0.1:${postgres.port}/postgres`;
const redisUrl = (): string => `redis://127.0.0.1:${redis.port}`;

const ledgers: { readonly [kind: string]: { where(): string; open(): Ledger } } = {
  file: { where: () => join(folder, "ledger.jsonl"), open: () => fileLedger(ledgers.file?.where() ?? "") },
  postgres: { where: postgresUrl, open: () => postgresLedger({ connectionString: postgresUrl() }) },
  redis: { where: redisUrl, open: () => redisLedger({ url: redisUrl() }) },
};

describe("1,000 calls at once on a budget for ten", () => {
  test("in memory: never above it, and not far below", async () => {
    const [simulator, ledger] = [simulate(), memoryLedger()];
    const limit = 10.5 * costOfCall;
    const answered = await callAll([clientOf(simulator, { ledger, limits: inTotal(limit) })], 1000);
    expect(simulator.requests).toHaveLength(answered);
    expect(await spentOf(ledger)).toBeCloseTo(answered * costOfCall, 9);
    expect(await spentOf(ledger)).toBeLessThanOrEqual(limit);
    expect(answered).toBeGreaterThanOrEqual(8);
  });

  test.each(Object.keys(ledgers))("in %s, by four processes' clients, one of which died on the way", async (kind) => {
    const { where, open } = ledgers[kind] as NonNullable<(typeof ledgers)[string]>;
    const limit = 10.5 * costOfCall;
    const killed = new URL("killed.ts", import.meta.url).pathname;
    const node = ["--conditions=modelwright-source", "--import", import.meta.resolve("tsx"), killed];
    const died = await new Promise((resolve) =>
      execFile(process.execPath, [...node, kind, where(), String(limit)], (error) => resolve(error?.signal)),
    );
    expect(died).toBe("SIGKILL");
    const simulator = simulate();
    const connected = Array.from({ length: 4 }, open);
    const clients = connected.map((ledger) => clientOf(simulator, { ledger, limits: inTotal(limit) }));
    const answered = await callAll(clients, 1000);
    const [ledger] = connected as [Ledger];
    expect(simulator.requests).toHaveLength(answered);
    expect(await spentOf(ledger)).toBeCloseTo(answered * costOfCall, 9);
    // What the dead one had held counts: its call may have been billed.
    expect((answered + 1) * costOfCall).toBeLessThanOrEqual(limit);
    expect(answered).toBeGreaterThanOrEqual(7);
    await Promise.all(connected.map((each) => each.close()));
  });
});

describe("a budget", () => {
  test("tells of each share once", async () => {
    const [simulator, alerts] = [simulate(), [] as string[]];
    const onAlert = (alert: { limit: string; share: number }) => alerts.push(`${alert.limit} ${alert.share}`);
    const limits = inTotal(10 * costOfCall, { name: "trial", alertAt: [0.5, 0.8] });
    const client = clientOf(simulator, { limits, onAlert });
    for (let i = 0; i < 9; i += 1) await client.chat(request);
    expect(alerts).toEqual(["trial 0.5", "trial 0.8"]);
  });

  test("tells of the whole once, whoever is refused", async () => {
    const [simulator, ledger, alerts] = [simulate(), fileLedger(join(folder, "alerts.jsonl")), [] as number[]];
    const onAlert = ({ share }: { share: number }) => alerts.push(share);
    const limits = inTotal(10 * costOfCall);
    const clients = [0, 1].map(() => clientOf(simulator, { ledger, limits, onAlert }));
    expect(await callAll(clients, 1)).toBe(1);
    for (let i = 0; i < 10; i += 1) await callAll([clients[i % 2] as (typeof clients)[0]], 2);
    expect(alerts).toEqual([0.8, 1]);
    await ledger.close();
  });

  test("keeps tags apart, and each window begins anew", async () => {
    const simulator = simulate();
    let now = Date.UTC(2026, 0, 31, 23);
    const limits: BudgetLimit[] = [{ amount: 1.5 * costOfCall, window: "day", by: ["team"] }];
    const client = clientOf(simulator, { limits, now: () => now });
    const as = (team: string) => client.chat({ ...request, tags: { team } });
    await as("red");
    await expect(as("red")).rejects.toMatchObject({ code: "budget-exceeded", provider: "openai", model: modelId });
    await as("blue");
    now += 2 * 3_600_000;
    await as("red");
    expect(simulator.requests).toHaveLength(3);
  });

  test("goes on to a cheaper model in a route", async () => {
    const simulator = simulate();
    const connection = { apiKey: "simulated", fetch: simulator.fetch, baseURL: simulator.baseURL("openai") };
    const limits = inTotal(1.5 * costOfCall, { models: [`openai/${modelId}`] });
    const client = openai.create({ ...connection, retry: false, budget: budget({ limits }) });
    const group = failover([client(modelId), client("gpt-4.1-nano")]);
    const models = [(await group.chat(request)).model, (await group.chat(request)).model];
    expect(models).toEqual([modelId, "gpt-4.1-nano"]);
  });

  test("waits for room where it is told to", async () => {
    const simulator = simulate();
    // Room for one call at a time: two bounds do not fit, two costs do.
    const limits = inTotal(2.1 * costOfCall, { onExceed: "wait" });
    const client = clientOf(simulator, { limits });
    expect(await callAll([client], 2)).toBe(2);
    const short = clientOf(simulator, { limits: inTotal(0.1 * costOfCall, { onExceed: "wait" }), maxWaitMs: 60 });
    await expect(short.chat(request)).rejects.toMatchObject({ code: "budget-exceeded" });
  });

  test("holds and settles streams, also those that nobody reads to the end", async () => {
    const [simulator, ledger] = [simulate(), memoryLedger()];
    const client = clientOf(simulator, { ledger, limits: inTotal(1) });
    for await (const _event of client.stream(request));
    for await (const event of client.stream(request)) if (event.type === "text-delta") break;
    await expect.poll(async () => (await spendReport(ledger, { by: ["provider"] }))[0]?.calls).toBe(2);
    const [row] = await spendReport(ledger, { by: ["provider"] });
    expect(row).toMatchObject({ estimated: 1, inputTokens: expect.any(Number) });
    expect(row?.amount).toBeGreaterThan(costOfCall);
    expect(row?.amount).toBeLessThan(2 * costOfCall);
  });

  test("gives back what failed calls had held", async () => {
    const [simulator, ledger] = [simulate(), memoryLedger()];
    simulator.fail("authentication");
    const client = clientOf(simulator, { ledger, limits: inTotal(1.5 * costOfCall) });
    await expect(client.chat(request)).rejects.toMatchObject({ code: "authentication" });
    await client.chat(request);
    expect(await spentOf(ledger)).toBeCloseTo(costOfCall, 9);
  });

  test("lets nothing pass whose cost nothing bounds, unless told to", async () => {
    const simulator = simulate();
    const limits = inTotal(1, { currency: "EUR" });
    const refused = clientOf(simulator, { limits });
    await expect(refused.chat(request)).rejects.toThrow(/unknown: no rate is given from USD to EUR/);
    await clientOf(simulator, { limits, unknownCost: "allow" }).chat(request);
    await clientOf(simulator, { limits, rates: { USD: 0.9 } }).chat(request);
    expect(simulator.requests).toHaveLength(2);
  });

  test("holds all that a model can answer where the body goes out with members of the caller's own", async () => {
    const [simulator, most] = [simulate(), openai.facts.models[modelId]?.limits.output ?? 0];
    const client = clientOf(simulator, { limits: inTotal(1.5 * costOfCall) });
    const lifted = { ...request, extraBody: { max_completion_tokens: most } };
    await expect(client.chat(lifted)).rejects.toMatchObject({ code: "budget-exceeded" });
    expect(simulator.requests).toEqual([]);
  });

  test("counts in one currency", () => {
    const limits = [{ amount: 1 }, { amount: 7, currency: "CNY", name: "yuan" }];
    expect(() => budget({ limits })).toThrow('the limit "yuan" must be in USD as the first one is, not CNY');
  });

  test.each([
    [{ amount: -1 }, "limits[0].amount"],
    [{ amount: Number.NaN }, "limits[0].amount"],
    [{ amount: 1, currency: "usd" }, "limits[0].currency"],
    [{ amount: 1, window: "week" as "day" }, "limits[0].window must be one of hour, day, month, total"],
    [{ amount: 1, alertAt: [2] }, "limits[0].alertAt"],
  ])("refuses the limit %j", (limit, message) => {
    expect(() => budget({ limits: [limit] })).toThrow(message);
  });
});

describe("a report", () => {
  test("sums by tags and time to what the ledger holds, largest first", async () => {
    const [simulator, ledger] = [simulate(), memoryLedger()];
    let now = Date.UTC(2026, 0, 1);
    const client = clientOf(simulator, { ledger, limits: inTotal(100), now: () => now });
    const teams = ["red", "blue", "red", "=cmd()", "red", "blue"];
    for (const team of teams) {
      await client.chat({ messages: [user("Hi")], maxOutputTokens: 1000, tags: { team } });
      now += 20 * 86_400_000;
    }
    const by = ["tag:team"];
    const rows = await spendReport(ledger, { by });
    expect(rows.map(({ group, calls }) => [...group, calls])).toEqual([
      ["red", 3],
      ["blue", 2],
      ["=cmd()", 1],
    ]);
    expect(rows.reduce((sum, { amount }) => sum + amount, 0)).toBeCloseTo(await spentOf(ledger), 9);
    expect(reportAsCsv(rows, by)).toContain("\r\n'=cmd(),USD,");
    const january = await spendReport(ledger, { by: ["month", "model"], until: Date.UTC(2026, 1, 1) });
    expect(january).toMatchObject([{ group: ["2026-01", `openai/${modelId}`], calls: 2 }]);
  });
});
