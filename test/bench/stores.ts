/** Prints how long a change takes from a write to another instance's callback, for each store, on real servers. */
import { Client } from "pg";
import type { ConfigBackend } from "../../src/registry/backend.js";
import { consulBackend } from "../../src/registry/backends/consul.js";
import { etcdBackend } from "../../src/registry/backends/etcd.js";
import { postgresBackend, postgresSchema } from "../../src/registry/backends/postgres.js";
import { redisBackend } from "../../src/registry/backends/redis.js";
import { followBackend } from "../../src/registry/follow-backend.js";
import { type StoreServer, startConsul, startEtcd, startPostgres, startRedis } from "../servers/stores.js";
import { rounds } from "./command-line.js";
import { type Figure, record } from "./record.js";

const changes = rounds(100, 40);

async function measure(name: string, server: StoreServer, connect: () => ConfigBackend): Promise<string[]> {
  const [writer, reader] = [connect(), connect()];
  let seen = "";
  let tell = (): void => {};
  const end = followBackend(reader, {
    prefix: "bench/",
    onSnapshot: ({ entries }) => {
      seen = entries.get("bench/x")?.value ?? "";
      tell();
    },
  });
  const times: number[] = [];
  for (let i = 0; i < changes; i += 1) {
    const value = `${i}`;
    const begin = performance.now();
    const arrived = new Promise<void>((resolve) => {
      tell = () => seen === value && resolve();
    });
    await writer.put("bench/x", value);
    tell();
    await arrived;
    times.push(performance.now() - begin);
  }
  await end();
  await Promise.all([writer.close(), reader.close()]);
  await server.stop();
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor((times.length - 1) * share)] ?? 0).toFixed(1);
  return [name, at(0.5), at(0.99), at(1)];
}

const consul = await startConsul();
const rows = [await measure("Consul 1.8", consul, () => consulBackend({ address: `http://127.0.0.1:${consul.port}` }))];
const etcd = await startEtcd();
rows.push(await measure("etcd 3.4", etcd, () => etcdBackend({ address: `http://127.0.0.1:${etcd.port}` })));
const postgres = await startPostgres();
const connectionString = `postgres://postgres@127.0.0.1:${postgres.port}/postgres`;
const client = new Client({ connectionString });
await client.connect();
await client.query(postgresSchema());
await client.end();
rows.push(await measure("PostgreSQL 15", postgres, () => postgresBackend({ connectionString })));
const redis = await startRedis();
rows.push(await measure("Redis 7", redis, () => redisBackend({ url: `redis://127.0.0.1:${redis.port}` })));

console.log(`${changes} changes, from the call of put to another instance's callback, ms`);
const figures: { [name: string]: Figure } = {};
for (const [name = "", p50, p99, max] of rows)
  figures[`${name}: put to another instance's callback, p99`] = {
    ours: Number(p99),
    most: 1_000,
    unit: " ms",
    why: [`${p50} ms p50`, `${p99} ms p99`, `${max} ms at most`],
  };
record("stores", figures);
for (const [name = "", ...numbers] of [["store", "p50", "p99", "max"], ...rows])
  console.log(name.padEnd(16) + numbers.map((number) => number.padStart(8)).join(""));
