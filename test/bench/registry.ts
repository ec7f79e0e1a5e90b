/** What a changing catalog costs, and how well names tell capabilities: `tsx test/bench/registry.ts`. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle } from "../../src/client/handle.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import {
  backendSource,
  createInference,
  createRegistry,
  files,
  type Inferred,
  inferredFlags,
  MemoryStore,
  memoryBackend,
  statedFlags,
} from "../../src/registry.js";
import { rounds as roundsOf } from "./command-line.js";
import { record } from "./record.js";

const rounds = roundsOf(100, 30);

const quantile = (values: readonly number[], q: number): number =>
  Math.round((values.toSorted((a, b) => a - b)[Math.min(values.length - 1, Math.floor(values.length * q))] ?? 0) * 10) /
  10;

const summary = (name: string, values: readonly number[]) => ({
  what: name,
  rounds: values.length,
  "p50 ms": quantile(values, 0.5),
  "p99 ms": quantile(values, 0.99),
  "max ms": quantile(values, 1),
});

const answer = { role: "assistant", content: "hi" };
const fetch = async () => Response.json({ id: "a", choices: [{ index: 0, message: answer, finish_reason: "stop" }] });
const acme = () =>
  defineProvider(
    { protocols: [openaiChat], facts: { id: "acme", baseURL: "https://acme.invalid", models: { m: {} } } },
    { apiKey: "none", env: {}, fetch: fetch as never },
  );
const overlayWith = (id: string) => JSON.stringify({ provider: { id: "acme" }, models: { [id]: { kind: "chat" } } });

/** From the moment of the save until a call of the model that the save added is answered. */
async function editToCall(): Promise<readonly number[]> {
  const folder = mkdtempSync(join(tmpdir(), "modelwright-bench-"));
  const path = join(folder, "models.json");
  writeFileSync(path, overlayWith("start"));
  const registry = await createRegistry({ providers: { acme: acme() }, sources: [files(path, { watch: true })] });
  const times: number[] = [];
  try {
    await new Promise((resolve) => setTimeout(resolve, 500));
    for (let round = 0; round < rounds; round += 1) {
      const began = performance.now();
      writeFileSync(path, overlayWith(`m${round}`));
      for await (const { added } of registry.changes()) if (added.includes(`acme/m${round}`)) break;
      await (registry.model(`acme/m${round}`) as unknown as ChatHandle).chat({ messages: "hi" });
      times.push(performance.now() - began);
    }
  } finally {
    await registry.close();
    rmSync(folder, { recursive: true });
  }
  return times;
}

/** From a put until every one of 50 registries uses it. */
async function putToAll(): Promise<readonly number[]> {
  const store = new MemoryStore();
  const writer = memoryBackend(store);
  const registries = await Promise.all(
    Array.from({ length: 50 }, () =>
      createRegistry({ providers: { acme: acme() }, sources: [backendSource(memoryBackend(store))] }),
    ),
  );
  const times: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const began = performance.now();
    await writer.put("modelwright/catalog/acme.json", overlayWith(`m${round}`));
    while (!registries.every((registry) => registry.get(`acme/m${round}`) !== undefined))
      await new Promise((resolve) => setTimeout(resolve, 1));
    times.push(performance.now() - began);
    if (new Set(registries.map(({ generation }) => generation.id)).size !== 1) throw new Error("they did not converge");
  }
  await Promise.all(registries.map((registry) => registry.close()));
  return times;
}

/** Every listed model is guessed from all other providers, and compared with what its own catalog file says. */
function precision(providers: readonly ProviderFacts[]): object[] {
  const infer = createInference(providers);
  const guesses: {
    readonly guess: Inferred;
    readonly facts: ReturnType<typeof statedFlags>;
    readonly gateway: boolean;
  }[] = [];
  let models = 0;
  for (const provider of providers)
    for (const [id, facts] of Object.entries(provider.models)) {
      models += 1;
      const guess = infer(id, provider.id);
      if (guess !== undefined) guesses.push({ guess, facts: statedFlags(facts), gateway: provider.role === "gateway" });
    }
  return (["name", "family"] as const).flatMap((by) => {
    const of = guesses.filter(({ guess }) => guess.by === by);
    return inferredFlags.map((flag) => {
      const told = of.filter(({ guess, facts }) => guess.flags[flag] !== undefined && facts[flag] !== undefined);
      const isRight = ({ guess, facts }: (typeof told)[number]) => guess.flags[flag] === facts[flag];
      const direct = told.filter(({ gateway }) => !gateway);
      const percent = (part: number, whole: number) =>
        whole === 0 ? "-" : `${Math.round((1000 * part) / whole) / 10} %`;
      return {
        by,
        flag,
        "of models": models,
        compared: told.length,
        right: percent(told.filter(isRight).length, told.length),
        "right without gateways": percent(direct.filter(isRight).length, direct.length),
      };
    });
  });
}

const edits = await editToCall();
const puts = await putToAll();
console.table([summary("file saved → call answered", edits), summary("put → 50 registries use it", puts)]);
const slowestFirst = edits.toSorted((a, b) => b - a).map((ms) => `${Math.round(ms)} ms`);
record("registry", {
  "overlay file saved to the next call that uses it, p99": {
    ours: quantile(edits, 0.99),
    most: 300,
    unit: " ms",
    why: slowestFirst.slice(0, 10),
  },
  "put to 50 registries that use it, p99": { ours: quantile(puts, 0.99), most: 1_000, unit: " ms" },
});
const catalog = fileURLToPath(new URL("../../catalog", import.meta.url));
console.table(precision((await loadCatalog(catalog)).providers));
