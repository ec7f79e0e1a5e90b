/** Every example runs, against the simulator. */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { openai } from "../../generated/openai.js";
import { readEventStream } from "../../src/streams.js";
import { createSimulator, type Simulator } from "../../src/testing.js";
import { root } from "../source-tree.js";
import { frontEnds } from "../streams/front-ends.js";
import { startOtlpReceiver } from "../telemetry/otlp-receiver.js";

let simulator: Simulator;
let folder: string;
beforeAll(async () => {
  simulator = createSimulator({ providers: [openai.facts, anthropic.facts] });
  await simulator.listen();
  for (const [name, value] of Object.entries(environment())) process.env[name] = value;
  folder = await mkdtemp(join(tmpdir(), "modelwright-example-"));
});
afterAll(async () => {
  for (const name of Object.keys(environment())) delete process.env[name];
  await simulator.close();
  await rm(folder, { recursive: true });
});

function environment(): { readonly [name: string]: string } {
  return {
    OPENAI_API_KEY: "simulated",
    OPENAI_BASE_URL: simulator.baseURL("openai"),
    ANTHROPIC_API_KEY: "simulated",
    ANTHROPIC_BASE_URL: simulator.baseURL("anthropic"),
  };
}

interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs an example as its readers do. */
function run(name: string, { args = [], input = "" }: { args?: readonly string[]; input?: string } = {}) {
  return new Promise<Ended>((resolve, reject) => {
    const tsx = ["--conditions=modelwright-source", "--import", import.meta.resolve("tsx")];
    const program = spawn(process.execPath, [...tsx, join(root, "examples", name), ...args], {
      cwd: root,
      env: { ...process.env, ...environment() },
    });
    let stdout = "";
    let stderr = "";
    program.stdout.on("data", (data) => {
      stdout += data;
      if (stdout.endsWith("[y/N] ")) program.stdin.end(input);
    });
    program.stderr.on("data", (data) => {
      stderr += data;
    });
    program.on("error", reject);
    program.on("close", (code) => resolve({ code, stdout, stderr }));
  });
}

const post = (path: string, body: unknown) =>
  new Request(`http://app.example${path}`, { method: "POST", body: JSON.stringify(body) });

describe("the examples", () => {
  it("are small, listed, and each has a test here", async () => {
    const files = (await readdir(join(root, "examples"))).filter((file) => file.endsWith(".ts"));
    const list = await readFile(join(root, "examples/README.md"), "utf8");
    const tests = await readFile(import.meta.filename, "utf8");
    for (const file of files) {
      const text = await readFile(join(root, "examples", file), "utf8");
      expect(text.split("\n").length, file).toBeLessThanOrEqual(60);
      expect(list).toContain(`[${file}](${file})`);
      expect(tests).toContain(`"${file}"`);
    }
  });

  it("answer a chat of the AI SDK: next-route.ts", async () => {
    simulator.reset();
    simulator.reply({ toolCalls: [{ id: "c1", name: "weather", input: { city: "Rome" } }] });
    simulator.reply("It is warm.");
    const { POST } = await example<typeof import("../../examples/next-route.js")>("next-route.ts");
    const messages = [{ id: "1", role: "user", parts: [{ type: "text", text: "Rome?" }] }];
    const body = await (await POST(post("/api/chat", { messages }))).text();
    expect(body).toContain('"type":"tool-output-available","toolCallId":"c1","output":{"city":"Rome","celsius":21}');
    expect(body).toMatch(/"messageMetadata":\{"tokens":\d+\}\}\n\ndata: \[DONE\]\n\n$/);
  });

  it("serve under Hono: web-server.ts", async () => {
    simulator.reset();
    const { handle } = await example<typeof import("../../examples/web-server.js")>("web-server.ts");
    interface App {
      post(path: string, run: (context: { req: { raw: Request } }) => Promise<Response>): void;
      request(request: Request): Promise<Response>;
    }
    const hono = pathToFileURL(join(await frontEnds(), "node_modules/hono/dist/index.js")).href;
    const { Hono } = (await import(hono)) as { Hono: new () => App };
    const app = new Hono();
    app.post("/*", (context) => handle(context.req.raw));

    const types: string[] = [];
    for await (const { type } of readEventStream(await app.request(post("/ask", { question: "Hi" })))) types.push(type);
    expect([types[0], types.at(-1)]).toEqual(["start", "finish"]);
    const run = { threadId: "t", runId: "r", messages: [{ id: "1", role: "user", content: "Hi" }] };
    expect(await (await app.request(post("/agent", run))).text()).toContain('"type":"RUN_FINISHED"');
    const refused = await app.request(post("/agent", { ...run, messages: [{ role: "system" }] }));
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: expect.stringContaining("messages[0].role") },
    ]);
  }, 300_000);

  it("ask before they write: cli-agent.ts", async () => {
    simulator.reset();
    const path = join(folder, "note.txt");
    await writeFile(path, "old");
    const write = (text: string) => ({ toolCalls: [{ name: "write", input: { path, text } }] });
    for (const answer of [{ toolCalls: [{ name: "read", input: { path } }] }, write("new"), "Done."])
      simulator.reply(answer);
    const allowed = await run("cli-agent.ts", { args: ["Renew", "the", "note."], input: "y\n" });
    expect(allowed).toMatchObject({ code: 0, stderr: "" });
    expect(allowed.stdout).toMatch(
      /\[read\][\s\S]*write .*note\.txt\? \[y\/N\][\s\S]*\[write\][\s\S]*Done\.[\s\S]*3 steps, 0\.\d+ USD/,
    );
    expect(await readFile(path, "utf8")).toBe("new");
    for (const answer of [write("worse"), "As you like."]) simulator.reply(answer);
    const denied = await run("cli-agent.ts", { input: "n\n" });
    expect(denied.stdout).toContain("[write failed: not allowed: the user said no]");
    expect(await readFile(path, "utf8")).toBe("new");
  });

  it("go on when one call fails: batch-job.ts", async () => {
    simulator.reset();
    simulator.fault("status-401", { times: 1, after: 1 });
    const { code, stdout, stderr } = await run("batch-job.ts");
    const lines = stdout
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as { index: number; error?: string });
    expect(lines.map(({ index }) => index)).toEqual([0, 1, 2, 3]);
    expect(lines.filter(({ error }) => error !== undefined)).toHaveLength(1);
    expect(stderr).toMatch(/4 of 4, 1 failed\n75 % done for 0\.\d+ USD/);
    expect(code).toBe(1);
  });

  it("send spans by OTLP: otlp-traces.ts", async () => {
    simulator.reset();
    const receiver = await startOtlpReceiver();
    process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT = receiver.url;
    try {
      expect(await run("otlp-traces.ts")).toMatchObject({ code: 0, stderr: "" });
      expect(receiver.spans.map(({ name }) => name).sort()).toEqual(["chat gpt-4.1-mini", "chat gpt-4.1-mini attempt"]);
      expect(receiver.text()).toContain("search");
      expect(receiver.text()).not.toMatch(/ada|Hello/);
    } finally {
      delete process.env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT;
      await receiver.close();
    }
  });

  it("go on with another provider, also in the middle: failover.ts", async () => {
    simulator.reset();
    simulator.fault("reset-mid-stream", { provider: "openai" });
    const { code, stdout, stderr } = await run("failover.ts");
    expect(code).toBe(0);
    expect(stdout).toContain("answered by anthropic/claude-sonnet-4-5");
    expect(stderr).toMatch(/openai\/gpt-4\.1 failed \(.*\), anthropic\/claude-sonnet-4-5 takes over/);
  });

  it("follow a file: registry-file.ts", async () => {
    simulator.reset();
    const path = join(folder, "models.json");
    const pricing = { currency: "USD", tokens: { input: 1.5, output: 6 } };
    await writeFile(path, JSON.stringify({ provider: { id: "openai" }, models: { "gpt-4.1": { pricing } } }));
    const { code, stdout, stderr } = await run("registry-file.ts", { args: [path] });
    expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
    expect(stdout).toMatch(/generation \w+\n0\.\d+ USD\ninput price 1\.5, from .*models\.json, line 1\n/);
  });

  it("keep tenants within their limits: tenant-budget.ts", async () => {
    simulator.reset();
    const { code, stdout } = await run("tenant-budget.ts");
    expect(code).toBe(0);
    expect(stdout).toMatch(/acme: \[simulated\][\s\S]*trial-7: refused before anything was sent\nacme: \[simulated\]/);
    expect(stdout).toMatch(/\nacme,USD,0\.\d+,2,/);
    expect(simulator.requests).toHaveLength(2);
  });
});

/** The module of an example, loaded with the keys of this test's environment. */
async function example<Module>(name: string): Promise<Module> {
  return (await import(pathToFileURL(join(root, "examples", name)).href)) as Module;
}
