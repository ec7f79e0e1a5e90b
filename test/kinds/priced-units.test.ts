/** A catalog file of one's own in CNY: fixed prices, prices by size of the request, prices by what is ordered, in each unit. */
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, it } from "vitest";
import type { ProviderFacts } from "../../src/catalog/facts.js";
import { loadCatalog } from "../../src/catalog/load.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle, ImageHandle, SpeechHandle, VideoHandle } from "../../src/client/handle.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";
import { createSimulator } from "../../src/testing.js";

const size = { enum: ["1024x1024", "512x512"] };
const perPicture = (price: number, when: object) => ({ meter: "image", price, when: { size: "1024x1024", ...when } });
const perSecond = (price: number, resolution: string) => ({ meter: "second.output", price, when: { resolution } });
const file = {
  catalogVersion: 1,
  provider: {
    id: "acme",
    name: "Acme",
    role: "host",
    protocol: "openai-chat",
    baseURL: "https://acme.invalid/v1",
    defaultModel: "talks",
    auth: [{ type: "bearer", env: ["ACME_API_KEY"] }],
    defaults: { pricing: { currency: "CNY" } },
  },
  models: {
    talks: {
      kind: "chat",
      input: ["text"],
      output: ["text"],
      pricing: {
        tokens: { input: 4, output: 12 },
        tiers: [{ above: 32, by: "input", tokens: { input: 6, output: 24 } }],
      },
    },
    draws: {
      kind: "image",
      params: { size, quality: { enum: ["low", "high"] } },
      pricing: { units: [perPicture(0.1, { quality: "low" }), perPicture(0.4, { quality: "high" })] },
    },
    "draws-by-area": {
      kind: "image",
      params: { size, n: { type: "integer" } },
      pricing: { units: [{ meter: "megapixel", price: 0.2 }] },
    },
    speaks: {
      kind: "speech",
      params: { voice: { enum: ["ann"] } },
      pricing: { units: [{ meter: "character.input", per: 1_000_000, price: 200 }] },
    },
    films: {
      kind: "video",
      params: { duration: { type: "integer" }, resolution: { enum: ["720p", "1080p"] } },
      pricing: { units: [perSecond(0.5, "720p"), perSecond(0.8, "1080p")] },
    },
    "films-by-piece": { kind: "video", pricing: { units: [{ meter: "video", price: 3 }] } },
  },
};

const folder = await mkdtemp(join(tmpdir(), "modelwright-prices-"));
afterAll(() => rm(folder, { recursive: true }));
await writeFile(join(folder, "acme.json"), JSON.stringify(file));
const [facts] = (await loadCatalog(folder)).providers as [ProviderFacts];
const simulator = createSimulator({ providers: [facts] });
const baseURL = simulator.baseURL("acme");
const acme = defineProvider({ protocols: [openaiChat], facts }, { baseURL, fetch: simulator.fetch, apiKey: "no-key" });

it("prices each as its file says, in its currency", async () => {
  const talk = async (messages: string) => (await (acme("talks") as ChatHandle).chat({ messages })).cost;
  const draw = async (id: string, order: object) =>
    (await (acme(id) as ImageHandle).image({ prompt: "A cat", ...order })).cost;
  const film = async (id: string, order: object) =>
    (await (acme(id) as VideoHandle).video({ prompt: "Rain", pollMs: 1, ...order })).cost;
  const speech = async (input: string) => (await (acme("speaks") as SpeechHandle).speech({ input, voice: "ann" })).cost;

  expect(await talk("Hi")).toMatchObject({
    currency: "CNY",
    breakdown: [{ pricePerMillion: 4 }, { pricePerMillion: 12 }],
  });
  expect(await talk("Hi there. ".repeat(40))).toMatchObject({
    breakdown: [{ pricePerMillion: 6 }, { pricePerMillion: 24 }],
  });
  const known = (amount: number) => ({ state: "known", amount, currency: "CNY" });
  expect(await draw("draws", { size: "1024x1024", quality: "low" })).toMatchObject(known(0.1));
  expect(await draw("draws", { size: "1024x1024", quality: "high" })).toMatchObject(known(0.4));
  expect(await draw("draws-by-area", { size: "1024x1024", n: 2 })).toMatchObject(known(0.4194304));
  expect(await speech("Hello")).toMatchObject(known(0.001));
  expect(await film("films", { duration: 4, resolution: "1080p" })).toMatchObject(known(3.2));
  expect(await film("films-by-piece", {})).toMatchObject(known(3));
});

it("makes up no price for what no row is about, nor for a size that nobody stated", async () => {
  const draw = async (id: string, order: object) =>
    (await (acme(id) as ImageHandle).image({ prompt: "A cat", ...order })).cost;
  expect(await draw("draws", { size: "512x512", quality: "low" })).toEqual({
    state: "unknown",
    reason: "the price per image depends on size and quality",
  });
  expect(await draw("draws-by-area", {})).toEqual({
    state: "unknown",
    reason: "the price is per megapixel, which nothing tells of this call",
  });
});
