/** How programs test their own code against faults: by name, by seed, by a header, without a key. */
import { describe, expect, it } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { openai } from "../../generated/openai.js";
import { failover, isModelwrightError, user } from "../../src/index.js";
import { createSimulator, type FaultRule } from "../../src/testing.js";

/** The code of somebody's program: an apology instead of an error. */
async function answer(question: string, simulator: ReturnType<typeof simulated>): Promise<string> {
  const options = { apiKey: "any", fetch: simulator.fetch, retry: false } as const;
  const group = failover(
    [
      openai.create({ ...options, baseURL: simulator.baseURL("openai") })("gpt-4.1"),
      anthropic.create({ ...options, baseURL: simulator.baseURL("anthropic") })("claude-haiku-4-5"),
    ],
    { midStream: "auto" },
  );
  try {
    return (await group.stream({ messages: [user(question)] }).reply).text;
  } catch (error) {
    return isModelwrightError(error) ? `Sorry (${error.code}).` : "Sorry.";
  }
}

function simulated(faults: readonly FaultRule[] = [], seed = 1) {
  return createSimulator({ providers: [openai.facts, anthropic.facts], faults, seed });
}

describe("a program under simulated faults", () => {
  it("goes on with the second model when the first breaks off", async () => {
    const simulator = simulated([{ fault: "reset-mid-stream", provider: "openai" }]);
    simulator.reply("Rome is the capital of Italy.");
    simulator.reply("Rome is the capital of Italy.");
    expect(await answer("Capital of Italy?", simulator)).toContain("Italy");
    expect(simulator.requests.map(({ provider }) => provider)).toEqual(["openai", "anthropic"]);
  });

  it("apologises when nobody answers, and for a refusal", async () => {
    expect(await answer("Hi", simulated([{ fault: "status-503" }]))).toBe("Sorry (overloaded).");
    const simulator = simulated();
    simulator.fault("content-filter", { provider: "openai", times: 1 });
    expect(await answer("Hi", simulator)).toBe("Sorry (content-filter).");
    expect(simulator.requests).toHaveLength(1);
  });

  it("sees the same weather for the same seed", async () => {
    const weather = async (seed: number) => {
      const simulator = simulated([{ fault: "quota-exhausted", probability: 0.4 }], seed);
      const outcomes: string[] = [];
      for (let i = 0; i < 12; i++) outcomes.push((await answer("Hi", simulator)).slice(0, 7));
      return outcomes.join("|");
    };
    expect(await weather(7)).toBe(await weather(7));
    expect(new Set(await Promise.all([1, 2, 3, 4].map(weather))).size).toBeGreaterThan(1);
  });

  it("may ask for a fault itself, by a header", async () => {
    const simulator = simulated();
    const model = openai.create({
      apiKey: "any",
      fetch: simulator.fetch,
      retry: false,
      baseURL: simulator.baseURL("openai"),
    })("gpt-4.1");
    const call = model.chat({ messages: [user("Hi")], extraHeaders: { "x-simulator-fault": "status-429;delay=1500" } });
    await expect(call).rejects.toMatchObject({ code: "rate-limited", retryAfterMs: 1500 });
  });

  it("is told when it names a fault that does not exist", () => {
    expect(() => simulated([{ fault: "status-505" as "status-500" }])).toThrow(
      'there is no fault "status-505"; did you mean "status-50',
    );
    expect(() => simulated().fault("stall-midstream" as "stall-mid-stream")).toThrow(
      'did you mean "stall-mid-stream"?',
    );
  });
});
