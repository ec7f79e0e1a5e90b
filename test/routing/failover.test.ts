/** Failover under every fault of the published catalogue, through the public API, by the criteria of the scorecard. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { openai } from "../../generated/openai.js";
import { failover, user } from "../../src/index.js";
import type { Simulator } from "../../src/testing.js";
import { answer, arm, createBed, primaryModel, secondModels } from "./bed.js";
import { judge, type Outcome } from "./judge.js";
import { type Scenario, scenarios } from "./scenarios.js";

let simulator: Simulator;
beforeAll(async () => {
  simulator = await createBed();
});
afterAll(() => simulator.close());
beforeEach(() => simulator.reset());

function groupFor({ secondRejectsPrefill }: Scenario) {
  const options = { apiKey: "simulated", timeouts: { firstByte: 400, idle: 400 } };
  const second = anthropic.create({ ...options, baseURL: simulator.baseURL("anthropic") });
  const first = openai.create({ ...options, baseURL: simulator.baseURL("openai") })(primaryModel);
  return failover([first, secondRejectsPrefill ? second(secondModels.restarts) : second(secondModels.resumes)], {
    midStream: "auto",
  });
}

/** Times are for the bench. */
async function call(scenario: Scenario): Promise<Outcome> {
  const request = { messages: [user("Count.")] };
  let text = "";
  try {
    const group = groupFor(scenario);
    if (!scenario.stream) {
      const reply = await group.chat(request);
      return { text: reply.text, model: reply.model, outputTokens: reply.usage.outputTokens, ms: 0 };
    }
    const stream = group.stream(request);
    const finishes: string[] = [];
    for await (const event of stream) {
      if (event.type === "text-delta") text += event.text;
      if (event.type === "switch" && event.mode === "restart") text = "";
      if (event.type === "finish") finishes.push(event.finishReason);
    }
    expect(finishes).toEqual(["stop"]);
    const reply = await stream.reply;
    expect(reply.text).toBe(text);
    return { text, model: reply.model, outputTokens: reply.usage.outputTokens, ms: 0 };
  } catch (error) {
    return { text, error, ms: 0 };
  }
}

describe("a group of two", () => {
  it.each(scenarios)("$id $title", async (scenario) => {
    arm(simulator, scenario);
    const outcomes: Outcome[] = [];
    for (let i = 0; i < (scenario.calls ?? 1); i++) outcomes.push(await call(scenario));
    expect(judge({ scenario, outcomes, answer, requests: simulator.requests })).toEqual({ grade: "pass", note: "" });
  });
});

describe("the judge", () => {
  const scenario = scenarios.find(({ id }) => id === "S08") as Scenario;
  const request = { provider: "openai", model: primaryModel } as Simulator["requests"][number];
  const whole = { text: answer, model: primaryModel, outputTokens: 60, ms: 5 };
  it.each([
    [whole, [request], "pass"],
    [{ ...whole, text: answer.slice(0, 40) }, [request], "fail"],
    [{ ...whole, text: answer + answer }, [request], "fail"],
    [{ ...whole, hung: true }, [request], "fail"],
    [{ ...whole, text: "", error: new Error("cut") }, [request], "safe"],
    [{ ...whole, model: "another" }, [request], "partial"],
    [{ ...whole, outputTokens: undefined }, [request], "partial"],
    [{ ...whole, ms: 11_000 }, [request], "partial"],
    [whole, [request, request], "partial"],
  ])("grades %#", (outcome, requests, grade) => {
    expect(judge({ scenario, outcomes: [outcome], answer, requests }).grade).toBe(grade);
  });
});
