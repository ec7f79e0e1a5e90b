/** Failures in Anthropic's error body. https://docs.claude.com/en/api/errors */
import type { ErrorCode } from "../../errors.js";
import { failureStatus } from "../served-answer.js";
import type { FailureDetails } from "../server.js";

/** Statuses that differ from the common ones. */
const statuses: { readonly [C in ErrorCode]?: number } = { "quota-exceeded": 402, overloaded: 529 };

const types: { readonly [C in ErrorCode]?: string } = {
  unsupported: "invalid_request_error",
  "invalid-request": "invalid_request_error",
  "provider-rejected": "invalid_request_error",
  "context-length": "invalid_request_error",
  "content-filter": "invalid_request_error",
  "unknown-model": "not_found_error",
  "unknown-provider": "not_found_error",
  "not-found": "not_found_error",
  authentication: "authentication_error",
  permission: "permission_error",
  "rate-limited": "rate_limit_error",
  "quota-exceeded": "billing_error",
  "budget-exceeded": "billing_error",
  overloaded: "overloaded_error",
  "circuit-open": "overloaded_error",
  "queue-full": "overloaded_error",
  timeout: "timeout_error",
};

/** Messages name the member at fault, as Anthropic's do. */
export function encodeFailure(
  code: ErrorCode,
  message: string,
  { param }: FailureDetails = {},
): { readonly status: number; readonly body: unknown } {
  const named = param === undefined || message.includes(param) ? message : `${param}: ${message}`;
  return {
    status: statuses[code] ?? failureStatus[code],
    body: { type: "error", error: { type: types[code] ?? "api_error", message: named } },
  };
}
