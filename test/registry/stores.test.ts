/** Real Consul, etcd, PostgreSQL, Redis, S3 (Ceph) and DynamoDB (dynalite) keep the contract of configuration stores, also over restarts. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ConfigBackend } from "../../src/registry/backend.js";
import { AwsStore } from "../../src/registry/backends/aws-store.js";
import { consulBackend } from "../../src/registry/backends/consul.js";
import { dynamodbBackend } from "../../src/registry/backends/dynamodb.js";
import { etcdBackend } from "../../src/registry/backends/etcd.js";
import { postgresBackend } from "../../src/registry/backends/postgres.js";
import { redisBackend } from "../../src/registry/backends/redis.js";
import { s3Backend } from "../../src/registry/backends/s3.js";
import { cephUser } from "../servers/ceph.js";
import { type StoreServer, startConsul, startEtcd } from "../servers/stores.js";
import { backendContract } from "./backend-contract.js";
import { type StartedStore, storeKinds } from "./started-stores.js";

for (const { name, start } of storeKinds) backendContract(name, start, { interrupts: true });

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

describe("Consul, shared by teams", () => {
  const management = "00000000-0000-4000-8000-000000000001";
  let server: StoreServer;
  let address: string;
  beforeAll(async () => {
    server = await startConsul({ management });
    address = `http://127.0.0.1:${server.port}`;
  });
  afterAll(() => server.stop());

  const manage = async (path: string, body: object): Promise<{ readonly SecretID: string }> => {
    const headers = { "x-consul-token": management };
    const answer = await fetch(`${address}/v1/acl/${path}`, { method: "PUT", headers, body: JSON.stringify(body) });
    expect(answer.status, path).toBe(200);
    return answer.json() as Promise<{ readonly SecretID: string }>;
  };

  test("lets each team's token at its own folder, and says that it refuses the others", async () => {
    const teams = await Promise.all(
      ["a", "b"].map(async (team) => {
        const Rules = `key_prefix "teams/${team}/" { policy = "write" }`;
        await manage("policy", { Name: team, Rules });
        return (await manage("token", { Policies: [{ Name: team }] })).SecretID;
      }),
    );
    const [a = "", b = ""] = teams;
    const own = consulBackend({ address, token: a, folder: "teams/a/" });
    const foreign = consulBackend({ address, token: b, folder: "teams/a/" });
    const stranger = consulBackend({ address, token: "hunter2", folder: "teams/a/" });
    await own.put("x", "1");
    expect([...(await own.list("")).entries.keys()]).toEqual(["x"]);
    for (const backend of [foreign, stranger]) {
      const refusals = await Promise.all(
        [backend.put("x", "2"), backend.delete("x"), backend.list("")].map((asked) => asked.catch((error) => error)),
      );
      expect(refusals.map(({ code }) => code)).toEqual(["permission", "permission", "permission"]);
      expect(String(refusals)).not.toMatch(/hunter2|[0-9a-f]{8}-/);
    }
    expect((await own.get("x"))?.value).toBe("1");
    await manage("policy", { Name: "reader", Rules: `key_prefix "teams/a/" { policy = "list" }` });
    const { SecretID } = await manage("token", { Policies: [{ Name: "reader" }] });
    const reader = consulBackend({ address, token: SecretID, folder: "teams/a/" });
    expect([...(await reader.list("")).entries.keys()]).toEqual(["x"]);
    await expect(reader.put("x", "2")).rejects.toMatchObject({ code: "permission" });
  });
});

describe.each(storeKinds.filter(({ name }) => name === "S3"))("$name", ({ start }) => {
  let store: StartedStore;
  let access: { readonly region: string; readonly address: string };
  beforeAll(async () => {
    store = await start();
    access = { region: "us-east-1", address: `http://127.0.0.1:${store.port}` };
  });
  afterAll(() => store.close());

  test("says what is wrong with credentials and buckets, and no secret", async () => {
    const { accessKeyId } = cephUser;
    const fail = () => Promise.reject(new Error("hunter2"));
    const backends = [
      s3Backend({ ...access, bucket: "catalog", credentials: { accessKeyId, secretAccessKey: "hunter2" } }),
      s3Backend({ ...access, bucket: "catalog", credentials: fail }),
      s3Backend({ ...access, bucket: "nothing", credentials: async () => cephUser }),
    ];
    const asked = backends.map((backend) => backend.put("a", "1").catch((error) => error));
    const failures = await Promise.all(asked);
    expect(failures.map(({ code }) => code)).toEqual(["permission", "permission", "invalid-configuration"]);
    expect(String(failures) + JSON.stringify(failures)).not.toContain("hunter2");
  });

  test("takes an object that other tools put there, and guards it like its own", async () => {
    const backend = store.connect();
    const options = { method: "PUT", path: "/catalog/modelwright/by-hand.json", body: "{}" };
    await new AwsStore("s3", "s3", { ...access, credentials: cephUser }).ask(options);
    const { version, value } = (await backend.get("by-hand.json")) ?? {};
    expect(value).toBe("{}");
    await backend.put("by-hand.json", "1", { expected: version });
    await expect(backend.put("by-hand.json", "2", { expected: version })).rejects.toMatchObject({ code: "conflict" });
    await backend.close();
  });
});

describe("a store that cannot be reached", () => {
  const nowhere = "127.0.0.1:1";
  const credentials = { accessKeyId: "root", secretAccessKey: "hunter2" };
  const aws = { region: "us-east-1", address: `http://${nowhere}`, credentials };
  const backends: readonly (() => ConfigBackend)[] = [
    () => consulBackend({ address: `http://${nowhere}`, token: "hunter2" }),
    () => etcdBackend({ address: `http://${nowhere}`, user: "root", password: "hunter2" }),
    () => postgresBackend({ connectionString: `postgres://root:hunter2@${nowhere}/postgres` }),
    () => redisBackend({ url: `redis://root:hunter2@${nowhere}`, config: { socket: { reconnectStrategy: false } } }),
    () => s3Backend({ ...aws, bucket: "catalog" }),
    () => dynamodbBackend(aws),
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
