/** Each store that has a server, started, with a way to connect to it through any port. Those without notices are looked at every 250 ms. */
import { Client } from "pg";
import type { ConfigBackend } from "../../src/registry/backend.js";
import { AwsStore } from "../../src/registry/backends/aws-store.js";
import { consulBackend } from "../../src/registry/backends/consul.js";
import { dynamodbBackend, dynamodbTable } from "../../src/registry/backends/dynamodb.js";
import { etcdBackend } from "../../src/registry/backends/etcd.js";
import { postgresBackend, postgresSchema } from "../../src/registry/backends/postgres.js";
import { redisBackend } from "../../src/registry/backends/redis.js";
import { s3Backend } from "../../src/registry/backends/s3.js";
import { cephUser, startCeph } from "../servers/ceph.js";
import { startDynamo } from "../servers/dynamo.js";
import { type StoreServer, startConsul, startEtcd, startPostgres, startRedis } from "../servers/stores.js";
import type { BackendUnderTest } from "./backend-contract.js";

export interface StartedStore extends BackendUnderTest {
  readonly port: number;
  /** As `connect`, through another port of this machine. */
  connectTo(port: number): ConfigBackend;
}

export interface StoreKind {
  readonly name: string;
  start(): Promise<StartedStore>;
}

function onServer(server: StoreServer, connectTo: StartedStore["connectTo"]): StartedStore {
  return {
    port: server.port,
    connectTo,
    connect: () => connectTo(server.port),
    interrupt: () => server.restart(),
    close: () => server.stop(),
  };
}

const at = (port: number): string => `http://127.0.0.1:${port}`;
const postgresUrl = (port: number): string => `postgres://postgres@127.0.0.1:${port}/postgres`;
const polled = { region: "us-east-1", pollMs: 250 };

export const storeKinds: readonly StoreKind[] = [
  {
    name: "Consul",
    start: async () => onServer(await startConsul(), (port) => consulBackend({ address: at(port) })),
  },
  { name: "etcd", start: async () => onServer(await startEtcd(), (port) => etcdBackend({ address: at(port) })) },
  {
    name: "PostgreSQL",
    start: async () => {
      const server = await startPostgres();
      const client = new Client({ connectionString: postgresUrl(server.port) });
      await client.connect();
      await client.query(postgresSchema());
      await client.end();
      return onServer(server, (port) => postgresBackend({ connectionString: postgresUrl(port) }));
    },
  },
  {
    name: "Redis",
    start: async () => onServer(await startRedis(), (port) => redisBackend({ url: `redis://127.0.0.1:${port}` })),
  },
  {
    name: "S3",
    start: async () => {
      const server = await startCeph();
      const access = { ...polled, credentials: cephUser, bucket: "catalog" };
      const store = new AwsStore("s3", "s3", { ...access, address: at(server.port) });
      await store.ask({ method: "PUT", path: "/catalog" });
      return onServer(server, (port) => s3Backend({ ...access, address: at(port) }));
    },
  },
  {
    name: "DynamoDB",
    start: async () => {
      const server = await startDynamo();
      const access = { ...polled, credentials: { accessKeyId: "test", secretAccessKey: "correct-horse" } };
      const store = new AwsStore("dynamodb", "dynamodb", { ...access, address: at(server.port) });
      const headers = {
        "content-type": "application/x-amz-json-1.0",
        "x-amz-target": "DynamoDB_20120810.CreateTable",
      };
      await store.ask({ method: "POST", path: "/", headers, body: JSON.stringify(dynamodbTable()) });
      return onServer(server, (port) => dynamodbBackend({ ...access, address: at(port) }));
    },
  },
];
