/**
 * What `modelwright dev` takes, as a process with the shipped catalog loaded, from a saved catalog file to the new types
 * on disk and to the next call that is held to them: `tsx test/bench/dev.ts`. Exits with 1 when a goal is missed.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { until, Workspace } from "../cli/workspace.js";
import { root } from "../source-tree.js";
import { rounds } from "./command-line.js";
import { type Figure, record } from "./record.js";
import { machine, quantile } from "./statistics.js";

const edits = rounds(50, 15);

/** p50, in milliseconds. */
const goals = { types: 200, call: 300 } as const;

/** Saves are apart, as those of people are. */
const pauseMs = 150;

/** A file of some 350 models, and one of a single model. */
const edited = [
  { provider: "openrouter", model: "bench-model" },
  { provider: "acme", model: "large" },
] as const;

const acme = {
  catalogVersion: 1,
  provider: {
    id: "acme",
    name: "Acme",
    role: "lab",
    protocol: "openai-chat",
    baseURL: "https://api.acme.example/v1",
    auth: [{ type: "bearer", env: ["ACME_API_KEY"] }],
  },
  models: {},
};

interface Server {
  readonly url: string;
  readonly token: string;
}

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A model of which each round allows one parameter more or less, and another range: both types and calls show it. */
const modelOf = (round: number): object => ({
  kind: "chat",
  input: ["text"],
  output: ["text"],
  params: { temperature: { min: 0, max: 1 + round / 100 }, seed: round % 2 === 1 },
});

/** The sentence of the refusal of a temperature that no round allows. Nothing is asked of a model. */
async function refusal({ url, token }: Server, model: string): Promise<string> {
  const response = await fetch(`${url}/v1/chat/completions`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify({ model, messages: [{ role: "user", content: "hi" }], temperature: 9 }),
  });
  return response.text();
}

/** Milliseconds from the save of each edit to what it changes. */
async function measure(there: Workspace, server: Server, { provider, model }: (typeof edited)[number]) {
  const path = `catalog/${provider}.json`;
  const file = JSON.parse(there.read(path)) as { models: Record<string, object> };
  const types: number[] = [];
  const calls: number[] = [];
  for (let round = 1; round <= edits; round++) {
    await sleep(pauseMs);
    const before = there.read(`generated/${provider}.ts`);
    const inode = there.inode(`generated/${provider}.ts`);
    file.models[model] = modelOf(round);
    const text = `${JSON.stringify(file, null, 2)}\n`;
    const began = performance.now();
    there.write(path, text);
    const written = (async () => {
      while (there.inode(`generated/${provider}.ts`) === inode) await sleep(1);
      types.push(performance.now() - began);
      if (there.read(`generated/${provider}.ts`) === before)
        throw new Error("the types were written, but are the same");
    })();
    const held = (async () => {
      const wanted = `between 0 and ${1 + round / 100}`;
      while (!(await refusal(server, `${provider}/${model}`)).includes(wanted)) await sleep(5);
      calls.push(performance.now() - began);
    })();
    await Promise.all([written, held]);
  }
  return { types, calls };
}

/** The shipped catalog as a folder of one's own, with the models that are edited. */
function workspace(): Workspace {
  const there = new Workspace();
  const shipped = join(root, "catalog");
  for (const name of readdirSync(shipped))
    if (!name.endsWith(".schema.json")) there.write(`catalog/${name}`, readFileSync(join(shipped, name), "utf8"));
  for (const { provider, model } of edited) {
    const path = `catalog/${provider}.json`;
    const file = provider === "acme" ? structuredClone(acme) : JSON.parse(there.read(path));
    there.write(path, { ...file, models: { ...file.models, [model]: modelOf(0) } });
  }
  return there;
}

const there = workspace();
const dev = there.start("dev", "--port", "0");
try {
  await until(() => dev.output().includes("watching"), dev.output);
  const server = JSON.parse(there.read(".modelwright/dev.json")) as Server;
  const rows: object[] = [];
  const figures: { [what: string]: Figure } = {};
  for (const target of edited) {
    const { types, calls } = await measure(there, server, target);
    const models = Object.keys(JSON.parse(there.read(`catalog/${target.provider}.json`)).models).length;
    const row = (what: keyof typeof goals, times: readonly number[]): void => {
      const [p50, p99] = [quantile(times, 0.5), quantile(times, 0.99)].map(Math.round) as [number, number];
      rows.push({ provider: target.provider, models, "save to": what, goal: goals[what], p50, p99, edits });
      figures[`${target.provider}: catalog file saved to ${what}`] = {
        ours: p50,
        most: goals[what],
        unit: " ms",
        why: [`${p50} ms p50`, `${p99} ms p99`, `${Math.round(Math.min(...times))} ms at least`],
      };
      if (p50 > goals[what]) process.exitCode = 1;
    };
    row("types", types);
    row("call", calls);
  }
  console.log(machine());
  console.table(rows);
  console.log(
    `Edit to new types on disk ≤ ${goals.types} ms, edit to next call ≤ ${goals.call} ms:`,
    process.exitCode === 1 ? "missed" : "reached",
  );
  record("dev", figures);
} finally {
  await dev.stop();
  there.remove();
}
