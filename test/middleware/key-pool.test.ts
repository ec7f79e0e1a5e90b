/** Key pools: which key goes out, which rests, and which tenant's key never goes with another's request. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ClientOptions } from "../../src/client/client-options.js";
import type { ChatHandle } from "../../src/client/handle.js";
import { circuitBreaker } from "../../src/middleware/circuit-breaker.js";
import { concurrency } from "../../src/middleware/concurrency.js";
import { type KeyPoolOptions, keyPool } from "../../src/middleware/key-pool.js";
import { rateLimit } from "../../src/middleware/rate-limit.js";
import { provider } from "../client/support.js";
import { FakeClock, settled } from "./fake-clock.js";

interface Answer {
  readonly status: number;
  readonly headers?: { readonly [name: string]: string };
  readonly body?: unknown;
}

const hello = { choices: [{ index: 0, message: { content: "Hi" }, finish_reason: "stop" }] };
const good: Answer = { status: 200, body: hello };
const badKey: Answer = { status: 401 };
const spent: Answer = { status: 429, body: { error: { message: "pay", code: "insufficient_quota" } } };
const busy = (seconds: number): Answer => ({ status: 429, headers: { "retry-after": `${seconds}` } });

/** A model whose provider answers by the key that arrives. */
function modelWith(options: ClientOptions, answer: (key: string, body: string) => Answer): ChatHandle {
  const fetch: ClientOptions["fetch"] = async (_url, init) => {
    const key = new Headers(init.headers).get("authorization")?.replace("Bearer ", "") ?? "";
    const { status, headers = {}, body } = answer(key, String(init.body));
    return new Response(typeof body === "string" ? body : JSON.stringify(body ?? {}), { status, headers });
  };
  return provider("https://p.test", undefined, { options: { fetch, ...options } })("m") as ChatHandle;
}

function pooled(keys: readonly string[], options: KeyPoolOptions, answer: (key: string) => Answer) {
  const asked: string[] = [];
  const model = modelWith({ apiKey: keyPool(keys, options) }, (key) => {
    asked.push(key);
    return answer(key);
  });
  const ask = () =>
    model.chat({ messages: "?" }).then(
      () => "answered",
      (error) => error.code as string,
    );
  return { asked, ask, model };
}

describe("a key pool", () => {
  it("gives each key its turn", async () => {
    const { asked, ask } = pooled(["a", "b", "c", "a"], {}, () => good);
    for (let i = 0; i < 5; i += 1) await ask();
    expect(asked).toEqual(["a", "b", "c", "a", "b"]);
  });

  it("chooses by chance where that is asked for", async () => {
    const numbers = [0.99, 0, 0.5];
    const { asked, ask } = pooled(["a", "b", "c"], { order: "random", random: () => numbers.shift() ?? 0 }, () => good);
    for (let i = 0; i < 3; i += 1) await ask();
    expect(asked).toEqual(["c", "a", "b"]);
  });

  it("never asks a resting key while another is awake, asks each once per call, and none for another's fault", async () => {
    const keys = ["a", "b", "c"];
    const states = { good, badKey, spent, busy: busy(5), down: { status: 503 }, bad: { status: 400 } };
    const step = fc.record({
      states: fc.tuple(...keys.map(() => fc.constantFrom(...(Object.keys(states) as (keyof typeof states)[])))),
      wait: fc.constantFrom(0, 1000, 5000, 60_000),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 30 }), async (steps) => {
        const clock = new FakeClock();
        const rests = new Map<string, number>();
        let now: { readonly [key: string]: keyof typeof states } = {};
        const { asked, ask } = pooled(
          keys,
          { clock, restMs: 60_000 },
          (key) => states[now[key] as keyof typeof states],
        );
        for (const { states: given, wait } of steps) {
          now = Object.fromEntries(keys.map((key, i) => [key, given[i] as keyof typeof states]));
          const awake = keys.filter((key) => (rests.get(key) ?? 0) <= clock.now());
          const outcome = await ask();
          const used = asked.splice(0);
          expect(new Set(used).size).toBe(used.length);
          if (awake.length > 0) expect(awake).toEqual(expect.arrayContaining(used));
          else expect(used).toHaveLength(1);
          for (const [i, key] of used.entries()) {
            const state = now[key] as string;
            const keysFault = ["badKey", "spent", "busy"].includes(state);
            // Only the key's own fault is a reason to take another.
            if (i < used.length - 1) expect(keysFault).toBe(true);
            else if (keysFault && awake.length > 0) expect(used).toHaveLength(awake.length);
            if (keysFault) rests.set(key, clock.now() + (state === "busy" ? 5000 : 60_000));
          }
          expect(outcome === "answered").toBe(now[used.at(-1) as string] === "good");
          await clock.advance(wait);
        }
      }),
      { numRuns: 200 },
    );
  });

  it("believes a provider's wait for at most an hour", async () => {
    const clock = new FakeClock();
    let answer = busy(1e9);
    const { asked, ask } = pooled(["a", "b"], { clock }, (key) => (key === "a" ? answer : good));
    await ask();
    answer = good;
    await clock.advance(3_599_999);
    for (let i = 0; i < 3; i += 1) await ask();
    await clock.advance(1);
    for (let i = 0; i < 2; i += 1) await ask();
    expect(asked).toEqual(["a", "b", "b", "b", "b", "a", "b"]);
  });

  it("rests a key that is refused inside a stream", async () => {
    const refusal = `data: ${JSON.stringify(spent.body)}\n\n`;
    const { asked, ask, model } = pooled(["a", "b"], {}, (key) =>
      key === "a" ? { status: 200, body: refusal } : good,
    );
    await expect(model.stream({ messages: "?" }).reply).rejects.toMatchObject({ code: "quota-exceeded" });
    asked.length = 0;
    for (let i = 0; i < 2; i += 1) await ask();
    expect(asked).toEqual(["b", "b"]);
  });

  it("stands back for the key of a call", async () => {
    const { asked, model } = pooled(["a", "b"], {}, () => badKey);
    await expect(model.chat({ messages: "?", apiKey: "own" })).rejects.toMatchObject({ code: "authentication" });
    expect(asked).toEqual(["own"]);
  });

  it("has limits per key where the client keeps limits", async () => {
    const clock = new FakeClock();
    const counts: { [key: string]: number } = {};
    const options = { apiKey: keyPool(["a", "b"], { clock }), rateLimit: rateLimit({ requestsPerMinute: 2, clock }) };
    const model = modelWith(options, (key) => {
      counts[key] = (counts[key] ?? 0) + 1;
      return good;
    });
    for (let i = 0; i < 4; i += 1) await model.chat({ messages: "?" });
    expect([counts, clock.now()]).toEqual([{ a: 2, b: 2 }, 0]);
    const fifth = model.chat({ messages: "?" });
    await settled();
    expect(counts).toEqual({ a: 2, b: 2 });
    await clock.until(fifth);
    expect(counts).toEqual({ a: 3, b: 2 });
  });

  it.each([[[]], [["a", ""]]])("refuses the keys %j", (keys: string[]) => {
    expect(() => keyPool(keys)).toThrow(/needs at least one key, and none that is empty/);
  });
});

describe("keys of calls", () => {
  it("of a thousand tenants never go with each other's requests, through all policies and retries", async () => {
    const breaker = circuitBreaker({ failures: 2 });
    const options = {
      apiKey: keyPool(["pool-1", "pool-2"]),
      concurrency: concurrency({ maxInFlight: 50, maxQueue: 2000 }),
      rateLimit: rateLimit({ requestsPerMinute: 10 }),
      circuitBreaker: breaker,
      retry: { baseMs: 1, maxMs: 1 },
    };
    const crossed: string[] = [];
    const asked = new Map<string, number>();
    const model = modelWith(options, (key, body) => {
      const tenant = JSON.parse(body).messages[0].content as string;
      if (key !== `key-of-${tenant}`) crossed.push(`${tenant} went with ${key}`);
      const count = (asked.get(tenant) ?? 0) + 1;
      asked.set(tenant, count);
      const number = Number(tenant.slice(1));
      if (number % 10 === 0) return { status: 503 };
      return number % 3 === 0 && count === 1 ? { status: 500 } : good;
    });
    const ask = (tenant: string) =>
      model.chat({ messages: tenant, apiKey: `key-of-${tenant}` }).then(
        () => "answered",
        (error) => error.code as string,
      );
    const tenants = Array.from({ length: 1000 }, (_, i) => `t${i}`);
    for (let round = 0; round < 3; round += 1) {
      const outcomes = await Promise.all(tenants.map(ask));
      expect(outcomes.filter((outcome) => outcome === "answered")).toHaveLength(900);
      // The circuits of those who are down are open by now, and nobody else's.
      expect(outcomes.filter((outcome) => outcome === "circuit-open")).toHaveLength(round < 2 ? 0 : 100);
    }
    expect(crossed).toEqual([]);
    expect(asked.size).toBe(1000);
  });
});
