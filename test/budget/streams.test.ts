/** What answers cost that were not read to their end: what had arrived, estimated, never nothing and never all that was held. */
import { expect, it } from "vitest";
import { openai } from "../../generated/openai.js";
import { budget, memoryLedger, type Spend } from "../../src/budget.js";
import { user } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";

const simulator = createSimulator({ providers: [openai.facts] });
const answer = "one two three four five six seven eight ".repeat(20);
/** USD: 8 per million, 10,000 tokens. */
const longest = 0.08;

function bed() {
  simulator.reset();
  simulator.reply(answer);
  const ledger = memoryLedger();
  const model = openai.create({
    apiKey: "k",
    env: {},
    retry: false,
    fetch: simulator.fetch,
    baseURL: simulator.baseURL("openai"),
    budget: budget({ limits: [{ name: "all", amount: 0.1 }], ledger }),
  })("gpt-4.1");
  const spends = async (): Promise<Spend[]> => {
    const all: Spend[] = [];
    for await (const spend of ledger.spends()) all.push(spend);
    return all;
  };
  const stream = () => model.stream({ messages: [user("Count.")], maxOutputTokens: 10_000 });
  return { stream, spends };
}

function expectPart(spends: readonly Spend[], text: string): void {
  expect(spends).toMatchObject([{ certainty: "estimated", outputTokens: Math.ceil(text.length / 4) }]);
  expect(Number(spends[0]?.amount) / 1e9).toBeLessThan(longest / 2);
  expect(Number(spends[0]?.amount)).toBeGreaterThan(0);
}

it("is what had arrived when the connection broke", async () => {
  const { stream, spends } = bed();
  simulator.fault("clean-end-mid-stream");
  let text = "";
  const reading = (async () => {
    for await (const piece of stream().text) text += piece;
  })();
  await expect(reading).rejects.toMatchObject({ code: "stream-truncated" });
  expect(text.length).toBeGreaterThan(0);
  expectPart(await spends(), text);
});

it("is what had arrived when the reader left", async () => {
  const { stream, spends } = bed();
  for await (const piece of stream().text) {
    expect(answer).toContain(piece);
    break;
  }
  const [spend, ...others] = await spends();
  expect(others).toEqual([]);
  expect(spend?.certainty).toBe("estimated");
  expect(spend?.outputTokens).toBeGreaterThan(0);
  expect(spend?.outputTokens).toBeLessThan(answer.length / 4);
});

it("is known for one that was read to its end", async () => {
  const { stream, spends } = bed();
  for await (const _piece of stream().text);
  expect(await spends()).toMatchObject([{ certainty: "known" }]);
});
