/** The closed union of error codes: complete tables, exhaustive switches, errors that survive two copies of the package. */
import { describe, expect, it } from "vitest";
import {
  CapabilityError,
  CatalogError,
  type ErrorCode,
  errorCodes,
  isModelwrightError,
  ModelwrightError,
  PolicyError,
  ProviderError,
  rebuilt,
  TransportError,
} from "../../src/errors.js";
import { failureStatus } from "../../src/protocols/served-answer.js";

/** Compiles only while every code has a case: `never` is what is left. */
function adviceFor(code: ErrorCode): "fix the catalog" | "fix the request" | "wait" | "go elsewhere" | "show it" {
  switch (code) {
    case "invalid-catalog":
    case "invalid-configuration":
    case "conflict":
    case "unknown-provider":
    case "unknown-model":
      return "fix the catalog";
    case "unsupported":
    case "invalid-request":
    case "provider-rejected":
    case "context-length":
      return "fix the request";
    case "rate-limited":
    case "overloaded":
    case "provider-error":
    case "network":
    case "timeout":
    case "stream-truncated":
      return "wait";
    case "authentication":
    case "permission":
    case "not-found":
    case "quota-exceeded":
    case "circuit-open":
    case "queue-full":
    case "budget-exceeded":
    case "region-blocked":
    case "invalid-response":
      return "go elsewhere";
    case "content-filter":
    case "aborted":
    case "invalid-output":
    case "invalid-tool-call":
    case "tool-failed":
      return "show it";
    default: {
      const left: never = code;
      throw new Error(`no advice for ${String(left)}`);
    }
  }
}

const codes = Object.keys(errorCodes) as ErrorCode[];

describe("every code", () => {
  it.each(codes)("%s says whether to try again or elsewhere, and what it is served as", (code) => {
    const { retryable, fallbackable } = errorCodes[code];
    // What may pass here may pass elsewhere, too.
    expect(fallbackable || !retryable).toBe(true);
    expect(adviceFor(code) === "wait").toBe(retryable);
    expect(failureStatus[code]).toBeGreaterThanOrEqual(400);
    const error = new ModelwrightError(code, "p/m: it failed");
    expect([error.retryable, error.fallbackable]).toEqual([retryable, fallbackable]);
  });

  it("of a refusal or a bad request stays where it is", () => {
    for (const code of ["content-filter", "provider-rejected", "unsupported", "invalid-request", "aborted"] as const)
      expect(errorCodes[code]).toMatchObject({ retryable: false, fallbackable: false });
  });

  it("of used-up quota is not tried again, but elsewhere", () => {
    expect(errorCodes["quota-exceeded"]).toMatchObject({ retryable: false, fallbackable: true });
    expect(errorCodes["rate-limited"]).toMatchObject({ retryable: true, fallbackable: true });
  });
});

describe("the severity of an error", () => {
  it("is a warning where the failure passes by itself", () => {
    expect(codes.filter((code) => errorCodes[code].retryable && errorCodes[code].severity !== "warning")).toEqual([]);
    expect(new ModelwrightError("aborted", "p/m: aborted").severity).toBe("warning");
  });

  it("is critical where calls go on failing until a person does something, and nowhere else", () => {
    expect(codes.filter((code) => errorCodes[code].severity === "critical")).toEqual([
      "invalid-catalog",
      "invalid-configuration",
      "authentication",
      "permission",
      "quota-exceeded",
      "budget-exceeded",
    ]);
  });
});

describe("an error", () => {
  const details = {
    provider: "p",
    model: "m",
    generation: "g-1",
    status: 429,
    requestId: "r",
    retryAfterMs: 5,
    providerMessage: "slow down",
    providerCode: "slow",
    path: "messages[0]",
    file: "catalog/p.json",
    suggestions: ["m-1"],
    docs: "https://p.test/models",
    partial: { text: "Half" },
    text: "{",
    attempts: [{ target: "p/m", outcome: "failed", code: "rate-limited", status: 429, requestId: "r", ms: 1 } as const],
    cause: new Error("below"),
  };

  it.each([CatalogError, CapabilityError, TransportError, ProviderError, PolicyError, ModelwrightError])(
    "of kind $name is rebuilt as it was, with what is changed",
    (Kind) => {
      const error = new Kind("rate-limited", "p/m: rate-limited", details);
      const again = rebuilt(error, "p/m: told anew", { requestId: "r-2" });
      expect(again).toBeInstanceOf(Kind);
      expect(again).toMatchObject({ ...details, requestId: "r-2", name: error.name, code: "rate-limited" });
      expect(again.message).toBe("p/m: told anew");
    },
  );

  it("of another copy of the package is recognised, and nothing else is", async () => {
    const copy = (await import(
      "../../src/errors.js?copy" as "../../src/errors.js"
    )) as typeof import("../../src/errors.js");
    const error = new copy.ProviderError("rate-limited", "p/m: slow");
    expect(error).not.toBeInstanceOf(ModelwrightError);
    expect(isModelwrightError(error)).toBe(true);
    for (const other of [new Error("rate-limited"), { code: "rate-limited" }, null, undefined, "rate-limited"])
      expect(isModelwrightError(other)).toBe(false);
  });
});
