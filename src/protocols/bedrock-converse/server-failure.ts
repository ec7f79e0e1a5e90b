/** Failures in Amazon's form: a message in the body, the type in a header. https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html */
import type { ErrorCode } from "../../errors.js";
import { failureStatus } from "../served-answer.js";
import type { FailureDetails } from "../server.js";

/** Statuses that differ from the common ones. */
const statuses: { readonly [C in ErrorCode]?: number } = { authentication: 403, "quota-exceeded": 400, timeout: 408 };

const types: { readonly [C in ErrorCode]?: string } = {
  unsupported: "ValidationException",
  "invalid-request": "ValidationException",
  "provider-rejected": "ValidationException",
  "context-length": "ValidationException",
  "content-filter": "ValidationException",
  "unknown-model": "ResourceNotFoundException",
  "unknown-provider": "ResourceNotFoundException",
  "not-found": "ResourceNotFoundException",
  authentication: "UnrecognizedClientException",
  permission: "AccessDeniedException",
  "rate-limited": "ThrottlingException",
  "quota-exceeded": "ServiceQuotaExceededException",
  "budget-exceeded": "ServiceQuotaExceededException",
  overloaded: "ServiceUnavailableException",
  "circuit-open": "ServiceUnavailableException",
  "queue-full": "ServiceUnavailableException",
  timeout: "ModelTimeoutException",
};

/** The type of a failure, with the first letter large. */
export function failureType(code: ErrorCode): string {
  return types[code] ?? "InternalServerException";
}

/** Messages name the member at fault. */
export function encodeFailure(
  code: ErrorCode,
  message: string,
  { param }: FailureDetails = {},
): { readonly status: number; readonly body: unknown; readonly headers: { readonly [name: string]: string } } {
  const named = param === undefined || message.includes(param) ? message : `${param}: ${message}`;
  return {
    status: statuses[code] ?? failureStatus[code],
    // Amazon's words for a prompt that is too long are these: no type says it.
    body: { message: code === "context-length" ? `Input is too long for requested model. ${named}` : named },
    headers: { "x-amzn-errortype": failureType(code) },
  };
}
