/** Failures in OpenAI's error body, and inside a stream. */
import type { ErrorCode } from "../../errors.js";
import { failureBody, failureWord } from "../openai-failure.js";
import type { FailureDetails } from "../server.js";

const own = { overloaded: "server_is_overloaded", failed: "server_error" };

export function encodeFailure(code: ErrorCode, message: string, details: FailureDetails = {}) {
  return failureBody(code, message, { word: failureWord(code, own), details });
}

/** The `error` of a response that failed, and of the `error` event before it. */
export function streamFailure(code: ErrorCode, message: string): { readonly code: string; readonly message: string } {
  const word = failureWord(code, own);
  return { code: word.code ?? word.type, message };
}
