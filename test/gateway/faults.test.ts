/** Every fault of the published failover catalogue through the gateway, read by OpenAI's client, by the scorecard's criteria. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { anthropic } from "../../generated/anthropic.js";
import { openai } from "../../generated/openai.js";
import { failover } from "../../src/index.js";
import { createGateway } from "../../src/server/gateway.js";
import { serve } from "../../src/server/serve.js";
import type { GatewayServer } from "../../src/server/serve-options.js";
import type { Simulator } from "../../src/testing.js";
import { apiKey, through } from "../bench/scorecard-peers.js";
import { answer, arm, createBed, primaryModel, secondModels } from "../routing/bed.js";
import { judge, type Outcome } from "../routing/judge.js";
import { scenarios } from "../routing/scenarios.js";

let simulator: Simulator;
let server: GatewayServer;
beforeAll(async () => {
  simulator = await createBed();
  // The client waits 2 s: the route must be done with its first member before.
  const options = { apiKey, timeouts: { firstByte: 300, idle: 300 }, retry: { maxAttempts: 2 } };
  const first = openai.create({ ...options, baseURL: simulator.baseURL("openai") })(primaryModel);
  const second = anthropic.create({ ...options, baseURL: simulator.baseURL("anthropic") });
  const routes = {
    resumes: failover([first, second(secondModels.resumes)], { midStream: "auto" }),
    restarts: failover([first, second(secondModels.restarts)], { midStream: "auto" }),
  };
  server = await serve(createGateway({ models: { providers: [], routes } }), { token: apiKey });
});
afterAll(async () => {
  await server.close();
  await simulator.close();
});
beforeEach(() => simulator.reset());

describe("a route of two", () => {
  it.each(scenarios)("$id $title", async (scenario) => {
    arm(simulator, scenario);
    const client = await through(`${server.url}/v1`, scenario.secondRejectsPrefill ? "restarts" : "resumes");
    const outcomes: Outcome[] = [];
    for (let i = 0; i < (scenario.calls ?? 1); i++) {
      const failed = (error: unknown) => ({ text: "", error });
      // Times are for the bench.
      outcomes.push({ ...(await client.call(scenario, simulator).catch(failed)), ms: 0 });
    }
    expect(judge({ scenario, outcomes, answer, requests: simulator.requests })).toEqual({ grade: "pass", note: "" });
  });
});
