/** The rate limit: its promises held over random scripts, and what it learns from providers. */
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Usage } from "../../src/chat/usage.js";
import type { ModelAnswer } from "../../src/client/handler.js";
import { rateLimit } from "../../src/middleware/rate-limit.js";
import { FakeClock, settled } from "./fake-clock.js";
import { callTo, failureOf, sent, type TestCall, whole } from "./support.js";

const minute = 60_000;
/** What one second holds leaves the window together, so that a place may come back this much later. */
const slack = 1000;

const limits = { requestsPerMinute: 4, tokensPerMinute: 100, maxQueue: 3, maxWaitMs: 90_000 };

const usageOf = (tokens: number): Usage => ({ state: "known", inputTokens: 0, outputTokens: tokens, buckets: {} });

interface Call {
  readonly number: number;
  readonly arrivedAt: number;
  readonly controller: AbortController;
  /** Tokens: as expected, then as used. */
  tokens: number;
  sentAt?: number;
  outcome?: string;
  end?: (tokens: number) => void;
}

/** The limiter with everything that went through it; it checks every promise at every step. */
class Bench {
  readonly clock = new FakeClock();
  readonly calls: Call[] = [];
  /** What the limiter's caller would never see. */
  private readonly broken: unknown[] = [];
  private readonly policy = rateLimit({ ...limits, clock: this.clock });

  get waiting(): readonly Call[] {
    const { calls, clock } = this;
    // Whoever is aborted or late has left the line a moment before its outcome is seen here.
    const left = ({ arrivedAt, controller }: Call) =>
      controller.signal.aborted || clock.now() - arrivedAt >= limits.maxWaitMs;
    return calls.filter((call) => call.sentAt === undefined && call.outcome === undefined && !left(call));
  }

  get inFlight(): readonly Call[] {
    return this.calls.filter(({ end, outcome }) => end !== undefined && outcome === undefined);
  }

  async arrive(tokens: number): Promise<void> {
    const controller = new AbortController();
    const before = this.waiting.length;
    const call: Call = { number: this.calls.length, arrivedAt: this.clock.now(), controller, tokens };
    this.calls.push(call);
    this.policy<TestCall, ModelAnswer>((given) => this.send(call, given))(callTo({ tokens, signal: controller.signal }))
      .then(
        () => {
          call.outcome = "answered";
        },
        (error) => this.refused(call, error),
      )
      .catch((error) => this.broken.push(error));
    await settled();
    // A full line refuses, and nothing else does so for that reason.
    expect(call.outcome === "queue-full").toBe(before === limits.maxQueue && tokens <= limits.tokensPerMinute);
  }

  /** Nothing is held back that has room. */
  check(): void {
    if (this.broken[0] !== undefined) throw this.broken[0];
    const [first] = this.waiting;
    if (first === undefined) return;
    const lately = this.sentSince(this.clock.now() - minute - slack);
    const full = lately.length >= limits.requestsPerMinute;
    expect(full || sum(lately) + first.tokens > limits.tokensPerMinute).toBe(true);
  }

  private send(call: Call, given: TestCall): Promise<ModelAnswer> {
    call.sentAt = this.clock.now();
    const inWindow = this.sentSince(call.sentAt - minute);
    expect(inWindow.length).toBeLessThanOrEqual(limits.requestsPerMinute);
    expect(sum(inWindow)).toBeLessThanOrEqual(limits.tokensPerMinute);
    // First come, first served.
    for (const { number } of this.waiting) expect(number).toBeGreaterThan(call.number);
    sent(given);
    return new Promise((resolve) => {
      call.end = (tokens) => {
        call.tokens = tokens;
        resolve(whole(usageOf(tokens)));
      };
    });
  }

  private refused(call: Call, error: { readonly code: string; readonly retryAfterMs?: number }): void {
    if (error.code === undefined) throw error;
    call.outcome = error.code;
    const waited = this.clock.now() - call.arrivedAt;
    if (error.code === "rate-limited" && waited === 0) expect(error.retryAfterMs).toBeGreaterThan(limits.maxWaitMs);
    else if (error.code === "rate-limited") expect(waited).toBe(limits.maxWaitMs);
    else if (error.code === "quota-exceeded") expect(call.tokens).toBeGreaterThan(limits.tokensPerMinute);
    else expect(["queue-full", "aborted"]).toContain(error.code);
  }

  private sentSince(time: number): readonly Call[] {
    return this.calls.filter(({ sentAt }) => sentAt !== undefined && sentAt > time);
  }
}

function sum(calls: readonly Call[]): number {
  return calls.reduce((total, { tokens }) => total + tokens, 0);
}

type Command = fc.AsyncCommand<object, Bench>;

function command(name: string, run: (bench: Bench) => Promise<void> | void): Command {
  return {
    check: () => true,
    async run(_model, bench) {
      await run(bench);
      await settled();
      bench.check();
    },
    toString: () => name,
  };
}

const arrive = (tokens: number) => command(`arrive with ${tokens}`, (bench) => bench.arrive(tokens));
const abort = (which: number) => command(`abort ${which}`, ({ waiting }) => waiting[which]?.controller.abort());
const wait = (ms: number) => command(`wait ${ms}`, ({ clock }) => clock.advance(ms));
const end = (which: number, used: number) =>
  command(`end ${which} with ${used}`, ({ inFlight }) => {
    const call = inFlight[which % Math.max(1, inFlight.length)];
    call?.end?.(Math.floor(call.tokens * used));
  });

describe("a rate limit", () => {
  it("holds in every minute, wherever it begins, and holds back nothing that has room", async () => {
    const commands = fc.commands(
      [
        fc.constantFrom(0, 1, 20, 50, 100, 101).map(arrive),
        fc.constantFrom(1, 20, 40).map(arrive),
        fc.nat(2).map(abort),
        fc.tuple(fc.nat(5), fc.constantFrom(0, 0.5, 1)).map(([which, used]) => end(which, used)),
        fc.constantFrom(1, 999, 15_000, 59_999, minute).map(wait),
      ],
      { maxCommands: 60, size: "max" },
    );
    await fc.assert(
      fc.asyncProperty(commands, async (script) => {
        const bench = new Bench();
        await fc.asyncModelRun(() => ({ model: {}, real: bench }), script);
        await bench.clock.advance(10 * minute);
        for (const { end, tokens } of bench.inFlight) end?.(tokens);
        await settled();
        expect(bench.waiting).toEqual([]);
        expect(bench.clock.pending).toBe(0);
        for (const { controller } of bench.calls) expect(getEventListeners(controller.signal, "abort")).toEqual([]);
      }),
      { numRuns: 200 },
    );
  });

  it.each(["requestsPerMinute", "tokensPerMinute"])("refuses %s below 1", (name) => {
    expect(() => rateLimit({ [name]: 0 })).toThrow(`rateLimit: ${name} must be at least 1`);
  });

  it("keeps models, keys and places apart, unless it is one for all", async () => {
    const targets = [
      callTo(),
      callTo({ model: "n" }),
      callTo({ credential: "key-b" }),
      callTo({ origin: "https://b.test" }),
    ];
    for (const [per, expected] of [
      ["target", 4],
      ["all", 1],
    ] as const) {
      const clock = new FakeClock();
      const policy = rateLimit({ requestsPerMinute: 1, per, maxWaitMs: 10 * minute, clock });
      let count = 0;
      const send = policy<TestCall, ModelAnswer>(async (call) => {
        count += 1;
        sent(call);
        return whole();
      });
      const all = Promise.all(targets.map((target) => send({ ...target, attempts: [] })));
      await settled();
      expect(count).toBe(expected);
      await clock.advance(4 * (minute + slack));
      await all;
    }
  });

  it("gives back what was reserved for a call that was never sent, of given and of learnt limits", async () => {
    const clock = new FakeClock();
    const headers: { readonly [name: string]: string } = {
      "x-ratelimit-limit-requests": "2",
      "x-ratelimit-remaining-requests": "1",
    };
    const unsent = failureOf("authentication");
    const outcomes = [undefined, unsent, unsent, undefined];
    const send = rateLimit({ requestsPerMinute: 2, clock })<TestCall, ModelAnswer>(async (call) => {
      const failure = outcomes.shift();
      if (failure !== undefined) throw failure;
      sent(call);
      return whole(usageOf(1), (name) => headers[name]);
    });
    await send(callTo());
    for (let i = 0; i < 2; i += 1) await expect(send(callTo())).rejects.toBe(unsent);
    await clock.until(send(callTo()));
    expect(clock.now()).toBe(0);
  });
});

/** A provider with an allowance that fills up evenly, and says so in its headers. */
class Provider {
  refused = 0;
  answered = 0;
  private level: number;
  private at = 0;
  private readonly clock: FakeClock;
  private readonly limit: number;
  private readonly headersOf: (state: { readonly limit: number; readonly left: number; readonly fullInMs: number }) => {
    readonly [name: string]: string;
  };

  constructor(clock: FakeClock, limit: number, headersOf: Provider["headersOf"]) {
    this.clock = clock;
    this.limit = limit;
    this.level = limit;
    this.headersOf = headersOf;
  }

  answer = async (call: TestCall): Promise<ModelAnswer> => {
    const { limit } = this;
    const now = this.clock.now();
    this.level = Math.min(limit, this.level + ((now - this.at) * limit) / minute);
    this.at = now;
    sent(call);
    if (this.level < 1) {
      this.refused += 1;
      throw failureOf("rate-limited", Math.ceil(((1 - this.level) * minute) / limit));
    }
    this.level -= 1;
    this.answered += 1;
    const left = Math.floor(this.level);
    const headers = this.headersOf({ limit, left, fullInMs: Math.ceil(((limit - left) * minute) / limit) });
    // The headers come before the answer's end.
    return new Promise(
      (resolve) => void this.clock.after(200, () => resolve(whole(usageOf(1), (name) => headers[name]))),
    );
  };
}

describe("what a provider states", () => {
  const spellings: [string, Provider["headersOf"]][] = [
    [
      "a duration",
      ({ limit, left, fullInMs }) => ({
        "x-ratelimit-limit-requests": `${limit}`,
        "x-ratelimit-remaining-requests": `${left}`,
        "x-ratelimit-reset-requests": `${Math.floor(fullInMs / 1000)}s${fullInMs % 1000}ms`,
      }),
    ],
    [
      "a date",
      ({ limit, left, fullInMs }) => ({
        "anthropic-ratelimit-requests-limit": `${limit}`,
        "anthropic-ratelimit-requests-remaining": `${left}`,
        "anthropic-ratelimit-requests-reset": new Date(1_800_000_000_000 + fullInMs).toISOString(),
        date: new Date(1_800_000_000_000).toUTCString(),
      }),
    ],
    [
      "no reset",
      ({ limit, left }) => ({
        "x-ratelimit-limit-req-minute": `${limit}`,
        "x-ratelimit-remaining-req-minute": `${left}`,
      }),
    ],
  ];

  it.each(spellings)("is kept to after the first answer, and used up: %s", async (_name, headersOf) => {
    const clock = new FakeClock();
    const provider = new Provider(clock, 20, headersOf);
    const send = rateLimit({ clock, maxWaitMs: 10 * minute })<TestCall, ModelAnswer>(provider.answer);
    await clock.until(send(callTo()));
    const began = clock.now();
    await clock.until(Promise.all(Array.from({ length: 99 }, () => send(callTo()))));
    expect([provider.answered, provider.refused]).toEqual([100, 0]);
    // 19 are there, and 80 come at 20 per minute.
    expect(clock.now() - began).toBeLessThan(4.5 * minute);
  });

  it("is not held against the calls when learning is off", async () => {
    const clock = new FakeClock();
    const provider = new Provider(clock, 20, spellings[0]?.[1] as Provider["headersOf"]);
    const send = rateLimit({ clock, learn: false })<TestCall, ModelAnswer>(provider.answer);
    await clock.until(Promise.allSettled(Array.from({ length: 50 }, () => send(callTo()))));
    expect(provider.refused).toBe(30);
  });

  it("after a refusal holds up those behind it, for that target and at most an hour", async () => {
    const clock = new FakeClock();
    const send = rateLimit({ clock, maxWaitMs: Number.POSITIVE_INFINITY })<TestCall, ModelAnswer>(async (call) => {
      sent(call);
      if (clock.now() === 0 && call.modelId === "m") throw failureOf("rate-limited", Number.POSITIVE_INFINITY);
      return whole();
    });
    await expect(send(callTo())).rejects.toMatchObject({ code: "rate-limited" });
    await send(callTo({ model: "n" }));
    expect(clock.now()).toBe(0);
    await clock.until(send(callTo()));
    expect(clock.now()).toBe(3_600_000);
  });

  it("keeps nobody waiting for more than two minutes who did not say so", async () => {
    const clock = new FakeClock();
    const send = rateLimit({ clock })<TestCall, ModelAnswer>(async (call) => {
      sent(call);
      throw failureOf("rate-limited", 121_000);
    });
    await expect(send(callTo())).rejects.toMatchObject({ retryAfterMs: 121_000 });
    await expect(send(callTo())).rejects.toMatchObject({
      name: "PolicyError",
      code: "rate-limited",
      retryAfterMs: 121_000,
    });
  });

  it.each([
    { "x-ratelimit-limit-requests": "1e9", "x-ratelimit-remaining-requests": "-5" },
    {
      "x-ratelimit-limit-requests": "0",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "9999999d",
    },
    { "x-ratelimit-limit-requests": "", "x-ratelimit-remaining-requests": "NaN" },
    { "x-ratelimit-limit-tokens": "9".repeat(400), "x-ratelimit-remaining-tokens": "0" },
  ])("without sense is passed over: %j", async (headers: { readonly [name: string]: string }) => {
    const clock = new FakeClock();
    const send = rateLimit({ clock })<TestCall, ModelAnswer>(async (call) => {
      sent(call);
      return whole(usageOf(1), (name) => headers[name]);
    });
    for (let i = 0; i < 20; i += 1) await send(callTo({ tokens: 100 }));
    expect(clock.now()).toBe(0);
  });

  it("to be empty for an age is believed for a day", async () => {
    const clock = new FakeClock();
    const headers: { readonly [name: string]: string } = {
      "x-ratelimit-limit-requests": "10",
      "x-ratelimit-remaining-requests": "0",
      "x-ratelimit-reset-requests": "99999d",
    };
    const send = rateLimit({ clock, maxWaitMs: Number.POSITIVE_INFINITY })<TestCall, ModelAnswer>(async (call) => {
      sent(call);
      return whole(usageOf(1), (name) => headers[name]);
    });
    await send(callTo());
    await clock.until(send(callTo()));
    expect(clock.now()).toBeLessThanOrEqual(86_400_000 / 10);
  });
});
