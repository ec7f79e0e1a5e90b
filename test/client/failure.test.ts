/** Failures: their codes, delays and words; redirects; and secrets that a provider echoes. */
import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { chatModel, eventStream, fails, key, plainModel, provider, serve, type WireAnswer } from "./support.js";

async function failure(answer: WireAnswer, errors: object[] = []) {
  const server = await serve(answer);
  const p = provider(server.url, undefined, { facts: { errors: errors as never } });
  return (p("m") as ReturnType<typeof chatModel>).chat({ messages: "Hi" }).then(
    () => undefined,
    (error) => error,
  );
}

describe("an HTTP failure", () => {
  it.each([
    [400, { error: { message: "bad", code: "context_length_exceeded" } }, "context-length", false, true],
    [400, { error: { message: "bad" } }, "provider-rejected", false, false],
    [401, { error: { message: "who?" } }, "authentication", false, true],
    [402, {}, "quota-exceeded", false, true],
    [403, {}, "permission", false, true],
    [404, { error: { message: "no such model" } }, "not-found", false, true],
    [429, { error: { message: "slow" } }, "rate-limited", true, true],
    [429, { error: { message: "pay", code: "insufficient_quota" } }, "quota-exceeded", false, true],
    [500, "oops", "provider-error", true, true],
    [503, {}, "overloaded", true, true],
    [529, {}, "overloaded", true, true],
  ])("%i %j is %s", async (status, body, code, retryable, fallbackable) => {
    const error = await failure(fails(status, body, { "x-request-id": "r-9" }));
    expect(error).toMatchObject({ name: "ProviderError", status, code, retryable, fallbackable, requestId: "r-9" });
    expect(error).toMatchObject({ provider: "p", model: "m" });
    expect(error.message.startsWith(`p/m: ${status} ${code}`)).toBe(true);
  });

  it("is what the catalog's first matching rule says", async () => {
    const rules = [
      { status: 400, message: "too many images", is: "unsupported" },
      { code: "E7", is: "overloaded" },
      { status: 400, is: "content-filter" },
    ];
    const body = (message: string, code?: string) => ({ error: { message, code } });
    expect(await failure(fails(400, body("There are Too Many Images.")), rules)).toMatchObject({ code: "unsupported" });
    expect(await failure(fails(500, body("x", "E7")), rules)).toMatchObject({ code: "overloaded", providerCode: "E7" });
    expect(await failure(fails(400, body("x")), rules)).toMatchObject({ code: "content-filter" });
    expect(await failure(fails(404, body("x")), rules)).toMatchObject({ code: "not-found" });
  });

  it.each<[string, { readonly [name: string]: string }, number | undefined]>([
    ["seconds", { "retry-after": "3" }, 3000],
    ["milliseconds", { "retry-after-ms": "250" }, 250],
    ["a date", { "retry-after": "Mon, 02 Mar 2026 10:00:30 GMT", date: "Mon, 02 Mar 2026 10:00:00 GMT" }, 30_000],
    ["nothing", {}, undefined],
    ["nonsense", { "retry-after": "later" }, undefined],
  ])("tells to wait, by %s", async (_name, headers, retryAfterMs) => {
    expect(await failure(fails(429, { error: { message: "slow" } }, headers))).toMatchObject({ retryAfterMs });
  });

  it("says in its message what happened, where and for how long", async () => {
    const error = await failure(fails(429, { error: { message: "slow" } }, { "retry-after": "2" }));
    expect(error.message).toBe("p/m: 429 rate-limited, retry after 2 s: slow");
  });

  it.each([301, 302, 303, 307, 308])("%i is a typed error, and no second server hears of it", async (status) => {
    const second = await serve(fails(200, {}));
    const error = await failure(fails(status, "", { location: `${second.url}/?key=${key}` }));
    expect(error).toMatchObject({ name: "ProviderError", code: "not-found", status });
    expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(second.url);
    expect(second.received).toEqual([]);
  });
});

describe("another failure", () => {
  it.each<[string, WireAnswer, string]>([
    ["no JSON", (_body, response) => void response.end("<html>"), "invalid-response"],
    ["JSON of another shape", fails(200, { hello: 1 }), "invalid-response"],
    ["a closed connection", (_body, response) => void response.destroy(), "network"],
    [
      "half a body",
      (_body, response) =>
        void response.writeHead(200, { "content-length": "99" }).write("{", () => response.destroy()),
      "network",
    ],
    ["a failure inside a 200", fails(200, { error: { message: "no", code: "insufficient_quota" } }), "quota-exceeded"],
  ])("%s is typed", async (_name, answer, code) => {
    expect(await failure(answer)).toMatchObject({ code, provider: "p", model: "m" });
  });

  it("keeps the next call on the connection unharmed", async () => {
    const server = await serve((body, response, received) =>
      received.body.includes("even")
        ? fails(400, { error: { message: "x".repeat(300_000) } })(body, response, received)
        : fails(200, {
            choices: [{ index: 0, message: { content: String(body.messages[0]?.content) }, finish_reason: "stop" }],
          })(body, response, received),
    );
    const model = chatModel(server.url);
    for (let i = 0; i < 100; i += 1) {
      const text = `${i} ${i % 2 === 0 ? "even" : "odd"}`;
      const outcome = await model.chat({ messages: text }).then(
        (reply) => reply.text,
        (error) => error.code,
      );
      expect(outcome).toBe(i % 2 === 0 ? "provider-rejected" : text);
    }
  });
});

describe("an echoed key", () => {
  const forms: [string, (key: string) => string][] = [
    ["raw", (k) => k],
    ["percent-encoded", encodeURIComponent],
    ["base64", (k) => Buffer.from(k).toString("base64")],
    ["base64url", (k) => Buffer.from(k).toString("base64url")],
    ["hex", (k) => Buffer.from(k).toString("hex")],
    ["JSON-escaped", (k) => JSON.stringify(k)],
    ["cut short", (k) => `${k.slice(0, 8)}…`],
  ];
  const secrets = forms.map(([, form]) => form(key).replace(/…|=+$/g, "")).concat(JSON.stringify(key).slice(1, -1));

  function expectClean(error: Error): void {
    const views = [
      ...[error.message, error.stack, JSON.stringify(error), JSON.stringify({ ...error })],
      inspect(error, { depth: 20, showHidden: true, getters: true }),
    ];
    for (const secret of secrets) for (const view of views) expect(view).not.toContain(secret);
  }

  it.each(forms)("%s is masked in an error body, header and code", async (_name, form) => {
    const echo = form(key);
    const body = JSON.stringify({ error: { message: `bad key ${echo} given`, code: echo, type: echo } });
    expectClean(await failure(fails(401, body, { "x-request-id": encodeURIComponent(key) })));
    expectClean(await failure(fails(401, `proxy says ${echo}`)));
    expectClean(await failure(fails(200, { error: { message: echo } })));
    expectClean(await failure(fails(200, `not json ${echo}`)));
  });

  it("split over two chunks is masked", async () => {
    const body = `{"error":{"message":${JSON.stringify(`key ${key}`)}}}`;
    const at = body.indexOf(key.slice(0, 5)) + 4;
    const error = await failure((_body, response) => {
      response.writeHead(401);
      response.write(body.slice(0, at), () => setTimeout(() => response.end(body.slice(at)), 20));
    });
    expect(error.code).toBe("authentication");
    expectClean(error);
  });

  it("is masked in stream errors and in what arrived before them", async () => {
    const chunk = (delta: object) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }] })}\n\n`;
    for (const tail of [
      `data: ${JSON.stringify({ error: { message: `bad ${key}` } })}\n\n`,
      "data: {",
      `data: ${key}\n\n`,
    ]) {
      const server = await serve((_body, response) => {
        response.writeHead(200, eventStream).end(chunk({ content: `your key is ${key}` }) + tail);
      });
      const error = await chatModel(server.url, plainModel)
        .stream({ messages: "Hi" })
        .reply.catch((e) => e);
      expect(error.partial).toBeDefined();
      expectClean(error);
    }
  });
});
