/** Runs a server as a child process: free ports, a wait until it answers, its last words when it does not. */
import { spawn } from "node:child_process";
import { createServer } from "node:net";

export interface ServerProcess {
  /** Ends the process and waits until it is gone. */
  stop(): Promise<void>;
}

export interface ServerCommand {
  readonly name: string;
  readonly command: string;
  readonly args: readonly string[];
  readonly env?: { readonly [name: string]: string };
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  /** Asked again and again until it resolves to true. */
  readonly ready: () => Promise<boolean>;
  readonly stopSignal?: NodeJS.Signals;
}

const startLimitMs = 60_000;

/** @throws with the server's last output when it ends or does not answer within a minute. */
export async function startServer(server: ServerCommand): Promise<ServerProcess> {
  const child = spawn(server.command, server.args, {
    env: { ...process.env, ...server.env },
    stdio: ["ignore", "pipe", "pipe"],
    ...(server.uid === undefined ? {} : { uid: server.uid }),
    ...(server.gid === undefined ? {} : { gid: server.gid }),
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk) => {
      output = (output + String(chunk)).slice(-2000);
    });
  }
  let exited = false;
  const gone = new Promise<void>((resolve) => {
    const end = () => {
      exited = true;
      resolve();
    };
    child.on("exit", end);
    child.on("error", end);
  });
  const stop = async (): Promise<void> => {
    if (!exited) child.kill(server.stopSignal ?? "SIGTERM");
    await gone;
  };
  const kill = () => child.kill("SIGKILL");
  process.once("exit", kill);
  gone.then(() => process.off("exit", kill));
  const end = Date.now() + startLimitMs;
  while (!(await server.ready().catch(() => false))) {
    if (exited) throw new Error(`${server.name} ended before it answered:\n${output}`);
    if (Date.now() > end) {
      await stop();
      throw new Error(`${server.name} did not answer within ${startLimitMs / 1000} s:\n${output}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return { stop };
}

/** A port that was free a moment ago. */
export function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address !== null ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}
