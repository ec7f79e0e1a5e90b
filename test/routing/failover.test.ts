/** Failover under every fault of the published catalogue, through the public API. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { groq } from "../../generated/groq.js";
import { openai } from "../../generated/openai.js";
import { loadCatalog } from "../../src/catalog/load.js";
import type { ChatEvent } from "../../src/chat/events.js";
import { failover, isModelwrightError, user } from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";
import { type Scenario, scenarios } from "./scenarios.js";

const { providers } = await loadCatalog("catalog");
const simulator = createSimulator({ providers: providers.filter(({ id }) => id === "openai" || id === "groq") });
const answer = "one two three four five six seven eight nine ten ".repeat(6);

beforeAll(async () => {
  await simulator.listen();
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

function group() {
  const options = { apiKey: "simulated", timeouts: { firstByte: 400, idle: 400 } };
  const primary = openai.create({ ...options, baseURL: simulator.baseURL("openai") })("gpt-4.1");
  const second = groq.create({ ...options, baseURL: simulator.baseURL("groq") })("llama-3.3-70b-versatile");
  return failover([primary, second], { midStream: "auto" });
}

async function run({ stream }: Scenario) {
  const request = { messages: [user("Count.")] };
  const events: ChatEvent[] = [];
  if (!stream) return { reply: await group().chat(request), events };
  const running = group().stream(request);
  for await (const event of running) events.push(event);
  return { reply: await running.reply, events };
}

/** The text a reader ends up with: a restart begins it anew. */
function seen(events: readonly ChatEvent[]): string {
  let text = "";
  for (const event of events) {
    if (event.type === "text-delta") text += event.text;
    if (event.type === "switch" && event.mode === "restart") text = "";
  }
  return text;
}

describe("a group of two", () => {
  it.each(scenarios)("$id $title", async (scenario) => {
    scenario.arm(simulator, { provider: "openai" });
    for (let call = 0; call < (scenario.calls ?? 1); call++) {
      for (let request = 0; request < 4; request++) simulator.reply({ text: answer });
      const result = await run(scenario).catch((error: unknown) => ({ error }));
      if (scenario.want === "error") {
        expect("error" in result && isModelwrightError(result.error) && result.error.code).toBe(scenario.code);
        expect(simulator.requests.some(({ provider }) => provider === "groq")).toBe(false);
        continue;
      }
      if ("error" in result) throw result.error;
      expect(result.reply.text).toBe(answer);
      if (scenario.stream) expect(seen(result.events)).toBe(answer);
      expect(result.events.filter(({ type }) => type === "finish").length).toBe(scenario.stream ? 1 : 0);
      if (scenario.calls === undefined)
        expect(result.reply.provider).toBe(scenario.want === "primary" ? "openai" : "groq");
      expect(result.reply.usage.state).toBe("known");
      expect(result.reply.usage.outputTokens).toBeGreaterThan(0);
    }
    const asked = simulator.requests.filter(({ provider }) => provider === "openai").length;
    expect(asked).toBeLessThanOrEqual(scenario.primaryRequests);
  });
});
