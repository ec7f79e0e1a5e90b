/** Versions: canaries that are sticky, grow while they do well and go back by themselves; history; health. */
import { describe, expect, test } from "vitest";
import type { ChatHandle } from "../../src/client/handle.js";
import { failover, route } from "../../src/index.js";
import { monitorHealth } from "../../src/registry.js";
import { acme, compiledModels, models, project, registryOf, until } from "./support.js";

/** A provider that answers at once, fails for the model `bad`, and takes its time for `slow`. */
function answering() {
  const asked: string[] = [];
  const fetch = async (_url: unknown, init?: RequestInit): Promise<Response> => {
    const { model } = JSON.parse(String(init?.body)) as { readonly model: string };
    asked.push(model);
    if (model === "slow") await new Promise((resolve) => setTimeout(resolve, 20));
    if (model === "bad") return new Response("{}", { status: 500 });
    const message = { role: "assistant", content: model };
    return Response.json({ id: "a", choices: [{ index: 0, message, finish_reason: "stop" }], usage: {} });
  };
  return { asked, provider: acme(undefined, compiledModels, { fetch: fetch as never }) };
}

async function deployable(options: object = {}) {
  const { asked, provider } = answering();
  const registry = await registryOf({ providers: { acme: provider }, ...options });
  const big = registry.providers.acme("big") as ChatHandle;
  const ask = (user?: string) => big.chat({ messages: "hi", ...(user === undefined ? {} : { tags: { user } }) });
  return { registry, asked, big, ask };
}

const to = (wireId: string) => models({ big: { wireId } });
const users = (count: number) => Array.from({ length: count }, (_, i) => `user-${i}`);

describe("a canary", () => {
  test("takes its share of 10,000 calls, the same ones after a restart, and more of them as it grows", async () => {
    const chosen = async (canary: number): Promise<ReadonlySet<string>> => {
      const { registry, ask } = await deployable();
      registry.deploy(to("next"), { canary, minSample: 100_000 });
      const taken = new Set<string>();
      for (const user of users(10_000)) if ((await ask(user)).text === "next") taken.add(user);
      return taken;
    };
    const [first, again, grown] = [await chosen(10), await chosen(10), await chosen(25)];
    expect(first.size).toBeGreaterThanOrEqual(900);
    expect(first.size).toBeLessThanOrEqual(1_100);
    expect(again).toEqual(first);
    expect(grown.size).toBeGreaterThan(first.size);
    expect([...first].every((user) => grown.has(user))).toBe(true);
  });

  test("concerns only the models it changes, and names its generation", async () => {
    const { registry, ask } = await deployable();
    const before = registry.generation.id;
    const deployment = registry.deploy(to("next"), { canary: 99.999 });
    expect((await ask("a")).generation).toBe(deployment.generation);
    expect(deployment.generation).not.toBe(before);
    const small = await (registry.model("acme/small") as unknown as ChatHandle).chat({ messages: "hi" });
    expect(small.generation).toBe(before);
    expect(() => registry.deploy(to("other"))).toThrow("another deployment runs");
    expect(() => registry.deploy({ provider: { id: "acme" }, models: { big: { nmae: "x" } } })).toThrow();
  });

  test("that fails is taken back by itself, after enough calls and no later", async () => {
    const { registry, ask, asked } = await deployable();
    const deployment = registry.deploy(to("bad"), { canary: 50, minSample: 20 });
    let failed = 0;
    for (const user of users(400)) await ask(user).catch(() => failed++);
    expect(failed).toBe(20);
    expect(asked.filter((model) => model === "bad")).toHaveLength(20);
    expect(await deployment.ended).toBe("rolled-back");
    expect(registry.events.filter(({ type }) => type === "deployment")).toMatchObject([
      { state: "running", percent: 50 },
      { state: "rolled-back", percent: 0, reason: "20 of 20 calls failed" },
    ]);
    expect((await ask()).text).toBe("big");
  });

  test("that fails in the middle of streams, or refuses before anything is sent, is taken back, too", async () => {
    for (const change of [to("bad"), models({ big: { features: { systemRole: false } } }), models({ big: null })]) {
      const { registry, big } = await deployable();
      const deployment = registry.deploy(change, { canary: 50, minSample: 10, maxLatencyRatio: 1_000 });
      for (const user of users(100)) {
        const stream = () =>
          big.stream({
            messages: [
              { role: "system", content: "s" },
              { role: "user", content: "hi" },
            ],
            tags: { user },
          });
        await (async () => stream().reply)().catch(() => {});
      }
      expect(deployment.state).toBe("rolled-back");
    }
  });

  test("that is much slower is taken back", async () => {
    const { registry, ask } = await deployable();
    const deployment = registry.deploy(to("slow"), { canary: 50, minSample: 10 });
    for (const user of users(60)) await ask(user);
    expect(deployment.state).toBe("rolled-back");
    expect(registry.events.at(-1)).toMatchObject({
      reason: expect.stringMatching(/calls take \d+ ms instead of \d+ ms/),
    });
  });

  test("grows by time and sample, waits while it is paused, and is kept in the end", async () => {
    let now = 0;
    const { registry, ask } = await deployable({ now: () => now });
    const deployment = registry.deploy(to("next"), {
      canary: 10,
      stepMs: 1_000,
      minSample: 5,
      // Its calls take less than a millisecond: any noise is many times that.
      maxLatencyRatio: 1_000,
      by: "ann",
      reason: "faster",
    });
    const many = async () => {
      for (const user of users(200)) await ask(user);
    };
    await many();
    expect(deployment.percent).toBe(10);
    now += 1_000;
    await ask("x");
    expect(deployment.percent).toBe(25);
    deployment.pause();
    now += 5_000;
    await many();
    expect([deployment.percent, deployment.state]).toEqual([25, "paused"]);
    deployment.resume();
    await many();
    expect(deployment.percent).toBe(25);
    now += 1_000;
    await many();
    expect(deployment.percent).toBe(50);
    now += 1_000;
    await many();
    expect(await deployment.ended).toBe("completed");
    expect((await ask()).text).toBe("next");
    expect(registry.history().at(-1)).toMatchObject({
      by: "deployment",
      reason: "did well",
      change: { updated: ["acme/big"] },
    });
    await registry.reload();
    expect((await ask()).text).toBe("next");
  });

  test("fails no call when it is taken back under load", async () => {
    const { registry, ask } = await deployable();
    const answers = { next: 0, big: 0, failed: 0 };
    const load = async (worker: number) => {
      for (let i = 0; i < 100; i += 1)
        await ask(`${worker}-${i}`).then(
          ({ text }) => (answers[text as "next" | "big"] += 1),
          () => (answers.failed += 1),
        );
    };
    const deployment = registry.deploy(to("next"), { canary: 50, minSample: 100_000 });
    const running = Promise.all(Array.from({ length: 20 }, (_, worker) => load(worker)));
    await until(() => answers.next > 200);
    deployment.rollback("enough");
    const then = answers.next;
    await running;
    expect(answers.failed).toBe(0);
    expect(answers.next + answers.big).toBe(2_000);
    // Those that had begun end as they began.
    expect(answers.next - then).toBeLessThanOrEqual(20);
  });
});

describe("the history", () => {
  test("tells who changed what, tells two apart, and goes back and forth without a failed call", async () => {
    const { registry, ask } = await deployable();
    await registry.addSource(project({ big: { wireId: "next" }, fresh: {} }, "ann's"));
    registry.deploy(to("kept"), { canary: 100, by: "bob", reason: "wanted" });
    expect((await ask()).text).toBe("kept");
    expect(registry.history().map(({ number, by, reason }) => [number, by, reason])).toEqual([
      [1, "program", "start"],
      [2, "ann's", "source added"],
      [3, "bob", "wanted"],
    ]);
    expect(registry.diff(1, 3)).toMatchObject({ added: ["acme/fresh"], updated: ["acme/big"], removed: [] });
    registry.rollback(1, { by: "cy" });
    expect((await ask()).text).toBe("big");
    await registry.reload();
    expect((await ask()).text).toBe("big");
    expect(registry.history().at(-1)).toMatchObject({ number: 4, by: "cy", reason: "rollback to 1" });
    registry.release();
    expect((await ask()).text).toBe("next");
    expect(() => registry.rollback(99)).toThrow("the history has no generation 99");
  });
});

describe("health", () => {
  test("takes a model out of routes until it passes again", async () => {
    const { provider, asked } = answering();
    const registry = await registryOf({ providers: { acme: provider } });
    const [big, small] = [registry.providers.acme("big"), registry.providers.acme("small")] as never[];
    let sick = false;
    const events: unknown[] = [];
    const health = monitorHealth({
      models: ["acme/big", "acme/small"],
      failAfter: 2,
      everyMs: 1_000_000,
      check: async (id) => {
        if (sick && id === "acme/big") throw Object.assign(new Error("secret"), { code: "overloaded" });
      },
      onChange: (event) => events.push(event),
    });
    const group = route([big, small] as never[], health.strategy()) as unknown as ChatHandle;
    const ask = async () => (await group.chat({ messages: "hi" })).text;
    expect(await ask()).toBe("big");
    sick = true;
    await health.check();
    expect(await ask()).toBe("big");
    await health.check();
    await health.check();
    expect(await ask()).toBe("small");
    expect([...health.unavailable]).toEqual([["acme/big", "overloaded"]]);
    sick = false;
    await health.check();
    expect(await ask()).toBe("big");
    expect(events).toEqual([
      { type: "model.unavailable", id: "acme/big", reason: "overloaded" },
      { type: "model.available", id: "acme/big" },
    ]);
    health.close();
    expect(asked).toEqual(["big", "big", "small", "big"]);
  });

  test("tries all when all are out, and counts a check that hangs as failed", async () => {
    const { provider } = answering();
    const registry = await registryOf({ providers: { acme: provider } });
    const health = monitorHealth({
      models: ["acme/big"],
      failAfter: 1,
      timeoutMs: 5,
      check: () => new Promise(() => {}),
    });
    await health.check();
    expect([...health.unavailable]).toEqual([["acme/big", "TimeoutError"]]);
    const group = failover([route([registry.providers.acme("big")] as never[], health.strategy())] as never[]);
    expect((await (group as unknown as ChatHandle).chat({ messages: "hi" })).text).toBe("big");
    health.close();
  });
});
