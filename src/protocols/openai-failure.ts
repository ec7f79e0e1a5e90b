/** Failures in OpenAI's error body, as both of its wires serve them. https://platform.openai.com/docs/guides/error-codes */
import type { ErrorCode } from "../errors.js";
import { failureStatus } from "./served-answer.js";
import type { FailureDetails } from "./server.js";

/** OpenAI's type and code of a failure. */
export interface FailureWord {
  readonly type: string;
  readonly code: string | null;
}

const invalid: FailureWord = { type: "invalid_request_error", code: null };

/** Where they say more than the status. Inside a stream no status says that the server is busy: each wire has its word. */
const words: { readonly [C in ErrorCode]?: FailureWord } = {
  unsupported: { type: "invalid_request_error", code: "unsupported_parameter" },
  "invalid-request": invalid,
  "provider-rejected": invalid,
  "not-found": invalid,
  "unknown-model": { type: "invalid_request_error", code: "model_not_found" },
  "unknown-provider": { type: "invalid_request_error", code: "model_not_found" },
  authentication: { type: "invalid_request_error", code: "invalid_api_key" },
  permission: { type: "invalid_request_error", code: "permission_denied" },
  "rate-limited": { type: "requests", code: "rate_limit_exceeded" },
  "quota-exceeded": { type: "insufficient_quota", code: "insufficient_quota" },
  "budget-exceeded": { type: "insufficient_quota", code: "budget_exceeded" },
  "context-length": { type: "invalid_request_error", code: "context_length_exceeded" },
  "content-filter": { type: "invalid_request_error", code: "content_filter" },
};

/** The words of a failure; the wire's own are those for a busy server and for one that failed. */
export function failureWord(code: ErrorCode, own: { readonly overloaded: string; readonly failed: string | null }) {
  return words[code] ?? { type: "server_error", code: code === "overloaded" ? own.overloaded : own.failed };
}

/** The body, and its status. */
export function failureBody(
  code: ErrorCode,
  message: string,
  { word, details }: { readonly word: FailureWord; readonly details: FailureDetails },
): { readonly status: number; readonly body: unknown } {
  return { status: failureStatus[code], body: { error: { message, param: details.param ?? null, ...word } } };
}
