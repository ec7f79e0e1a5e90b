/**
 * What a gateway costs: per request and per streamed chunk, this one beside `@portkey-ai/gateway`, in one run on one
 * machine. Each is a process of its own before the same upstream, which answers at once. CPU time is that of the
 * gateway's process (Linux: /proc); added time is the median less that of the same request without a gateway.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { Agent, createServer, request as send } from "node:http";
import { type AddressInfo, createServer as createProbe } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { privatePackages } from "../private-packages.js";

const portkeyVersion = "1.15.2";
/** Its streams fail on Node 20, where it adds headers to answers of `fetch` that do not let it; these do. */
const mutableAnswers =
  "const own=fetch;globalThis.fetch=async(...a)=>{const r=await own(...a);return new Response(r.body,{status:r.status,headers:new Headers(r.headers)})}";
const requests = 400;
const rounds = 5;
const streams = 4;
const chunksPerStream = 2_000;
const atOnce = 16;
/** Linux' USER_HZ. */
const tickMs = 10;

const content = "one two three ";
const whole = JSON.stringify({
  id: "chatcmpl-1",
  object: "chat.completion",
  created: 1_750_000_000,
  model: "gpt-4.1",
  choices: [{ index: 0, message: { role: "assistant", content: content.repeat(40) }, finish_reason: "stop" }],
  usage: { prompt_tokens: 10, completion_tokens: 120, total_tokens: 130 },
});

function chunk(delta: object, finish: string | null): string {
  const choices = [{ index: 0, delta, finish_reason: finish }];
  const head = { id: "chatcmpl-1", object: "chat.completion.chunk", created: 1_750_000_000, model: "gpt-4.1" };
  return `data: ${JSON.stringify({ ...head, choices })}\n\n`;
}

/** Each chunk is a write of its own, as from a provider. */
async function startUpstream(): Promise<{ readonly port: number; close(): void }> {
  const server = createServer(async (incoming, response) => {
    let body = "";
    for await (const data of incoming) body += data;
    if (!body.includes('"stream":true')) {
      response.writeHead(200, { "content-type": "application/json" }).end(whole);
      return;
    }
    response.writeHead(200, { "content-type": "text/event-stream" });
    response.write(chunk({ role: "assistant", content: "" }, null));
    for (let i = 0; i < chunksPerStream; i++) {
      response.write(chunk({ content }, null));
      await new Promise((resolve) => setImmediate(resolve));
    }
    response.write(chunk({}, "stop"));
    response.end("data: [DONE]\n\n");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}

interface Contender {
  readonly name: string;
  readonly port: number;
  readonly headers: { readonly [name: string]: string };
  readonly process?: ChildProcess;
}

const agent = new Agent({ keepAlive: true, maxSockets: atOnce });

function call(to: Contender, stream: boolean): Promise<string> {
  const body = JSON.stringify({ model: "gpt-4.1", messages: [{ role: "user", content: "Count." }], stream });
  const headers = { "content-type": "application/json", "content-length": String(body.length), ...to.headers };
  const path = "/v1/chat/completions";
  return new Promise((resolve, reject) => {
    const sent = send({ host: "127.0.0.1", port: to.port, method: "POST", path, headers, agent }, async (answer) => {
      let text = "";
      for await (const data of answer) text += data;
      if (answer.statusCode === 200) resolve(text);
      else reject(new Error(`${to.name}: ${answer.statusCode} ${text}`));
    });
    sent.on("error", reject);
    sent.end(body);
  });
}

/** User and system time of the process so far, in milliseconds. */
function cpuMs({ process: child }: Contender): number {
  if (child === undefined) return 0;
  const fields = readFileSync(`/proc/${child.pid}/stat`, "utf8").split(") ")[1]?.split(" ") ?? [];
  return (Number(fields[11]) + Number(fields[12])) * tickMs;
}

async function freePort(): Promise<number> {
  const probe = createProbe();
  await new Promise<void>((resolve) => probe.listen(0, "127.0.0.1", resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}

async function answering(contender: Contender): Promise<Contender> {
  for (let attempt = 0; ; attempt++) {
    try {
      await call(contender, false);
      return contender;
    } catch (error) {
      if (attempt > 150) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function startOurs(upstream: number): Promise<Contender> {
  const port = await freePort();
  const script = fileURLToPath(new URL("gateway-process.ts", import.meta.url));
  const flags = ["--conditions=modelwright-source", "--import", "tsx", script, String(port), String(upstream)];
  const child = spawn(process.execPath, flags, { stdio: ["ignore", "ignore", "inherit"] });
  const headers = { authorization: "Bearer bench-token" };
  return answering({ name: "modelwright", port, headers, process: child });
}

async function startPortkey(upstream: number): Promise<Contender> {
  const port = await freePort();
  const folder = await privatePackages("gateway-bench", { "@portkey-ai/gateway": portkeyVersion });
  const script = join(folder, "node_modules/@portkey-ai/gateway/build/start-server.js");
  const host = `http://127.0.0.1:${upstream}/v1`;
  const child = spawn(
    process.execPath,
    ["--import", `data:text/javascript,${mutableAnswers}`, script, `--port=${port}`, "--headless"],
    {
      stdio: ["ignore", "ignore", "inherit"],
      env: { ...process.env, NODE_ENV: "production", TRUSTED_CUSTOM_HOSTS: "127.0.0.1,localhost" },
    },
  );
  const headers = { authorization: "Bearer sk-x", "x-portkey-provider": "openai", "x-portkey-custom-host": host };
  return answering({ name: `@portkey-ai/gateway ${portkeyVersion}`, port, headers, process: child });
}

interface Figures {
  readonly requestMs: number;
  readonly requestCpuMs: number;
  readonly perSecond: number;
  readonly chunksPerSecond: number;
  readonly chunkCpuUs: number;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] as number;
}

async function round(to: Contender): Promise<Figures> {
  const times: number[] = [];
  const before = cpuMs(to);
  for (let i = 0; i < requests; i++) {
    const began = performance.now();
    await call(to, false);
    times.push(performance.now() - began);
  }
  const requestCpuMs = (cpuMs(to) - before) / requests;
  const began = performance.now();
  const lanes = Array.from({ length: atOnce }, async () => {
    for (let i = 0; i < requests / atOnce; i++) await call(to, false);
  });
  await Promise.all(lanes);
  const perSecond = requests / ((performance.now() - began) / 1000);
  const cpuBefore = cpuMs(to);
  const streamTimes: number[] = [];
  for (let i = 0; i < streams; i++) {
    const start = performance.now();
    const text = await call(to, true);
    streamTimes.push(performance.now() - start);
    const arrived = text.split('"content":"one two three "').length - 1;
    if (arrived !== chunksPerStream) throw new Error(`${to.name}: ${arrived} of ${chunksPerStream} chunks arrived`);
  }
  const chunkCpuUs = ((cpuMs(to) - cpuBefore) * 1000) / streams / chunksPerStream;
  const chunksPerSecond = (chunksPerStream * 1000) / median(streamTimes);
  return { requestMs: median(times), requestCpuMs, perSecond, chunksPerSecond, chunkCpuUs };
}

const upstream = await startUpstream();
const direct: Contender = { name: "no gateway", port: upstream.port, headers: {} };
const contenders = [direct, await startOurs(upstream.port), await startPortkey(upstream.port)];
try {
  // Compiled code is what runs for days.
  for (const contender of contenders) await round(contender);
  const rows = new Map<Contender, Figures[]>(contenders.map((contender) => [contender, []]));
  for (let i = 0; i < rounds; i++) for (const [contender, row] of rows) row.push(await round(contender));
  const of = (contender: Contender, name: keyof Figures): number =>
    median((rows.get(contender) ?? []).map((figures) => figures[name]));
  console.log(`${requests} requests, ${streams} streams of ${chunksPerStream} chunks, median of ${rounds} rounds`);
  console.log(
    `| | added per request | CPU per request | requests/s, ${atOnce} at once | chunks/s of one stream | CPU per chunk |`,
  );
  console.log("| --- | --: | --: | --: | --: | --: |");
  for (const contender of contenders) {
    const added = of(contender, "requestMs") - of(direct, "requestMs");
    const cells = [
      `${added.toFixed(2)} ms`,
      `${of(contender, "requestCpuMs").toFixed(2)} ms`,
      of(contender, "perSecond").toFixed(0),
      of(contender, "chunksPerSecond").toFixed(0),
      `${of(contender, "chunkCpuUs").toFixed(1)} us`,
    ];
    console.log(`| ${contender.name} | ${cells.join(" | ")} |`);
  }
} finally {
  for (const { process: child } of contenders) child?.kill();
  agent.destroy();
  upstream.close();
}
