/** Retries: when, how long after, and when not; on a clock of the test's own, and over HTTP. */
import { getEventListeners } from "node:events";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import type { RetryOptions } from "../../src/client/client-options.js";
import type { ModelAnswer } from "../../src/client/handler.js";
import { retry } from "../../src/client/retry.js";
import { type ErrorCode, errorCodes, PolicyError } from "../../src/errors.js";
import { retryAfterOf } from "../../src/protocols/failure.js";
import { FakeClock } from "../middleware/fake-clock.js";
import {
  callTo,
  delta,
  failureOf,
  finish,
  sent,
  start,
  streamed,
  type TestCall,
  whole,
} from "../middleware/support.js";
import {
  answers,
  calls,
  chatModel,
  eventStream,
  fails,
  plainModel,
  serve,
  streamText,
  type WireAnswer,
} from "./support.js";

interface Try {
  readonly code: ErrorCode | undefined;
  readonly retryAfterMs: number | undefined;
  /** How long it takes. */
  readonly ms: number;
  /** Before it is sent: a policy further in holds it back. */
  readonly heldMs: number;
  readonly random: number;
}

interface Sending {
  readonly at: number;
  readonly ended: number;
}

/** Runs one call through `retry`; each request meets the next of `tries`. */
async function run(tries: readonly Try[], options: RetryOptions, total?: number) {
  const clock = new FakeClock();
  const sendings: Sending[] = [];
  const later = (ms: number) => new Promise<void>((resolve) => void clock.after(ms, resolve));
  const random = () => tries[sendings.length - 1]?.random ?? 0;
  const next = async (call: TestCall): Promise<ModelAnswer> => {
    const { code, retryAfterMs, ms, heldMs } = tries[sendings.length] as Try;
    await later(heldMs);
    const at = clock.now();
    await later(ms);
    sendings.push({ at, ended: clock.now() });
    sent(call, ms);
    if (code !== undefined) throw failureOf(code, retryAfterMs);
    return whole();
  };
  const call = callTo({ timeouts: { total } });
  const outcome = await clock.until(retry({ ...options, clock, random })<TestCall, ModelAnswer>(next)(call)).then(
    () => undefined,
    (error) => error.code as ErrorCode,
  );
  return { outcome, sendings, pending: clock.pending };
}

const codes = Object.keys(errorCodes) as ErrorCode[];
const passing = codes.filter((code) => errorCodes[code].retryable);

const anyTry: fc.Arbitrary<Try> = fc.record({
  code: fc.oneof(
    { weight: 6, arbitrary: fc.constantFrom(...passing) },
    { weight: 1, arbitrary: fc.constantFrom(undefined, ...codes) },
  ),
  retryAfterMs: fc.option(fc.nat(3000), { nil: undefined }),
  ms: fc.nat(2000),
  heldMs: fc.oneof(fc.constant(0), fc.nat(5000)),
  random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
});

describe("retry", () => {
  it("sends at exactly the times of its rules, for any script of failures", async () => {
    const options = fc.record({
      maxAttempts: fc.integer({ min: 1, max: 6 }),
      baseMs: fc.integer({ min: 1, max: 1000 }),
      maxMs: fc.integer({ min: 1, max: 3000 }),
      deadlineMs: fc.option(fc.nat(20_000), { nil: undefined }),
    });
    const total = fc.option(fc.integer({ min: 1, max: 30_000 }), { nil: undefined });
    const tries = fc.array(anyTry, { minLength: 6, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(tries, options, total, async (script, rules, limit) => {
        const { outcome, sendings, pending } = await run(script, rules, limit);
        expect(pending).toBe(0);
        const patience = rules.deadlineMs ?? limit ?? 10_000;
        const deadline = Math.min(limit ?? Number.POSITIVE_INFINITY, (sendings[0] as Sending).at + patience);
        let expected = 0;
        for (const [i, { code, retryAfterMs = 0, ms, random }] of script.entries()) {
          const { at, ended } = sendings[i] as Sending;
          expect(at).toBeCloseTo(expected + (script[i] as Try).heldMs, 6);
          const bound = Math.min(rules.maxMs, rules.baseMs * 2 ** i);
          const wait = retryAfterMs + random * bound;
          const goesOn =
            code !== undefined &&
            errorCodes[code].retryable &&
            i + 1 < rules.maxAttempts &&
            ended + wait + ms <= deadline;
          if (!goesOn) {
            expect(sendings).toHaveLength(i + 1);
            expect(outcome).toBe(code);
            return;
          }
          expected = ended + wait;
        }
      }),
      { numRuns: 500 },
    );
  });

  it("waits anything from nothing to a doubling bound: full jitter", async () => {
    const waits = async (random: number) => {
      const failing = { code: "overloaded", retryAfterMs: undefined, ms: 0, heldMs: 0, random } as const;
      const { sendings } = await run(Array(5).fill(failing), { maxAttempts: 5, baseMs: 100, maxMs: 500 });
      return sendings.slice(1).map(({ at }, i) => at - (sendings[i] as Sending).at);
    };
    expect(await waits(0)).toEqual([0, 0, 0, 0]);
    expect(await waits(0.5)).toEqual([50, 100, 200, 250]);
  });

  it("does not ask a second time where a policy refused, and nothing was sent", async () => {
    const refuse = vi.fn(() => Promise.reject(new PolicyError("rate-limited", "no room", { retryAfterMs: 1 })));
    await expect(retry()<TestCall, ModelAnswer>(refuse)(callTo())).rejects.toMatchObject({ code: "rate-limited" });
    expect(refuse).toHaveBeenCalledTimes(1);
  });

  it("sends a stream again only while nothing of it was seen, and delivers each event once", async () => {
    const lost = failureOf("stream-truncated");
    const clock = new FakeClock();
    const through = async (...answers: readonly ModelAnswer[]) => {
      const left = [...answers];
      const next = async () => left.shift() as ModelAnswer;
      const answer = await clock.until(retry({ clock })<TestCall, ModelAnswer>(next)(callTo()));
      const events: unknown[] = [];
      for (let batch = await answer.events?.read(); batch !== undefined; batch = await answer.events?.read())
        events.push(...batch);
      return { events, unused: left.length };
    };
    const good = () => streamed([start], [delta, delta], [finish]);
    const all = [start, delta, delta, finish];
    expect(await through(good())).toEqual({ events: all, unused: 0 });
    expect(await through(streamed(lost), streamed([start], lost), good())).toEqual({ events: all, unused: 0 });
    await expect(through(streamed([start], [delta], lost), good())).rejects.toBe(lost);
  });

  it("ends with the signal while it waits, and leaves neither timer nor listener", async () => {
    const clock = new FakeClock();
    const { signal, abort } = abortable();
    const next = vi.fn(() => Promise.reject(failureOf("rate-limited", 5000)));
    const outcome = retry({ clock })<TestCall, ModelAnswer>(next)(callTo({ signal }));
    outcome.catch(() => undefined);
    await clock.advance(1000);
    expect(clock.pending).toBe(1);
    abort("enough");
    await expect(outcome).rejects.toMatchObject({ code: "aborted", cause: "enough" });
    expect([clock.pending, next.mock.calls.length]).toEqual([0, 1]);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });
});

function abortable() {
  const controller = new AbortController();
  return { signal: controller.signal, abort: (reason: unknown) => controller.abort(reason) };
}

describe("retry-after", () => {
  afterEach(() => {
    vi.useRealTimers();
  });

  const at = "Mon, 02 Mar 2026 10:00:00 GMT";
  const later = "Mon, 02 Mar 2026 10:00:30 GMT";
  it.each<[string, { readonly [name: string]: string }, number | undefined]>([
    ["seconds", { "retry-after": "3" }, 3000],
    ["parts of a second", { "retry-after": "0.25" }, 250],
    ["a date beside the answer's own", { "retry-after": later, date: at }, 30_000],
    ["a date, where the answer has none", { "retry-after": later }, 40_000],
    ["a date that has passed", { "retry-after": "Mon, 02 Mar 2026 09:00:00 GMT" }, 0],
    ["milliseconds", { "retry-after-ms": "7", "retry-after": "3" }, 7],
    ["no milliseconds beside seconds", { "retry-after-ms": "0", "retry-after": "3" }, 3000],
    ["nonsense", { "retry-after": "soon" }, undefined],
    ["less than nothing", { "retry-after": "-3" }, undefined],
  ])("is read as %s", (_name, headers, expected) => {
    vi.useFakeTimers({ now: Date.parse(at) - 10_000, toFake: ["Date"] });
    expect(retryAfterOf((name) => headers[name])).toBe(expected);
  });
});

describe("a call that is sent again", () => {
  const quick: RetryOptions = { baseMs: 1, maxMs: 1 };
  const model = (url: string, options: RetryOptions = quick) => chatModel(url, plainModel, { retry: options });

  it("lists every try on its reply", async () => {
    const server = await serve(
      fails(503, {}),
      (_body, response) => void response.destroy(),
      answers({ content: "Hi" }),
    );
    const reply = await model(server.url).chat({ messages: "?" });
    expect(reply.attempts).toMatchObject([
      { target: "p/m", outcome: "failed", code: "overloaded", status: 503 },
      { target: "p/m", outcome: "failed", code: "network", status: undefined },
      { target: "p/m", outcome: "completed", code: undefined, status: 200, requestId: "req-1" },
    ]);
    expect(server.received).toHaveLength(3);
  });

  it("lists every try on its error, of a stream as well", async () => {
    const server = await serve(fails(500, {}));
    const failed = { code: "provider-error", attempts: [{ status: 500 }, { status: 500 }, { status: 500 }] };
    await expect(model(server.url).chat({ messages: "?" })).rejects.toMatchObject(failed);
    await expect(model(server.url).stream({ messages: "?" }).reply).rejects.toMatchObject(failed);
    expect(server.received).toHaveLength(6);
  });

  it("begins a stream anew that broke before its first text, and not after it", async () => {
    const text = streamText([{ content: "a" }, { content: "b" }]);
    const cut = (length: number): WireAnswer => {
      return (_body, response) => void response.writeHead(200, eventStream).end(text.slice(0, length));
    };
    const early = await serve(cut(0), cut(20), cut(text.length));
    expect(await model(early.url).stream({ messages: "?" }).reply).toMatchObject({ text: "ab" });
    const late = await serve(cut(text.indexOf('"b"')), cut(text.length));
    await expect(model(late.url).stream({ messages: "?" }).reply).rejects.toMatchObject({ partial: { text: "a" } });
    expect(late.received).toHaveLength(1);
  });

  it.each<[string, WireAnswer]>([
    ["used-up quota", fails(429, { error: { message: "pay", code: "insufficient_quota" } })],
    ["a refused key", fails(401, {})],
    ["a bad request", fails(400, { error: { message: "bad" } })],
    ["too long a prompt", fails(400, { error: { message: "long", code: "context_length_exceeded" } })],
    ["an unreadable answer", fails(200, "<html>")],
    ["a redirect", fails(307, "", { location: "http://127.0.0.1:9" })],
  ])("is not: %s", async (_name, answer) => {
    const server = await serve(answer);
    await expect(model(server.url).chat({ messages: "?" })).rejects.toMatchObject({
      attempts: [{ outcome: "failed" }],
    });
    expect(server.received).toHaveLength(1);
  });

  it("is not where the model refuses: that is an answer", async () => {
    const server = await serve(answers({ content: null, refusal: "No." }));
    await model(server.url).chat({ messages: "?" });
    expect(server.received).toHaveLength(1);
  });

  it("does not wait for what comes after its total time-out, or its patience", async () => {
    const server = await serve(fails(429, { error: { message: "slow" } }, { "retry-after": "20" }));
    const limited = { code: "rate-limited", retryAfterMs: 20_000 };
    await expect(model(server.url).chat({ messages: "?" })).rejects.toMatchObject(limited);
    const timeouts = { total: 19_000 };
    await expect(model(server.url).chat({ messages: "?", timeouts })).rejects.toMatchObject(limited);
    expect(server.received).toHaveLength(2);
  });

  it("keeps the tries of all steps of a tool loop", async () => {
    const server = await serve(
      fails(503, {}),
      calls({ name: "now", input: {} }),
      fails(503, {}),
      answers({ content: "noon" }),
    );
    const tools = { now: { input: { type: "object", properties: {} }, execute: () => 12 } };
    const reply = await model(server.url).chat({ messages: "?", tools, maxSteps: 2 });
    expect(reply.attempts.map(({ outcome }) => outcome)).toEqual(["failed", "completed", "failed", "completed"]);
  });
});
