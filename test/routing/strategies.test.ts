/** The order of members: turns, weights, cost, speed, load, own strategies; and a group whose breaker switches. */
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import {
  cheapest,
  circuitBreaker,
  degrade,
  failover,
  fastest,
  leastBusy,
  roundRobin,
  route,
  type Strategy,
  weighted,
} from "../../src/index.js";
import { createSimulator } from "../../src/testing.js";
import { type AnyGroup, handlesOf, wireProviders } from "./wires.js";

const prices = { ollama: 3, "cohere-v2": 1, "anthropic-messages": 2 } as const;
const providers = wireProviders((id) => ({
  pricing: { currency: "USD", tokens: { input: prices[id as keyof typeof prices] ?? 9, output: 1 } },
}));
const simulator = createSimulator({ providers });
const handles = handlesOf(simulator, providers);
const members = [handles.ollama, handles["cohere-v2"], handles["anthropic-messages"]] as const;
beforeEach(() => simulator.reset());

const request = { messages: "Hi" };
const asUntyped = (group: object) => group as AnyGroup;
const asked = () => simulator.requests.map(({ provider }) => provider?.slice(2));
function counts(): { readonly [provider: string]: number } {
  const all: { [provider: string]: number } = {};
  for (const provider of asked()) all[provider ?? ""] = (all[provider ?? ""] ?? 0) + 1;
  return all;
}

describe("roundRobin", () => {
  it("asks 3 targets in 1,000 calls equally often, give or take one", async () => {
    const group = asUntyped(roundRobin(members));
    for (let i = 0; i < 1000; i++) await group.chat(request);
    for (const count of Object.values(counts())) expect([333, 334]).toContain(count);
  });
});

describe("weighted", () => {
  it("asks in proportion, and never a member of weight 0", async () => {
    let draw = 0;
    const group = asUntyped(weighted(members, { weights: [3, 0, 1], random: () => (draw++ % 100) / 100 }));
    for (let i = 0; i < 400; i++) await group.chat(request);
    expect(counts()).toEqual({ ollama: 300, "anthropic-messages": 100 });
  });
});

describe("cheapest, fastest and leastBusy", () => {
  it("begin with the member of the lowest price for the request, then the next", async () => {
    simulator.fault("status-503", { provider: "p-cohere-v2" });
    const reply = await asUntyped(cheapest(members)).chat(request);
    expect(asked()).toEqual(["cohere-v2", "anthropic-messages"]);
    expect(reply.provider).toBe("p-anthropic-messages");
  });

  it("try each member once, then the one that answered soonest", async () => {
    const group = asUntyped(fastest(members));
    simulator.fault("slow-first-token", { provider: "p-ollama", delayMs: 60 });
    simulator.fault("slow-first-token", { provider: "p-anthropic-messages", delayMs: 60 });
    for (let i = 0; i < 6; i++) await group.stream(request).reply;
    expect(asked().slice(0, 3).sort()).toEqual(["anthropic-messages", "cohere-v2", "ollama"]);
    expect(new Set(asked().slice(3))).toEqual(new Set(["cohere-v2"]));
  });

  it("spread calls that run at the same time", async () => {
    const group = asUntyped(leastBusy(members));
    await Promise.all(Array.from({ length: 9 }, () => group.chat(request)));
    expect(counts()).toEqual({ ollama: 3, "cohere-v2": 3, "anthropic-messages": 3 });
  });
});

describe("a strategy of one's own", () => {
  it("gets members and request, gives the order, and is told how each try ended", async () => {
    const told: unknown[] = [];
    const byPrompt: Strategy = {
      order: (all, { tags }) => all.filter(({ label }) => label.includes(tags?.want ?? "")),
      began: ({ label }) => {
        return ({ ok }) => void told.push([label, ok]);
      },
    };
    const group = asUntyped(route(members, byPrompt));
    simulator.fault("status-503", { provider: "p-cohere-v2", times: 1 });
    await group.chat({ ...request, tags: { want: "cohere" } }).catch(() => undefined);
    await group.chat({ ...request, tags: { want: "ollama" } });
    expect(told).toEqual([
      ["p-cohere-v2/m-cohere-v2", false],
      ["p-ollama/m-ollama", true],
    ]);
    await expect(group.chat({ ...request, tags: { want: "nobody" } })).rejects.toMatchObject({
      code: "invalid-configuration",
    });
  });
});

describe("a model that is listed twice", () => {
  const one = handles["cohere-v2"];

  it("is refused, also within a group of the group, and by another name of it", () => {
    const twice = expect.objectContaining({
      code: "invalid-configuration",
      message: expect.stringMatching(
        /^members 0 and 1 of a group are the same model of the same client, p-cohere-v2\//,
      ),
    });
    expect(() => failover([one, one])).toThrow(twice);
    expect(() => roundRobin([one, failover([handles.ollama, one])])).toThrow(twice);
    expect(() => failover([one, degrade(one as never, "tools")])).toThrow(twice);
  });

  it("is two where two clients have it", async () => {
    const elsewhere = handlesOf(simulator, providers)["cohere-v2"];
    const group = asUntyped(failover([one, elsewhere]));
    simulator.fault("status-503", { provider: "p-cohere-v2", times: 1 });
    expect((await group.chat(request)).attempts).toHaveLength(2);
  });
});

describe("a model that goes away", () => {
  it("opens its breaker, raises an alert, is gone around without being asked, and comes back", async () => {
    let now = 0;
    const alerts: string[] = [];
    const breaker = circuitBreaker({
      failures: 2,
      openMs: 1000,
      successes: 1,
      clock: { now: () => now, after: () => () => undefined },
      onChange: ({ to }: { readonly to: string }) => void alerts.push(to),
    });
    const [first] = [handlesOf(simulator, providers, { circuitBreaker: breaker }).ollama];
    const group = asUntyped(failover([first, handles["cohere-v2"]]));
    simulator.fault("status-503", { provider: "p-ollama", times: 2 });
    for (let i = 0; i < 4; i++) expect((await group.chat(request)).provider).toBe("p-cohere-v2");
    expect(counts()).toEqual({ ollama: 2, "cohere-v2": 4 });
    expect(alerts).toEqual(["open"]);
    now = 1001;
    expect((await group.chat(request)).provider).toBe("p-ollama");
    expect(alerts.at(-1)).toBe("closed");
  });
});

describe("any script of failures", () => {
  it("asks each member at most once per call without retries, and ends in an answer whenever one member is well", async () => {
    const faults = ["status-503", "status-500", "status-401", "reset-before-headers"] as const;
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.option(fc.constantFrom(...faults)), { minLength: 3, maxLength: 3 }),
        async (script) => {
          simulator.reset();
          script.forEach((fault, i) => {
            if (fault !== null) simulator.fault(fault, { provider: members[i]?.provider as string });
          });
          const outcome = await asUntyped(failover(members))
            .chat(request)
            .catch((error: unknown) => error);
          const healthy = script.indexOf(null);
          expect(simulator.requests.length).toBe(healthy < 0 ? 3 : healthy + 1);
          expect(outcome).toHaveProperty(healthy < 0 ? "code" : "text");
        },
      ),
      { numRuns: 60 },
    );
  });
});
