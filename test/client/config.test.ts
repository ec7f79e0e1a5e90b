/** Clients from plain data: what a file says holds on the wire, and what is wrong in it is told with its place. */
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, describe, expect, it } from "vitest";
import { openai } from "../../generated/openai.js";
import { readClientConfig } from "../../src/client-config.js";
import { ModelwrightError } from "../../src/errors.js";
import { createSimulator } from "../../src/testing.js";

const simulator = createSimulator({ providers: [openai.facts] });
await simulator.listen();
afterAll(() => simulator.close());

describe("a client from a file", () => {
  it("sends where the file says, with its headers, and tries as often", async () => {
    const file = join(tmpdir(), `modelwright-client-${process.pid}.json`);
    const config = {
      preset: "production",
      baseURL: simulator.baseURL("openai"),
      headers: { "x-team": "search" },
      retry: { maxAttempts: 2, baseMs: 1 },
      concurrency: { maxInFlight: 5 },
    };
    writeFileSync(file, JSON.stringify(config));
    try {
      const client = openai.create({ apiKey: "k", ...readClientConfig(JSON.parse(readFileSync(file, "utf8"))) });
      simulator.fail("overloaded", { times: 2 });
      const call = client("gpt-4.1").chat({ messages: [{ role: "user", content: "Hi" }] });
      await expect(call).rejects.toMatchObject({ code: "overloaded" });
      expect(simulator.requests).toHaveLength(2);
      expect(simulator.requests[0]?.headers).toHaveProperty("x-team");
    } finally {
      rmSync(file);
    }
  });

  it("has the policies of its preset, but for those that it states", () => {
    const { retry, circuitBreaker, concurrency } = readClientConfig({ preset: "production", retry: false });
    expect(retry).toBe(false);
    expect([circuitBreaker, concurrency]).toEqual([expect.anything(), expect.anything()]);
    expect(readClientConfig({ preset: "development" }).circuitBreaker).toBeUndefined();
  });
});

describe("what is wrong in a file", () => {
  it.each([
    [[], "client configuration: expected an object, not []"],
    [{ time: {} }, "client configuration, time: there is no such member"],
    [{ timeout: {} }, 'client configuration, timeout: there is no such member; did you mean "timeouts"?'],
    [{ timeouts: { total: "30s" } }, 'client configuration, timeouts.total: expected a number from 0, not "30s"'],
    [{ retry: true }, "client configuration, retry: expected an object, not true"],
    [{ preset: "smart" }, 'client configuration, preset: expected "production" or "development", not "smart"'],
    [{ apiKey: "sk-secret" }, "client configuration, apiKey: keys do not belong into files"],
    [{ headers: { a: 1 } }, "client configuration, headers.a: expected a text, not 1"],
    [JSON.parse('{ "__proto__": {} }'), "client configuration, __proto__: there is no such member"],
    [{ concurrency: {} }, "concurrency: maxInFlight must be at least 1"],
  ])("%j is told with its place", (value, message) => {
    expect(() => readClientConfig(value)).toThrow(message);
  });

  it("never shows a key", () => {
    expect(() => readClientConfig({ apiKey: "sk-secret" })).not.toThrow("sk-secret");
  });

  it("is an error of this package, whatever it is", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        try {
          readClientConfig(value);
        } catch (error) {
          expect(error).toBeInstanceOf(ModelwrightError);
        }
      }),
    );
  });
});
