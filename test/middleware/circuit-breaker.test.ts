/** The circuit breaker against a model of it, over random scripts; and what operators do by hand. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelAnswer } from "../../src/client/handler.js";
import type { ErrorCode } from "../../src/errors.js";
import { type CircuitBreaker, type CircuitChange, circuitBreaker } from "../../src/middleware/circuit-breaker.js";
import { FakeClock, settled } from "./fake-clock.js";
import { callTo, delta, failureOf, finish, streamed, type TestCall, whole } from "./support.js";

const rules = { failures: 3, openMs: 1000, successes: 2, probeLeaseMs: 300 };

/** How a call that went through may end, and what that says about the target. */
const endings: readonly (readonly ["success" | "failure" | "neutral", (pending: Pending) => Promise<unknown>])[] = [
  ["success", ({ answer }) => answer(whole())],
  ["success", async ({ answer }) => read(await answer(streamed([delta], [finish])))],
  ...(["overloaded", "provider-error", "network", "timeout", "invalid-response"] as const).map(
    (code) => ["failure", ({ fail }: Pending) => fail(code)] as const,
  ),
  ["failure", async ({ answer }) => read(await answer(streamed([delta], failureOf("stream-truncated"))))],
  ...(
    ["aborted", "provider-rejected", "context-length", "authentication", "quota-exceeded", "rate-limited"] as const
  ).map((code) => ["neutral", ({ fail }: Pending) => fail(code)] as const),
  ["neutral", async ({ answer }) => (await answer(streamed([delta])))?.events?.close()],
];

async function read(answer: ModelAnswer | undefined): Promise<void> {
  while ((await answer?.events?.read().catch(() => undefined)) !== undefined);
}

interface Pending {
  readonly target: number;
  readonly answer: (answer: ModelAnswer) => Promise<ModelAnswer | undefined>;
  readonly fail: (code: ErrorCode) => Promise<unknown>;
}

/** The breaker, with the calls that it let through and that have not ended. */
class Bench {
  readonly clock = new FakeClock();
  readonly changes: CircuitChange[] = [];
  readonly breaker: CircuitBreaker = circuitBreaker({
    ...rules,
    clock: this.clock,
    onChange: (change) => void this.changes.push(change),
  });
  readonly pending: Pending[] = [];

  /** Undefined when it was let through, else the milliseconds after which to come back. */
  async call(target: number): Promise<number | undefined> {
    const before = this.pending.length;
    let settle: Pick<Pending, "answer" | "fail"> | undefined;
    const outcome = this.breaker<TestCall, ModelAnswer>(
      () =>
        new Promise<ModelAnswer>((resolve, reject) => {
          const result = (): Promise<ModelAnswer | undefined> => outcome.catch(() => undefined);
          settle = {
            answer: (answer) => {
              resolve(answer);
              return result();
            },
            fail: (code) => {
              reject(failureOf(code));
              return result();
            },
          };
          this.pending.push({ target, ...settle });
        }),
    )(calls[target] as TestCall);
    const refusal = await Promise.race([outcome.catch((error) => error), settled()]);
    if (this.pending.length > before) return undefined;
    expect(refusal).toMatchObject({ name: "PolicyError", code: "circuit-open", provider: "p", model: "m" });
    return refusal.retryAfterMs;
  }
}

/** Three targets that differ in one part of the key each. */
const calls = [callTo(), callTo({ credential: "key-b" }), callTo({ origin: "https://eu.a.test" })];

interface Target {
  state: "closed" | "open" | "half-open";
  /** Counts from the last change of the state on. */
  failures: number;
  successes: number;
  until: number;
  leaseUntil: number;
  /** The call that holds the lease. */
  probe: object | undefined;
}

class Model {
  now = 0;
  readonly targets = calls.map((): Target => {
    return { state: "closed", failures: 0, successes: 0, until: 0, leaseUntil: 0, probe: undefined };
  });
  /** The state that each call in flight began in; a state is an object of its own each time it is entered. */
  readonly pending: { readonly target: number; readonly began: object; readonly probe: object | undefined }[] = [];
  private readonly entered = new Map<number, object>();

  call(target: number): number | undefined {
    const it = this.targets[target] as Target;
    if (it.state === "open" && this.now < it.until) return it.until - this.now;
    if (it.state === "open") this.enter(target, "half-open");
    if (it.state === "half-open" && it.probe !== undefined && this.now < it.leaseUntil) return it.leaseUntil - this.now;
    if (it.state === "half-open") Object.assign(it, { probe: {}, leaseUntil: this.now + rules.probeLeaseMs });
    this.pending.push({ target, began: this.entry(target), probe: it.probe });
    return undefined;
  }

  end(index: number, outcome: "success" | "failure" | "neutral"): void {
    const [{ target, began, probe }] = this.pending.splice(index, 1) as [Model["pending"][number]];
    const it = this.targets[target] as Target;
    if (began !== this.entry(target)) return;
    if (probe === it.probe) it.probe = undefined;
    if (outcome === "failure") it.failures += 1;
    if (outcome === "success") Object.assign(it, { failures: 0, successes: it.successes + 1 });
    if (outcome === "failure" && (it.state === "half-open" || it.failures >= rules.failures)) {
      it.until = this.now + rules.openMs;
      this.enter(target, "open");
    } else if (it.state === "half-open" && it.successes >= rules.successes) this.enter(target, "closed");
  }

  private entry(target: number): object {
    const known = this.entered.get(target) ?? {};
    this.entered.set(target, known);
    return known;
  }

  private enter(target: number, state: Target["state"]): void {
    Object.assign(this.targets[target] as Target, { state, failures: 0, successes: 0, probe: undefined });
    this.entered.set(target, {});
  }
}

type Command = fc.AsyncCommand<Model, Bench>;

const call = (target: number): Command => ({
  check: () => true,
  async run(model, bench) {
    expect(await bench.call(target)).toEqual(model.call(target));
  },
  toString: () => `call ${target}`,
});

const end = (which: number, ending: number): Command => ({
  check: ({ pending }) => pending.length > 0,
  async run(model, bench) {
    const index = which % model.pending.length;
    const [outcome, how] = endings[ending] as (typeof endings)[number];
    const [pending] = bench.pending.splice(index, 1) as [Pending];
    await how(pending);
    model.end(index, outcome);
  },
  toString: () => `end ${which} as ${ending}`,
});

const wait = (ms: number): Command => ({
  check: () => true,
  async run(model, bench) {
    await bench.clock.advance(ms);
    model.now += ms;
  },
  toString: () => `wait ${ms}`,
});

/** Opens the first circuit and waits until it lets a probe through: chance alone seldom does. */
const trip: Command = {
  check: ({ targets, pending }) => targets[0]?.state === "closed" && pending.length === 0,
  async run(model, bench) {
    while (model.targets[0]?.state === "closed") {
      await call(0).run(model, bench);
      await end(0, 2).run(model, bench);
    }
    await wait(rules.openMs).run(model, bench);
  },
  toString: () => "trip",
};

const agree: Command = {
  check: () => true,
  async run({ targets }, { breaker }) {
    const told = breaker.circuits().map(({ credential, origin, state }) => `${credential} ${origin} ${state}`);
    const expected = targets.flatMap(({ state }, i) => {
      const { connection } = calls[i] as TestCall;
      return state === "closed" ? [] : [`${connection.credential()} ${connection.baseURL(undefined).origin} ${state}`];
    });
    expect(told.filter((text) => !text.endsWith("closed")).sort()).toEqual(expected.sort());
  },
  toString: () => "agree",
};

describe("a circuit breaker", () => {
  it("does what its model does, whatever happens in whatever order", async () => {
    const commands = fc.commands(
      [
        fc.nat(2).map(call),
        fc.constant(0).map(call),
        fc.tuple(fc.nat(9), fc.nat(endings.length - 1)).map(([which, how]) => end(which, how)),
        fc.tuple(fc.nat(9), fc.constantFrom(2, 3, 7)).map(([which, how]) => end(which, how)),
        fc.constantFrom(1, 299, 300, 999, 1000).map(wait),
        fc.constant(trip),
        fc.constant(agree),
      ],
      { maxCommands: 60, size: "max" },
    );
    await fc.assert(
      fc.asyncProperty(commands, (script) =>
        fc.asyncModelRun(() => ({ model: new Model(), real: new Bench() }), script),
      ),
      { numRuns: 300 },
    );
  });

  it("tells each change once, with model, key and place", async () => {
    const bench = new Bench();
    for (let i = 0; i < 3; i += 1) await bench.call(0);
    for (const { fail } of bench.pending.splice(0)) await fail("network");
    await bench.clock.advance(1000);
    for (let i = 0; i < 2; i += 1) {
      await bench.call(0);
      await (bench.pending.shift() as Pending).answer(whole());
    }
    const place = { target: "p/m", credential: "key-a", origin: "https://a.test" };
    expect(bench.changes).toEqual([
      { ...place, from: "closed", to: "open" },
      { ...place, from: "open", to: "half-open" },
      { ...place, from: "half-open", to: "closed" },
    ]);
  });

  it("is opened, closed and reset by hand, for one target or all", async () => {
    const { breaker } = new Bench();
    const outcome = (model: string) =>
      breaker<TestCall, ModelAnswer>(() => Promise.reject(failureOf("network")))(callTo({ model })).catch(
        (error) => error.code,
      );
    breaker.forceOpen("p/m");
    expect([await outcome("m"), await outcome("other")]).toEqual(["circuit-open", "network"]);
    breaker.forceOpen();
    breaker.forceClose("p/m");
    for (let i = 0; i < 5; i += 1) expect(await outcome("m")).toBe("network");
    expect(await outcome("other")).toBe("circuit-open");
    breaker.reset();
    for (let i = 0; i < 3; i += 1) await outcome("m");
    expect(breaker.circuits()).toMatchObject([{ target: "p/m", state: "open" }]);
    breaker.reset("p/m");
    expect([await outcome("m"), breaker.circuits().length]).toEqual(["network", 1]);
  });

  it("keeps a bounded number of circuits, however many keys call", async () => {
    const { breaker } = new Bench();
    const fail = breaker<TestCall, ModelAnswer>(() => Promise.reject(failureOf("network")));
    for (let i = 0; i < 10_500; i += 1) await fail(callTo({ credential: `key-${i}` })).catch(() => undefined);
    expect(breaker.circuits()).toHaveLength(10_000);
    expect(breaker.circuits().at(-1)?.credential).toBe("key-10499");
  });

  it("whose onChange throws fails that call, and goes on", async () => {
    const breaker = circuitBreaker({
      failures: 1,
      onChange: () => {
        throw new Error("no pager");
      },
    });
    const fail = breaker<TestCall, ModelAnswer>(() => Promise.reject(failureOf("network")));
    await expect(fail(callTo())).rejects.toThrow("no pager");
    await expect(fail(callTo())).rejects.toMatchObject({ code: "circuit-open" });
  });
});
