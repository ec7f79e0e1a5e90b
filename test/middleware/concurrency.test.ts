/** Bounded concurrency against a model of it, over random scripts. */
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ModelAnswer } from "../../src/client/handler.js";
import { concurrency } from "../../src/middleware/concurrency.js";
import { FakeClock, settled } from "./fake-clock.js";
import { callTo, delta, failureOf, finish, streamed, type TestCall, whole } from "./support.js";

const maxInFlight = 2;
const maxQueue = 3;
const maxWaitMs = 100;

/** How a call in flight ends; all of them give its place back. */
const endings: readonly ((settle: Settle) => Promise<unknown>)[] = [
  ({ answer }) => answer(whole()),
  ({ fail }) => fail(),
  async ({ answer }) => {
    const { events } = (await answer(streamed([delta], [finish]))) ?? {};
    for (let i = 0; i < 2; i += 1) await events?.read();
  },
  async ({ answer }) => (await answer(streamed(failureOf("network"))))?.events?.read().catch(() => undefined),
  async ({ answer }) => (await answer(streamed([delta])))?.events?.close(),
];

interface Settle {
  readonly answer: (answer: ModelAnswer) => Promise<ModelAnswer | undefined>;
  readonly fail: () => Promise<unknown>;
}

class Bench {
  readonly clock = new FakeClock();
  /** What became of each call, by number: still open calls have no entry. */
  readonly outcomes = new Map<number, string>();
  readonly inFlight = new Map<number, Settle>();
  readonly controllers: AbortController[] = [];
  private readonly policy = concurrency({ maxInFlight, maxQueue, maxWaitMs, clock: this.clock });

  async call(): Promise<void> {
    const number = this.controllers.length;
    const controller = new AbortController();
    this.controllers.push(controller);
    const outcome: Promise<ModelAnswer> = this.policy<TestCall, ModelAnswer>(() => this.send(number, () => outcome))(
      callTo({ signal: controller.signal }),
    );
    outcome.then(
      () => this.outcomes.set(number, "answered"),
      (error) => this.outcomes.set(number, error.code),
    );
    await settled();
  }

  private send(number: number, outcome: () => Promise<ModelAnswer>): Promise<ModelAnswer> {
    return new Promise((resolve, reject) => {
      const result = (): Promise<ModelAnswer | undefined> => outcome().catch(() => undefined);
      this.inFlight.set(number, {
        answer(answer) {
          resolve(answer);
          return result();
        },
        fail() {
          reject(failureOf("overloaded"));
          return result();
        },
      });
    });
  }
}

class Model {
  now = 0;
  count = 0;
  inFlight: number[] = [];
  waiting: { readonly number: number; readonly until: number }[] = [];
  readonly outcomes = new Map<number, string>();

  fill(): void {
    while (this.inFlight.length < maxInFlight && this.waiting[0] !== undefined)
      this.inFlight.push((this.waiting.shift() as Model["waiting"][number]).number);
  }
}

type Command = fc.AsyncCommand<Model, Bench>;

function command(name: string, run: (model: Model, bench: Bench) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, bench) {
      await run(model, bench);
      await settled();
      expect([...bench.inFlight.keys()].sort()).toEqual([...model.inFlight].sort());
      const refused = [...bench.outcomes].filter(([, outcome]) => outcome !== "answered" && outcome !== "overloaded");
      expect(new Map(refused)).toEqual(model.outcomes);
    },
    toString: () => name,
  };
}

const call = command("call", async (model, bench) => {
  const number = model.count++;
  if (model.inFlight.length < maxInFlight) model.inFlight.push(number);
  else if (model.waiting.length >= maxQueue) model.outcomes.set(number, "queue-full");
  else model.waiting.push({ number, until: model.now + maxWaitMs });
  await bench.call();
});

const end = (which: number, how: number): Command =>
  command(`end ${which} by ${how}`, async (model, bench) => {
    const number = model.inFlight[which % maxInFlight];
    if (number === undefined) return;
    const settle = bench.inFlight.get(number) as Settle;
    bench.inFlight.delete(number);
    await endings[how]?.(settle);
    model.inFlight = model.inFlight.filter((other) => other !== number);
    model.fill();
  });

const abort = (which: number): Command =>
  command(`abort ${which}`, async (model, bench) => {
    const waiting = model.waiting[which];
    if (waiting === undefined) return;
    bench.controllers[waiting.number]?.abort();
    model.waiting = model.waiting.filter((other) => other !== waiting);
    model.outcomes.set(waiting.number, "aborted");
  });

const wait = (ms: number): Command =>
  command(`wait ${ms}`, async (model, bench) => {
    model.now += ms;
    for (const { number, until } of model.waiting) if (until <= model.now) model.outcomes.set(number, "queue-full");
    model.waiting = model.waiting.filter(({ until }) => until > model.now);
    await bench.clock.advance(ms);
  });

describe("concurrency", () => {
  it("does what its model does: a bound in flight, a bound in line, first come first served", async () => {
    const commands = fc.commands(
      [
        fc.constant(call),
        fc.constant(call),
        fc.tuple(fc.nat(1), fc.nat(endings.length - 1)).map(([which, how]) => end(which, how)),
        fc.nat(maxQueue - 1).map(abort),
        fc.constantFrom(1, 50, maxWaitMs).map(wait),
      ],
      { maxCommands: 50, size: "max" },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (script) => {
        const bench = new Bench();
        await fc.asyncModelRun(() => ({ model: new Model(), real: bench }), script);
        while (bench.inFlight.size > 0) {
          const [number, settle] = [...bench.inFlight][0] as [number, Settle];
          bench.inFlight.delete(number);
          await settle.answer(whole());
          await settled();
        }
        expect(bench.outcomes.size).toBe(bench.controllers.length);
        expect(bench.clock.pending).toBe(0);
        for (const { signal } of bench.controllers) expect(getEventListeners(signal, "abort")).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it("waits no longer than the call's total time-out, and hands on what is left of it", async () => {
    const clock = new FakeClock();
    const policy = concurrency({ maxInFlight: 1, clock });
    const totals: unknown[] = [];
    let free = (_answer: ModelAnswer): void => undefined;
    const send = policy<TestCall, ModelAnswer>((call) => {
      totals.push(call.connection.timeouts.total);
      return new Promise((resolve) => {
        free = resolve;
      });
    });
    const timeouts = { total: 1000 };
    const [, second, third] = [send(callTo({ timeouts })), send(callTo({ timeouts })), send(callTo({ timeouts }))];
    await clock.advance(600);
    free(whole());
    await settled();
    expect(totals).toEqual([1000, 400]);
    const late = { code: "queue-full", name: "PolicyError", provider: "p", model: "m" };
    await Promise.all([expect(third).rejects.toMatchObject(late), clock.advance(400)]);
    free(whole());
    await second;
  });

  it.each([0, -1, Number.NaN])("refuses the bound %s", (bound) => {
    expect(() => concurrency({ maxInFlight: bound })).toThrow(/maxInFlight must be at least 1/);
  });
});
