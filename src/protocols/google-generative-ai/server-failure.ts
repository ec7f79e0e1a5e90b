/** Failures in Google's error body. https://ai.google.dev/gemini-api/docs/troubleshooting */
import type { ErrorCode } from "../../errors.js";
import { failureStatus } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { FailureDetails } from "../server.js";

/** A wrong key is an invalid argument to this API. */
const statuses: { readonly [C in ErrorCode]?: number } = { authentication: 400 };

/** Canonical status words by HTTP status. https://cloud.google.com/apis/design/errors#handling_errors */
const words: { readonly [status: number]: string } = {
  400: "INVALID_ARGUMENT",
  401: "UNAUTHENTICATED",
  402: "RESOURCE_EXHAUSTED",
  403: "PERMISSION_DENIED",
  404: "NOT_FOUND",
  429: "RESOURCE_EXHAUSTED",
  499: "CANCELLED",
  500: "INTERNAL",
  502: "UNAVAILABLE",
  503: "UNAVAILABLE",
  504: "DEADLINE_EXCEEDED",
};

export function encodeFailure(
  code: ErrorCode,
  message: string,
  details: FailureDetails = {},
): { readonly status: number; readonly body: unknown } {
  const status = statuses[code] ?? failureStatus[code];
  const list = detailsOf(code, message, details);
  const error = { code: status, message, status: words[status] ?? "UNKNOWN" };
  return { status, body: { error: list.length === 0 ? error : { ...error, details: list } } };
}

function detailsOf(code: ErrorCode, description: string, { param, retryAfterMs }: FailureDetails): readonly Members[] {
  const list: Members[] = [];
  if (code === "authentication")
    list.push({ ...type("ErrorInfo"), reason: "API_KEY_INVALID", domain: "googleapis.com" });
  if (code === "quota-exceeded")
    list.push({ ...type("QuotaFailure"), violations: [{ quotaId: "GenerateRequestsPerDayPerProjectPerModel" }] });
  if (param !== undefined) list.push({ ...type("BadRequest"), fieldViolations: [{ field: param, description }] });
  if (retryAfterMs !== undefined) list.push({ ...type("RetryInfo"), retryDelay: `${retryAfterMs / 1000}s` });
  return list;
}

function type(name: string): Members {
  return { "@type": `type.googleapis.com/google.rpc.${name}` };
}
