/** llama.cpp's server from Debian's packages, with the tiny model: a real server whose answers are known. */
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianPackages } from "./debian.js";
import { freePort, startServer } from "./process.js";
import { writeTinyModel } from "./tiny-model.js";

export interface LlamaServer {
  /** With `/v1`. */
  readonly baseURL: string;
  stop(): Promise<void>;
}

/** One server has one of these modes. */
const modes = {
  chat: ["--jinja"],
  embedding: ["--embeddings", "--pooling", "mean"],
  rerank: ["--reranking"],
} as const;

/** @throws with the reason when the server cannot be had or does not start. */
export async function startLlama(kind: keyof typeof modes): Promise<LlamaServer> {
  const tree = await debianPackages("llama", { suite: "sid", packages: ["llama.cpp"], ownLoader: true });
  const program = tree.program("/usr/bin/llama-server");
  const folder = mkdtempSync(join(tmpdir(), "modelwright-llama-"));
  const file = join(folder, "tiny.gguf");
  writeTinyModel(file);
  const port = await freePort();
  const args = [
    "--model",
    file,
    "--alias",
    "tiny",
    "--port",
    port,
    "--ctx-size",
    4096,
    "--parallel",
    2,
    "--threads",
    1,
  ];
  const { stop } = await startServer({
    name: "llama-server",
    ...program,
    args: [...program.args, ...args, "--no-webui", ...modes[kind]].map(String),
    // It would wait for what it is still asked.
    stopSignal: "SIGKILL",
    env: { ...program.env, GGML_BACKEND_PATH: backendOf(tree.root) },
    ready: async () => (await fetch(`http://127.0.0.1:${port}/health`)).ok,
  });
  return {
    baseURL: `http://127.0.0.1:${port}/v1`,
    async stop() {
      await stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** Looked up by an absolute path, which is not that of the tree; this one runs on every machine of the kind. */
function backendOf(root: string): string {
  const found = ["x86_64", "aarch64"]
    .flatMap((machine) =>
      ["x64", "sandybridge", "armv8.0_1"].map(
        (name) => `usr/lib/${machine}-linux-gnu/ggml/backends0/libggml-cpu-${name}.so`,
      ),
    )
    .map((path) => join(root, path))
    .find((path) => existsSync(path));
  if (found === undefined) throw new Error("llama.cpp from Debian brought no backend for this machine");
  return found;
}
