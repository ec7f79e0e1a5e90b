/** What the dev server tells of spending: sums of the gateway's own exchanges. */
import { afterAll, expect, it } from "vitest";
import { DevSpend, spendAsCsv } from "../../src/server/dev-spend.js";
import { jsonRequest, startUpstream } from "./support.js";

const spend = new DevSpend();
const { simulator, gateway } = await startUpstream({ onExchange: (exchange) => spend.add(exchange) });
afterAll(() => simulator.close());

it("sums calls by model, the dearest first, streams included", async () => {
  const ask = async (model: string, more: object = {}) => {
    simulator.reply({ text: "Done.", usage: { input: 10, output: 100 } });
    const body = { model, messages: [{ role: "user", content: "hi" }], ...more };
    await (await gateway.fetch(jsonRequest("/chat/completions", body))).text();
  };
  await ask("openai/gpt-4.1-nano");
  await ask("openai/gpt-4.1");
  await ask("openai/gpt-4.1", { stream: true });
  await ask("openai/no-such-model");
  const row = { simulated: true, currency: "USD" };
  expect(spend.rows()).toEqual([
    // Per call (10 x 2 + 100 x 8) / 1,000,000.
    { ...row, model: "openai/gpt-4.1", amount: 0.00164, calls: 2, inputTokens: 20, outputTokens: 200 },
    { ...row, model: "openai/gpt-4.1-nano", amount: 0.000041, calls: 1, inputTokens: 10, outputTokens: 100 },
  ]);
  expect(spendAsCsv(spend.rows()).split("\r\n")).toEqual([
    "model,simulated,currency,amount,calls,inputTokens,outputTokens",
    "openai/gpt-4.1,true,USD,0.00164,2,20,200",
    "openai/gpt-4.1-nano,true,USD,0.000041,1,10,100",
    "",
  ]);
});
