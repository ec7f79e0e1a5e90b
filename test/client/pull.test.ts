/** Downloads of models through Ollama: progress, failures, and how they end. */
import { afterAll, beforeEach, expect, it } from "vitest";
import { providerOllama as shipped } from "../../generated/ollama.js";
import { openai } from "../../generated/openai.js";
import type { PullProgress } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";

const quick = createSimulator({ providers: [shipped.facts] });
const slow = createSimulator({ providers: [shipped.facts], latencyMs: { event: 60_000 } });
await Promise.all([quick.listen(), slow.listen()]);
beforeEach(() => quick.reset());
afterAll(() => Promise.all([quick.close(), slow.close()]));
const reaching = (simulator: typeof quick) =>
  ({ baseURL: simulator.baseURL("ollama"), env: {}, retry: false }) as const;
const ollama = shipped.create(reaching(quick));

/** A client whose answer is these lines. */
function answering(...lines: readonly (object | string)[]) {
  const text = lines.map((line) => (typeof line === "string" ? line : `${JSON.stringify(line)}\n`)).join("");
  return shipped.create({ ...reaching(quick), fetch: async () => new Response(text) });
}

async function steps(pull: AsyncIterable<PullProgress>): Promise<PullProgress[]> {
  const all: PullProgress[] = [];
  for await (const step of pull) all.push(step);
  return all;
}

it("tells the progress of each layer, and when the model is there", async () => {
  const all = await steps(ollama.pull("llama3.2"));
  expect(quick.requests).toMatchObject([{ path: "/api/pull", body: { model: "llama3.2", stream: true } }]);
  expect(all[0]).toMatchObject({ status: "pulling manifest", digest: undefined, total: undefined, done: false });
  const layer = all.filter(({ digest }) => digest?.startsWith("sha256:") === true);
  expect(layer.map(({ completed, total }) => [completed, total])).toEqual([
    [0, 1000],
    [400, 1000],
    [800, 1000],
    [1000, 1000],
  ]);
  expect(all.map(({ done }) => done).lastIndexOf(false)).toBe(all.length - 2);
  expect(all.at(-1)).toMatchObject({ status: "success", done: true });
});

it("sends nothing before the first step is asked for", () => {
  ollama.pull("llama3.2");
  expect(quick.requests).toEqual([]);
});

it("ends with the signal, in the middle of a layer and before", async () => {
  const client = shipped.create(reaching(slow));
  const controller = new AbortController();
  const pull = steps(client.pull("llama3.2", { signal: controller.signal }));
  setTimeout(() => controller.abort(), 50);
  await expect(pull).rejects.toMatchObject({ name: "TransportError", code: "aborted" });
  await expect(steps(client.pull("llama3.2", { signal: AbortSignal.abort() }))).rejects.toMatchObject({
    code: "aborted",
  });
});

it("ends when its loop is left", async () => {
  for await (const { status } of ollama.pull("llama3.2")) if (status === "pulling manifest") break;
  expect(quick.requests).toHaveLength(1);
});

it("says what the server says went wrong, and never takes a cut for the end", async () => {
  const manifest = { status: "pulling manifest" };
  const failed = answering(manifest, { error: "pull model manifest: file does not exist" });
  await expect(steps(failed.pull("nothing"))).rejects.toMatchObject({
    name: "ProviderError",
    providerMessage: "pull model manifest: file does not exist",
  });
  for (const client of [answering(manifest), answering(), answering(manifest, { status: "pulling", total: "much" })])
    await expect(steps(client.pull("llama3.2"))).rejects.toMatchObject({ code: "stream-truncated" });
  await expect(steps(answering(manifest, "[1]\n").pull("llama3.2"))).rejects.toMatchObject({
    code: "invalid-response",
  });
});

it("is refused by providers that download nothing", async () => {
  const client = openai.create({ apiKey: "key", env: {}, fetch: () => expect.unreachable("it was sent") });
  await expect(steps(client.pull("gpt-4.1"))).rejects.toMatchObject({ name: "CapabilityError", code: "unsupported" });
});
