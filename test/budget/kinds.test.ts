/** Budgets of models whose price is by the piece: held before anything is sent, settled to what came, once for each job. */
import { describe, expect, it } from "vitest";
import { cohere } from "../../generated/cohere.js";
import { openai } from "../../generated/openai.js";
import { audit, memoryAuditSink } from "../../src/audit.js";
import { type BudgetOptions, budget, type Ledger, memoryLedger, type Spend } from "../../src/budget.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { prometheusMetrics } from "../../src/telemetry.js";
import { createSimulator } from "../../src/testing.js";

const simulator = createSimulator({ providers: [openai.facts, cohere.facts] });

function within(amount: number, ledger: Ledger, options: Partial<BudgetOptions> & ClientOptions = {}) {
  simulator.reset();
  const { unknownCost, ...rest } = options;
  const policy = budget({ limits: [{ amount }], ledger, ...(unknownCost === undefined ? {} : { unknownCost }) });
  const client = (provider: string): ClientOptions => ({
    apiKey: "k",
    env: {},
    retry: false,
    fetch: simulator.fetch,
    baseURL: simulator.baseURL(provider),
    budget: policy,
    ...rest,
  });
  return { openai: openai.create(client("openai")), cohere: cohere.create(client("cohere")) };
}

async function spendsOf(ledger: Ledger): Promise<Spend[]> {
  const spends: Spend[] = [];
  for await (const spend of ledger.spends()) spends.push(spend);
  return spends;
}

const usd = (amount: number) => BigInt(Math.round(amount * 1e9));

describe("a budget", () => {
  it("holds the dearest picture that the request leaves open, and settles the one that came", async () => {
    const ledger = memoryLedger();
    // A picture of open size in standard quality costs 0.04 to 0.07999.
    const poor = within(0.05, ledger);
    const request = { prompt: "A cat", quality: "standard" } as const;
    await expect(poor.openai("dall-e-3").image(request)).rejects.toMatchObject({ code: "budget-exceeded" });
    expect(simulator.requests).toEqual([]);
    const reply = await poor.openai("dall-e-3").image({ ...request, size: "1024x1024" });
    expect(reply.cost).toMatchObject({ state: "known", amount: 0.04 });
    expect((await spendsOf(ledger)).map(({ amount, certainty }) => [amount, certainty])).toEqual([
      [usd(0.04), "known"],
    ]);
  });

  it("counts characters of speech and queries of rankings", async () => {
    const ledger = memoryLedger();
    const { openai: voices, cohere: ranks } = within(0.01, ledger);
    await voices("tts-1").speech({ input: "x".repeat(400), voice: "alloy" });
    await ranks("rerank-v3.5").rerank({ query: "cats", documents: ["a", "b"] });
    // 400 x 15 / 1,000,000, and one query.
    expect((await spendsOf(ledger)).map(({ amount }) => amount)).toEqual([usd(0.006), usd(0.002)]);
    const more = voices("tts-1").speech({ input: "x".repeat(400), voice: "alloy" });
    await expect(more).rejects.toThrow("0.008 of the budget");
  });

  it("pays a job once, when it is submitted, and writes it down once", async () => {
    const [ledger, sink, metrics] = [memoryLedger(), memoryAuditSink(), prometheusMetrics()];
    const { openai: films } = within(1, ledger, { audit: audit({ sink }), telemetry: metrics });
    await films("sora-2").video({ prompt: "Rain", duration: 8, pollMs: 1 });
    expect(simulator.requests.length).toBeGreaterThan(1);
    expect((await spendsOf(ledger)).map(({ amount }) => amount)).toEqual([usd(0.8)]);
    const types: string[] = [];
    for await (const { event } of sink.records()) types.push(event.type);
    expect(types).toEqual(["call-started", "call-ended"]);
    expect(metrics.text()).toMatch(/modelwright_cost_total\{.*model="sora-2".*\} 0\.8/);
    expect(metrics.text()).toMatch(/modelwright_calls_total\{.*model="sora-2".*\} 1\n/);
    const sent = simulator.requests.length;
    expect(metrics.text()).toMatch(new RegExp(`modelwright_attempts_total\\{.*model="sora-2".*\\} ${sent}\n`));
    const second = films("sora-2").video({ prompt: "Rain", duration: 8, pollMs: 1 });
    await expect(second).rejects.toMatchObject({ code: "budget-exceeded" });
  });

  it("blocks what nothing bounds, unless that is allowed", async () => {
    const open = { prompt: "Rain", pollMs: 1 } as const;
    const refused = within(100, memoryLedger()).openai("sora-2").video(open);
    await expect(refused).rejects.toThrow("nothing bounds that");
    const ledger = memoryLedger();
    await within(100, ledger, { unknownCost: "allow" }).openai("sora-2").video(open);
    expect(await spendsOf(ledger)).toEqual([]);
  });

  it("and the metrics have the price of a picture", async () => {
    const metrics = prometheusMetrics();
    const { openai: pictures } = within(1, memoryLedger(), { telemetry: metrics });
    await pictures("dall-e-3").image({ prompt: "A cat", quality: "hd", size: "1024x1024" });
    expect(metrics.text()).toMatch(/modelwright_cost_total\{.*model="dall-e-3".*currency="USD"\} 0\.08/);
  });
});
