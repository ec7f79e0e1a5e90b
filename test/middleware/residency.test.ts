/** Calls stay in the regions that are allowed: by what the catalog states, by what the client states, and never by guess. */
import { describe, expect, it } from "vitest";
import { openai } from "../../generated/openai.js";
import { budget, memoryLedger, spendReport } from "../../src/budget.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { defineProvider } from "../../src/client/define-provider.js";
import type { ChatHandle, ImageHandle } from "../../src/client/handle.js";
import { failover, residency } from "../../src/index.js";
import { openaiChat } from "../../src/protocols/openai-chat/index.js";

const answer = {
  id: "x",
  model: "m",
  choices: [{ index: 0, message: { role: "assistant", content: "Hi" }, finish_reason: "stop" }],
  data: [{ b64_json: "aGk=" }],
  usage: { prompt_tokens: 1_000_000, completion_tokens: 0 },
};

function cloud(options: ClientOptions = {}) {
  const sent: string[] = [];
  const chat = { kind: "chat" } as const;
  const pricing = { currency: "USD", tokens: { input: 1, output: 1 }, regions: { eu: { multiply: 1.1 } } };
  const facts = {
    id: "cloud",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the catalog, not of the language
    baseURL: "https://${region}.cloud.test/v1",
    // biome-ignore lint/suspicious/noTemplateCurlyInString: a template of the catalog, not of the language
    region: "${region}",
    vars: { region: { env: ["CLOUD_REGION"], default: "us-east-1" } },
    models: {
      m: { ...chat, pricing },
      long: { ...chat, pricing, limits: { context: 2_000_000 } },
      pictures: { kind: "image", pricing } as const,
      "eu.m": { ...chat, region: "eu" },
      elsewhere: { ...chat, transport: { baseURL: "https://other.test/v1" } },
    },
  };
  const fetch = async (url: unknown) => {
    sent.push(String((url as Request).url ?? url));
    return Response.json(answer);
  };
  const provider = defineProvider(
    { protocols: [openaiChat], facts },
    { fetch, env: {}, residency: residency({ allow: ["eu"] }), ...options },
  );
  const ask = (model: keyof typeof facts.models) =>
    (provider.model(model) as ChatHandle).chat({ messages: "Hi" }) as Promise<{ readonly cost: unknown }>;
  const image = (model: keyof typeof facts.models) => (provider.model(model) as ImageHandle).image({ prompt: "Hi" });
  return { sent, ask, image, provider };
}

describe("residency", () => {
  it("refuses another region, and one that nobody states, before anything is sent", async () => {
    const { ask, sent } = cloud();
    await expect(ask("m")).rejects.toMatchObject({ code: "region-blocked", message: /processed in us-east-1/ });
    await expect(ask("elsewhere")).rejects.toMatchObject({ code: "region-blocked", message: /not stated/ });
    expect(sent).toEqual([]);
  });

  it("lets through what lies in an allowed region: of the client's variables, of the environment, of the model", async () => {
    const { ask, sent } = cloud({ vars: { region: "eu-west-1" } });
    await ask("m");
    await cloud({ env: { CLOUD_REGION: "eu-central-1" } }).ask("m");
    await cloud().ask("eu.m");
    await expect(cloud({ vars: { region: "europe-west4" } }).ask("m")).rejects.toMatchObject({
      code: "region-blocked",
    });
    expect(sent).toEqual(["https://eu-west-1.cloud.test/v1/chat/completions"]);
  });

  it("does not believe the catalog of a base URL that is not the catalog's", async () => {
    const baseURL = "https://proxy.test/v1";
    await expect(cloud({ baseURL, vars: { region: "eu-west-1" } }).ask("m")).rejects.toMatchObject({
      code: "region-blocked",
    });
    await expect(cloud({ baseURL, region: "eu-west-1" }).ask("m")).resolves.toBeDefined();
  });

  it("prices the region, too", async () => {
    expect((await cloud({ vars: { region: "eu-west-1" } }).ask("m")).cost).toMatchObject({ amount: 1.1 });
    expect((await cloud({ residency: undefined }).ask("m")).cost).toMatchObject({ amount: 1 });
    const ledger = memoryLedger();
    const bound = ({ model }: { readonly model: string }) => (model === "pictures" ? 2 : undefined);
    const within = (amount: number) => budget({ ledger, limits: [{ amount }], bound });
    // The context has room for 2,000,000 tokens.
    const tight = cloud({ vars: { region: "eu-west-1" }, budget: within(2.1) });
    await expect(tight.ask("long")).rejects.toMatchObject({ code: "budget-exceeded" });
    await cloud({ vars: { region: "eu-west-1" }, budget: within(2.3) }).ask("long");
    await cloud({ vars: { region: "eu-west-1" }, budget: within(9) }).image("pictures");
    const rows = await spendReport(ledger, { by: ["model"] });
    expect(rows.map(({ group, amount }) => [group[0], amount]).sort()).toEqual([
      ["cloud/long", 1.1],
      ["cloud/pictures", 1.1],
    ]);
  });

  it("sends a route on to the member that is allowed", async () => {
    const blocked = openai.create({ apiKey: "k", env: {}, residency: residency({ allow: ["eu"] }) })("gpt-4.1");
    const { provider, sent } = cloud({ vars: { region: "eu-west-1" } });
    const group = failover([blocked, provider.model("m") as never]);
    await (group as unknown as ChatHandle).chat({ messages: [{ role: "user", content: "Hi" }] });
    expect(sent).toHaveLength(1);
  });

  it("needs a region to allow", () => {
    expect(() => residency({ allow: [] })).toThrow("must name a region");
  });
});
