/** Calls of one model at the simulator whose cost is known: 1,000 tokens out, and a client with a budget around them. */
import { openai } from "../../generated/openai.js";
import { type BudgetOptions, budget } from "../../src/budget/budget.js";
import type { ClientOptions } from "../../src/client/client-options.js";
import { user } from "../../src/index.js";
import { createSimulator, type Simulator } from "../../src/testing.js";

export const modelId = "gpt-4.1";
const answerTokens = 1000;
const promptTokens = 10;

/** USD per call, from the catalog's prices. */
const prices = openai.facts.models[modelId]?.pricing?.tokens;
export const costOfCall =
  (promptTokens * (prices?.input ?? Number.NaN) + answerTokens * (prices?.output ?? Number.NaN)) / 1e6;

export function simulate(): Simulator {
  return createSimulator({
    providers: [openai.facts],
    script: () => ({ text: "Done.", usage: { input: promptTokens, output: answerTokens } }),
  });
}

export function clientOf(
  simulator: Pick<Simulator, "fetch" | "baseURL">,
  options: BudgetOptions,
  rest: ClientOptions = {},
) {
  const connection = {
    apiKey: "simulated",
    fetch: simulator.fetch,
    baseURL: simulator.baseURL("openai"),
    retry: false as const,
  };
  return openai.create({ ...connection, budget: budget(options), ...rest })(modelId);
}

export type Client = ReturnType<typeof clientOf>;

export const request = { messages: [user("Hi")], maxOutputTokens: answerTokens };

/** How many calls were answered; all others must have failed for want of money. */
export async function callAll(clients: readonly Client[], count: number): Promise<number> {
  const calls = Array.from({ length: count }, (_, i) => (clients[i % clients.length] as Client).chat(request));
  const outcomes = await Promise.allSettled(calls);
  for (const outcome of outcomes)
    if (outcome.status === "rejected" && outcome.reason.code !== "budget-exceeded") throw outcome.reason;
  return outcomes.filter(({ status }) => status === "fulfilled").length;
}
