/** Real Consul, etcd, PostgreSQL and Redis servers of the tests' own, each in a folder that goes when it stops. */
import { execFile } from "node:child_process";
import { chownSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { Client } from "pg";
import { debianPackages } from "./debian.js";
import { freePort, type ServerCommand, type ServerProcess, startServer } from "./process.js";

const run = promisify(execFile);

export interface StoreServer {
  readonly port: number;
  /** Stops the server and starts it again, with its data, at the same port. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/** With a management token the agent denies everything that no token allows, lists of keys included. */
export async function startConsul({ management }: { readonly management?: string } = {}): Promise<StoreServer> {
  const tree = await debianPackages("consul", { suite: "bullseye", packages: ["consul"] });
  const [port, serf, server, lan] = await Promise.all([freePort(), freePort(), freePort(), freePort()]);
  const folder = serverFolder();
  const tokens = { master: management };
  const acl = { enabled: true, default_policy: "deny", enable_key_list_policy: true, tokens };
  const config = join(folder, "config.json");
  writeFileSync(config, JSON.stringify(management === undefined ? {} : { acl }));
  const ports = ["-http-port", port, "-serf-lan-port", lan, "-serf-wan-port", serf, "-server-port", server];
  const only = ["-dns-port", "-1", "-grpc-port", "-1", "-bind", "127.0.0.1"];
  const data = ["-data-dir", folder, "-config-file", config];
  const program = tree.program("/usr/bin/consul");
  return storeServer(port, folder, {
    name: "Consul",
    ...program,
    args: [...program.args, "agent", "-server", "-bootstrap-expect=1", ...ports, ...only, ...data].map(String),
    ready: async () => {
      const headers = { "x-consul-token": management ?? "" };
      const asked = { method: "PUT", headers, body: "" };
      const answer = await fetch(`http://127.0.0.1:${port}/v1/kv/ready?consistent`, asked);
      return answer.ok && (await answer.text()).trim() === "true";
    },
  });
}

export async function startEtcd(): Promise<StoreServer> {
  const tree = await debianPackages("etcd", { suite: "bookworm", packages: ["etcd-server"] });
  const [port, peers] = await Promise.all([freePort(), freePort()]);
  const folder = serverFolder();
  const [client, peer] = [`http://127.0.0.1:${port}`, `http://127.0.0.1:${peers}`];
  const program = tree.program("/usr/bin/etcd");
  const urls = ["--listen-client-urls", client, "--advertise-client-urls", client, "--listen-peer-urls", peer];
  const cluster = ["--initial-advertise-peer-urls", peer, "--initial-cluster", `default=${peer}`];
  return storeServer(port, folder, {
    name: "etcd",
    ...program,
    args: [...program.args, "--data-dir", folder, ...urls, ...cluster],
    ready: async () => (await fetch(`${client}/health`)).ok,
  });
}

export async function startRedis(): Promise<StoreServer> {
  const tree = await debianPackages("redis", { suite: "bookworm", packages: ["redis-server"] });
  const port = await freePort();
  const folder = serverFolder();
  const program = tree.program("/usr/bin/redis-server");
  const options = ["--port", port, "--bind", "127.0.0.1", "--dir", folder, "--appendonly", "yes", "--save", ""];
  return storeServer(port, folder, {
    name: "Redis",
    ...program,
    args: [...program.args, ...options].map(String),
    ready: () => accepts(port),
  });
}

/** User `postgres`, no password, database `postgres`. */
export async function startPostgres(): Promise<StoreServer> {
  const tree = await debianPackages("postgresql", { suite: "bookworm", packages: ["postgresql-15"] });
  const port = await freePort();
  const folder = serverFolder();
  const bin = "/usr/lib/postgresql/15/bin";
  // PostgreSQL refuses to run as root.
  const nobody = process.getuid?.() === 0 ? { uid: 65_534, gid: 65_534 } : {};
  if (nobody.uid !== undefined) chownSync(folder, nobody.uid, nobody.gid);
  const share = join(tree.root, "usr/share/postgresql/15");
  const initdb = tree.program(`${bin}/initdb`);
  const data = join(folder, "data");
  const setUp = ["-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync", "-L", share];
  await run(initdb.command, [...initdb.args, ...setUp], { env: { ...process.env, ...initdb.env }, ...nobody });
  const settings = { listen_addresses: "127.0.0.1", port, max_connections: 300, unix_socket_directories: "" };
  const lines = Object.entries(settings).map(([name, value]) => `${name} = '${value}'`);
  writeFileSync(join(data, "postgresql.conf"), `${lines.join("\n")}\nfsync = off\n`);
  const program = tree.program(`${bin}/postgres`);
  return storeServer(port, folder, {
    name: "PostgreSQL",
    ...program,
    ...nobody,
    args: [...program.args, "-D", data],
    ready: () => answersQueries(port),
    // Ends connections instead of waiting for them.
    stopSignal: "SIGINT",
  });
}

/** A server that is one program with its data in `folder`. */
export async function storeServer(port: number, folder: string, command: ServerCommand): Promise<StoreServer> {
  let server: ServerProcess = await startServer(command);
  return {
    port,
    async restart() {
      await server.stop();
      server = await startServer(command);
    },
    async stop() {
      await server.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

export const serverFolder = (): string => mkdtempSync(join(tmpdir(), "modelwright-server-"));

async function answersQueries(port: number): Promise<boolean> {
  const client = new Client({ host: "127.0.0.1", port, user: "postgres", database: "postgres" });
  client.on("error", () => {});
  await client.connect();
  await client.query("SELECT 1");
  await client.end();
  return true;
}

function accepts(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    const end = (answer: boolean) => () => {
      socket.destroy();
      resolve(answer);
    };
    socket.on("connect", end(true));
    socket.on("error", end(false));
  });
}
