/** All policies around one client: which layer sees what, and what no script of faults can make of them. */
import fc from "fast-check";
import { beforeAll, describe, expect, it } from "vitest";
import type { ClientOptions } from "../../src/client/client-options.js";
import type { ChatHandle, EmbeddingHandle } from "../../src/client/handle.js";
import { circuitBreaker } from "../../src/middleware/circuit-breaker.js";
import { concurrency } from "../../src/middleware/concurrency.js";
import { keyPool } from "../../src/middleware/key-pool.js";
import { rateLimit } from "../../src/middleware/rate-limit.js";
import { development, production } from "../../src/presets.js";
import { plainModel, provider } from "../client/support.js";
import { FakeClock } from "./fake-clock.js";

const good = { choices: [{ index: 0, message: { content: "Hi" }, finish_reason: "stop" }] };
const statuses = [200, 400, 401, 429, 500, 503] as const;

function clientOf(fetch: ClientOptions["fetch"], options: ClientOptions) {
  const models = { m: plainModel, e: { kind: "embedding" } } as const;
  return provider("https://p.test", models, { options: { fetch, ...options } });
}

// What is loaded with the first call is loaded in real time.
beforeAll(async () => {
  const model = clientOf(async () => new Response(JSON.stringify(good)), { retry: {} })("m") as ChatHandle;
  await model.chat({ messages: "?" });
});

describe("the layers of a client", () => {
  it("bound the requests of any script of faults: in all, at once and in every minute", async () => {
    const script = fc.array(fc.record({ status: fc.constantFrom(...statuses), ms: fc.nat(3000), after: fc.nat(5) }), {
      minLength: 1,
      maxLength: 40,
    });
    await fc.assert(
      fc.asyncProperty(script, fc.integer({ min: 1, max: 30 }), async (answers, count) => {
        const clock = new FakeClock();
        const sent: number[] = [];
        let inFlight = 0;
        let most = 0;
        const fetch: ClientOptions["fetch"] = async () => {
          const { status, ms, after } = answers[sent.length % answers.length] as (typeof answers)[number];
          sent.push(clock.now());
          inFlight += 1;
          most = Math.max(most, inFlight);
          await new Promise<void>((resolve) => void clock.after(ms, resolve));
          inFlight -= 1;
          const headers = { "retry-after": `${after}` };
          return new Response(JSON.stringify(status === 200 ? good : {}), { status, headers });
        };
        const model = clientOf(fetch, {
          apiKey: keyPool(["a", "b"], { clock }),
          rateLimit: rateLimit({ requestsPerMinute: 5, clock }),
          concurrency: concurrency({ maxInFlight: 4, clock }),
          circuitBreaker: circuitBreaker({ failures: 3, clock }),
          retry: { maxAttempts: 3, deadlineMs: 30_000, clock, random: () => 0.5 },
        })("m") as ChatHandle;
        const calls = Array.from({ length: count }, () => model.chat({ messages: "?" }));
        const outcomes = await clock.until(Promise.allSettled(calls));
        expect(outcomes).toHaveLength(count);
        // Three tries, each with at most both keys.
        expect(sent.length).toBeLessThanOrEqual(count * 3 * 2);
        expect(most).toBeLessThanOrEqual(4);
        for (const at of sent)
          expect(sent.filter((other) => other > at - 60_000 && other <= at).length).toBeLessThanOrEqual(2 * 5);
        expect(clock.pending).toBe(0);
      }),
      { numRuns: 100 },
    );
  });

  it("count each try against the limit, and a call that was tried in vain once against the circuit", async () => {
    const clock = new FakeClock();
    const sent: number[] = [];
    const breaker = circuitBreaker({ clock });
    const model = clientOf(async () => new Response("{}", { status: sent.push(clock.now()) > 0 ? 503 : 200 }), {
      rateLimit: rateLimit({ requestsPerMinute: 2, clock }),
      circuitBreaker: breaker,
      retry: { maxAttempts: 3, deadlineMs: 100_000, clock, random: () => 0 },
    })("m") as ChatHandle;
    const outcome = model.chat({ messages: "?" }).catch((error) => error);
    expect(await clock.until(outcome)).toMatchObject({ code: "overloaded" });
    expect([sent.slice(0, 2), (sent[2] as number) >= 60_000]).toEqual([[0, 0], true]);
    expect(breaker.circuits()).toMatchObject([{ failures: 1 }]);
  });

  it("stand around embeddings as around chat", async () => {
    const clock = new FakeClock();
    let requests = 0;
    const fetch: ClientOptions["fetch"] = async () => {
      requests += 1;
      const body = { data: [{ index: 0, embedding: [1, 2] }], usage: { prompt_tokens: 1, total_tokens: 1 } };
      return new Response(JSON.stringify(requests === 1 ? {} : body), { status: requests === 1 ? 503 : 200 });
    };
    const model = clientOf(fetch, {
      rateLimit: rateLimit({ requestsPerMinute: 2, maxWaitMs: 1000, clock }),
      retry: { clock, random: () => 0 },
    })("e") as EmbeddingHandle;
    expect((await clock.until(model.embed({ input: "a" }))).embeddings).toEqual([[1, 2]]);
    await expect(model.embed({ input: "a" })).rejects.toMatchObject({ name: "PolicyError", code: "rate-limited" });
    expect(requests).toBe(2);
  });

  it("of the presets let calls through, and give each client that is made so its own state", async () => {
    for (const preset of [production, development]) {
      const [first, second] = [preset(), preset()];
      expect(first.concurrency).not.toBe(second.concurrency);
      const model = clientOf(async () => new Response(JSON.stringify(good)), first)("m") as ChatHandle;
      const replies = await Promise.all(Array.from({ length: 20 }, () => model.chat({ messages: "?" })));
      expect(replies.map(({ text }) => text)).toEqual(Array(20).fill("Hi"));
    }
  });
});
