/** Failures in OpenAI's error body. https://platform.openai.com/docs/guides/error-codes */
import type { ErrorCode } from "../../errors.js";
import { failureStatus } from "../served-answer.js";
import type { FailureDetails } from "../server.js";

interface Words {
  readonly type: string;
  readonly code: string | null;
}

const invalid: Words = { type: "invalid_request_error", code: null };
const server: Words = { type: "server_error", code: null };

/** OpenAI's type and code, where they say more than the status. */
const words: { readonly [C in ErrorCode]?: Words } = {
  unsupported: { type: "invalid_request_error", code: "unsupported_parameter" },
  "invalid-request": invalid,
  "provider-rejected": invalid,
  "unknown-model": { type: "invalid_request_error", code: "model_not_found" },
  "unknown-provider": { type: "invalid_request_error", code: "model_not_found" },
  "not-found": { type: "invalid_request_error", code: null },
  authentication: { type: "invalid_request_error", code: "invalid_api_key" },
  permission: { type: "invalid_request_error", code: "permission_denied" },
  // Inside a stream no status says it, and OpenAI has no word of its own for it.
  overloaded: { type: "server_error", code: "overloaded_error" },
  "rate-limited": { type: "requests", code: "rate_limit_exceeded" },
  "quota-exceeded": { type: "insufficient_quota", code: "insufficient_quota" },
  "budget-exceeded": { type: "insufficient_quota", code: "budget_exceeded" },
  "context-length": { type: "invalid_request_error", code: "context_length_exceeded" },
  "content-filter": { type: "invalid_request_error", code: "content_filter" },
};

export function encodeFailure(
  code: ErrorCode,
  message: string,
  details: FailureDetails = {},
): { readonly status: number; readonly body: unknown } {
  const { type, code: word } = words[code] ?? server;
  return { status: failureStatus[code], body: { error: { message, type, param: details.param ?? null, code: word } } };
}
