/** A real S3 store: Ceph's object gateway over a cluster of one monitor and one disk in memory. */
import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { debianPackages } from "./debian.js";
import { freePort, type ServerCommand, type ServerProcess, startServer } from "./process.js";
import { type StoreServer, serverFolder } from "./stores.js";

const run = promisify(execFile);

/** The gateway's one user. */
export const cephUser = { accessKeyId: "test", secretAccessKey: "correct-horse" } as const;

/** Signed requests of `cephUser` reach it by path: `http://127.0.0.1:<port>/<bucket>/<key>`. `restart` restarts the gateway. */
export async function startCeph(): Promise<StoreServer> {
  const packages = ["radosgw", "ceph-mon", "ceph-osd", "ceph-base"];
  const tree = await debianPackages("ceph", { suite: "sid", packages, ownLoader: true });
  const [port, monitorPort] = await Promise.all([freePort(), freePort()]);
  const folder = serverFolder();
  for (const name of ["monitor", "disk", "log"]) mkdirSync(join(folder, name));
  const conf = join(folder, "ceph.conf");
  const monitor = `v2:127.0.0.1:${monitorPort}`;
  writeFileSync(conf, settings(tree.root, folder, monitor, port));

  const command = (name: string, args: readonly string[]) => {
    const program = tree.program(`/usr/bin/${name}`);
    return { ...program, args: [...program.args, ...args, "-c", conf] };
  };
  const once = async (name: string, ...args: readonly string[]) => {
    const { command: file, args: all } = command(name, args);
    await run(file, all, { timeout: 60_000, maxBuffer: 1024 * 1024 });
  };
  const started: ServerProcess[] = [];
  const start = async (name: string, args: readonly string[], ready: ServerCommand["ready"]) => {
    // A slow farewell is of no use: nothing is kept.
    const server = await startServer({ name, ...command(name, ["-f", ...args]), ready, stopSignal: "SIGKILL" });
    started.unshift(server);
    return server;
  };
  const stop = async () => {
    for (const server of started.splice(0)) await server.stop();
    rmSync(folder, { recursive: true, force: true });
  };
  const answers = async () => (await fetch(`http://127.0.0.1:${port}`)).ok;
  const startGateway = () => start("radosgw", ["-n", "client.admin", "--no-mon-config"], answers);
  try {
    const map = join(folder, "map");
    await once("monmaptool", "--create", "--fsid", cluster, "--addv", "a", `[${monitor}]`, map);
    await once("ceph-mon", "--mkfs", "-i", "a", "--monmap", map);
    // The programs wait for one another.
    await start("ceph-mon", ["-i", "a"], () => Promise.resolve(true));
    await once("ceph-osd", "--mkfs", "-i", "0", "--osd-uuid", cluster.replaceAll("1", "2"));
    await start("ceph-osd", ["-i", "0"], () => Promise.resolve(true));
    const { accessKeyId, secretAccessKey } = cephUser;
    const keys = ["--access-key", accessKeyId, "--secret-key", secretAccessKey];
    await once("radosgw-admin", "user", "create", "--uid", "test", "--display-name", "test", ...keys);
    let gateway = await startGateway();
    return {
      port,
      async restart() {
        await gateway.stop();
        started.splice(started.indexOf(gateway), 1);
        gateway = await startGateway();
      },
      stop,
    };
  } catch (error) {
    await stop();
    throw error;
  }
}

const cluster = "11111111-1111-4111-8111-111111111111";

/** No keys within the cluster, one copy of everything, nothing outside the folder. */
function settings(root: string, folder: string, monitor: string, port: number): string {
  const [triplet = ""] = readdirSync(join(root, "usr/lib")).filter((name) => name.endsWith("-linux-gnu"));
  const libraries = join(root, "usr/lib", triplet);
  const global = {
    fsid: cluster,
    "mon host": monitor,
    "mon data": join(folder, "monitor"),
    "osd data": join(folder, "disk"),
    "run dir": folder,
    "log file": join(folder, "log/$name.log"),
    "admin socket": "",
    "auth cluster required": "none",
    "auth service required": "none",
    "auth client required": "none",
    // The gateway wants encryption, which goes with keys.
    "ms mon client mode": "crc",
    "plugin dir": join(libraries, "ceph"),
    "erasure code dir": join(libraries, "ceph/erasure-code"),
    "compressor dir": join(libraries, "ceph/compressor"),
    "osd class dir": join(libraries, "rados-classes"),
    "osd objectstore": "memstore",
    "osd max object name len": 256,
    "osd crush chooseleaf type": 0,
    "osd pool default size": 1,
    "osd pool default min size": 1,
    "osd pool default pg num": 1,
    "osd pool default pgp num": 1,
    "osd pool default pg autoscale mode": "off",
    "mon allow pool size one": true,
    "rgw frontends": `beast endpoint=127.0.0.1:${port}`,
  };
  const lines = Object.entries(global).map(([name, value]) => `${name} = ${value}`);
  return `[global]\n${lines.join("\n")}\n`;
}
