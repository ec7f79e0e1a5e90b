/** Real Consul, etcd, PostgreSQL and Redis keep the contract of configuration stores, also over restarts. */
import { Client } from "pg";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConfigBackend } from "../../src/registry/backend.js";
import { consulBackend } from "../../src/registry/backends/consul.js";
import { etcdBackend } from "../../src/registry/backends/etcd.js";
import { postgresBackend, postgresSchema } from "../../src/registry/backends/postgres.js";
import { redisBackend } from "../../src/registry/backends/redis.js";
import { type StoreServer, startConsul, startEtcd, startPostgres, startRedis } from "../servers/stores.js";
import { type BackendUnderTest, backendContract } from "./backend-contract.js";

const onServer = (server: StoreServer, connect: BackendUnderTest["connect"]): BackendUnderTest => ({
  connect,
  interrupt: () => server.restart(),
  close: () => server.stop(),
});

const postgresUrl = ({ port }: StoreServer): string => `postgres://postgres@127.0.0.1:${port}/postgres`;

async function createTable(connectionString: string): Promise<void> {
  const client = new Client({ connectionString });
  await client.connect();
  await client.query(postgresSchema());
  await client.end();
}

backendContract(
  "Consul",
  async () => {
    const server = await startConsul();
    return onServer(server, () => consulBackend({ address: `http://127.0.0.1:${server.port}` }));
  },
  { interrupts: true },
);

backendContract(
  "etcd",
  async () => {
    const server = await startEtcd();
    return onServer(server, () => etcdBackend({ address: `http://127.0.0.1:${server.port}` }));
  },
  { interrupts: true },
);

backendContract(
  "PostgreSQL",
  async () => {
    const server = await startPostgres();
    await createTable(postgresUrl(server));
    return onServer(server, () => postgresBackend({ connectionString: postgresUrl(server) }));
  },
  { interrupts: true },
);

backendContract(
  "Redis",
  async () => {
    const server = await startRedis();
    return onServer(server, () => redisBackend({ url: `redis://127.0.0.1:${server.port}` }));
  },
  { interrupts: true },
);

describe("etcd", () => {
  let server: StoreServer;
  let address: string;
  beforeAll(async () => {
    server = await startEtcd();
    address = `http://127.0.0.1:${server.port}`;
  });
  afterAll(() => server.stop());

  const call = async (path: string, body: object): Promise<void> => {
    const answer = await fetch(address + path, { method: "POST", body: JSON.stringify(body) });
    expect(await answer.text(), path).not.toContain("error");
  };

  test("ends a watch whose revision was compacted away: reading again is what helps", async () => {
    const backend = etcdBackend({ address });
    await backend.put("a/x", "1");
    const { revision } = await backend.list("a/");
    for (const value of ["2", "3", "4"]) await backend.put("a/x", value);
    const latest = (await backend.list("a/")).revision;
    await call("/v3/kv/compaction", { revision: latest });
    await backend.watch("a/", revision, AbortSignal.timeout(20_000));
    expect((await backend.list("a/")).entries.get("a/x")?.value).toBe("4");
    await backend.close();
  });

  test("asks for a token when the store has users, and says so when it refuses", async () => {
    const password = "correct-horse";
    await call("/v3/auth/user/add", { name: "root", password });
    await call("/v3/auth/role/add", { name: "root" });
    await call("/v3/auth/user/grant", { user: "root", role: "root" });
    await call("/v3/auth/enable", {});
    const known = etcdBackend({ address, user: "root", password });
    expect(await known.put("b/x", "1")).toMatchObject({ key: "b/x" });
    const wrong = etcdBackend({ address, user: "root", password: "hunter2" });
    const refusal = await wrong.get("b/x").catch((error: unknown) => error);
    expect(refusal).toMatchObject({ code: "permission" });
    expect(String(refusal)).not.toContain("hunter2");
  });
});

describe("a store that cannot be reached", () => {
  const nowhere = "127.0.0.1:1";
  const backends: readonly (() => ConfigBackend)[] = [
    () => consulBackend({ address: `http://${nowhere}`, token: "hunter2" }),
    () => etcdBackend({ address: `http://${nowhere}`, user: "root", password: "hunter2" }),
    () => postgresBackend({ connectionString: `postgres://root:hunter2@${nowhere}/postgres` }),
    () => redisBackend({ url: `redis://root:hunter2@${nowhere}`, config: { socket: { reconnectStrategy: false } } }),
  ];

  test.each(backends.map((make) => [make().name, make] as const))(
    "%s: fails soon and tells no password",
    async (_name, make) => {
      const backend = make();
      const failure = await backend.list("").catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: "network", retryable: true });
      expect(String((failure as Error).stack) + JSON.stringify(failure)).not.toContain("hunter2");
      await backend.close();
    },
  );
});
