/** Failures in OpenAI's error body. */
import type { ErrorCode } from "../../errors.js";
import { failureBody, failureWord } from "../openai-failure.js";
import type { FailureDetails } from "../server.js";

export function encodeFailure(code: ErrorCode, message: string, details: FailureDetails = {}) {
  const word = failureWord(code, { overloaded: "overloaded_error", failed: null });
  return failureBody(code, message, { word, details });
}
