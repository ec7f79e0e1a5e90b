/** A folder of someone who uses modelwright, and the command run in it as a child process. */
import { execFile, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const cli = fileURLToPath(new URL("../../src/cli/main.ts", import.meta.url));
const nodeArguments = ["--conditions=modelwright-source", "--import", import.meta.resolve("tsx"), cli];

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export class Workspace {
  readonly folder = mkdtempSync(join(tmpdir(), "modelwright-cli-"));

  constructor(files: { readonly [path: string]: unknown } = {}) {
    for (const [path, content] of Object.entries(files)) this.write(path, content);
  }

  /** Writes text as it is, anything else as JSON. */
  write(path: string, content: unknown): void {
    const target = join(this.folder, path);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, typeof content === "string" ? content : `${JSON.stringify(content, null, 2)}\n`);
  }

  read(path: string): string {
    return readFileSync(join(this.folder, path), "utf8");
  }

  /** Names of the files in a folder, sorted. */
  list(path: string): string[] {
    return readdirSync(join(this.folder, path)).sort();
  }

  /** Tells two writes of the same file apart, even of equal text: files are replaced, never rewritten in place. */
  inode(path: string): number {
    return statSync(join(this.folder, path)).ino;
  }

  run(...args: string[]): Promise<Result> {
    return new Promise((resolve) => {
      execFile(process.execPath, [...nodeArguments, ...args], { cwd: this.folder }, (error, stdout, stderr) => {
        resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stdout, stderr });
      });
    });
  }

  /** Runs a command whose reader leaves before the first line: what it says on standard error. */
  runUnread(...args: string[]): Promise<string> {
    const child = spawn(process.execPath, [...nodeArguments, ...args], { cwd: this.folder });
    child.stdout.destroy();
    let errors = "";
    child.stderr.on("data", (chunk) => (errors += String(chunk)));
    return new Promise((resolve) => child.on("close", (code) => resolve(`${code}: ${errors}`)));
  }

  /** Starts a command that goes on until it is stopped. */
  start(...args: string[]) {
    const child = spawn(process.execPath, [...nodeArguments, ...args], { cwd: this.folder });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (chunk) => (output += String(chunk)));
    const ended = new Promise<number | null>((resolve) => child.on("exit", resolve));
    return {
      output: () => output,
      ended,
      /** What a person types, and then nothing more. */
      answer: (text: string) => child.stdin.end(text),
      stop(): Promise<number | null> {
        child.kill("SIGINT");
        return ended;
      },
    };
  }

  remove(): void {
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Asks again until the answer is true; fails with `what` after a time no machine should need. */
export async function until(answer: () => boolean, what: () => string): Promise<void> {
  for (let attempt = 0; attempt < 600; attempt++) {
    if (answer()) return;
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`never happened: ${what()}`);
}

/** The least provider file, with members of a test's own. */
export function providerFile(id: string, rest: { provider?: object; profiles?: object; models?: object } = {}) {
  return {
    catalogVersion: 1,
    provider: {
      id,
      name: id,
      role: "lab",
      protocol: "openai-chat",
      baseURL: `https://api.${id}.example/v1`,
      auth: [{ type: "bearer", env: [`${id.toUpperCase()}_API_KEY`] }],
      ...rest.provider,
    },
    profiles: rest.profiles ?? {},
    models: rest.models ?? { "one-1": { kind: "chat", limits: { context: 1000 }, pricing: { plan: "unknown" } } },
  };
}
