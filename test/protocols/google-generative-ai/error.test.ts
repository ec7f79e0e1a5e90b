/** Failures as the Gemini API words them. */
import { describe, expect, it } from "vitest";
import { googleGenerativeAiRoom as room } from "../../../src/protocols/google-generative-ai/room.js";

const headers =
  (given: { readonly [name: string]: string } = {}) =>
  (name: string) =>
    given[name];
const type = (name: string) => `type.googleapis.com/google.rpc.${name}`;

describe("a failure", () => {
  it("of an invalid key says so by its reason, not by its status", () => {
    const error = {
      code: 400,
      message: "API key not valid.",
      status: "INVALID_ARGUMENT",
      details: [{ "@type": type("LocalizedMessage") }, { "@type": type("ErrorInfo"), reason: "API_KEY_INVALID" }],
    };
    expect(room.decodeFailure({ error }, headers())).toEqual({
      message: "API key not valid.",
      code: "API_KEY_INVALID",
      type: "INVALID_ARGUMENT",
      status: 400,
      retryAfterMs: undefined,
    });
  });

  it("states its delay in a detail, else in a header", () => {
    const failure = (details: unknown) => ({
      error: { code: 429, status: "RESOURCE_EXHAUSTED", message: "m", details },
    });
    const stated = failure([{ "@type": type("RetryInfo"), retryDelay: "34.4s" }]);
    expect(room.decodeFailure(stated, headers({ "retry-after": "1" })).retryAfterMs).toBe(34_400);
    expect(room.decodeFailure(failure([]), headers({ "retry-after": "2" })).retryAfterMs).toBe(2000);
    expect(
      room.decodeFailure(failure([{ "@type": type("RetryInfo"), retryDelay: "soon" }]), headers()).retryAfterMs,
    ).toBeUndefined();
  });

  it.each([
    [
      "an array",
      [{ error: { code: 404, message: "no such model", status: "NOT_FOUND" } }],
      { message: "no such model", code: "NOT_FOUND", status: 404 },
    ],
    ["a number without a word", { error: { code: 500, message: "m" } }, { message: "m", code: "500", status: 500 }],
    [
      "an HTML page",
      "<!DOCTYPE html>\n<title>Error 404 (Not Found)!!1</title><p>x",
      { message: "Error 404 (Not Found)!!1" },
    ],
    ["plain text", "upstream\n  timed out", { message: "upstream timed out" }],
    ["nothing", undefined, { message: "the provider gave no reason" }],
    ["something else", { error: "text", details: 1 }, { message: "the provider gave no reason" }],
    ["wrong types", { error: { code: "x", message: {}, details: "y" } }, { message: "the provider gave no reason" }],
  ])("may be %s", (_, body, expected) => {
    expect(room.decodeFailure(body, headers())).toMatchObject(expected);
  });
});
