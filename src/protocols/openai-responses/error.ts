/** Reads failures of the Responses API: error bodies, and errors that come inside a 200 answer. */

import type { ProviderError } from "../../errors.js";
import { type FailureWords, failureInAnswer, retryAfterOf } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, HeaderReader, WireFailure } from "../protocol.js";
import type { WireObject } from "./wire.js";

/**
 * Codes that say more than the status. https://platform.openai.com/docs/guides/error-codes and `error.code` of
 * https://platform.openai.com/docs/api-reference/responses/object
 */
export const failureWords: FailureWords = {
  server_error: "provider-error",
  server_is_overloaded: "overloaded",
  slow_down: "overloaded",
  rate_limit_exceeded: "rate-limited",
  insufficient_quota: "quota-exceeded",
  context_length_exceeded: "context-length",
  invalid_prompt: "content-filter",
  content_filter: "content-filter",
  image_content_policy_violation: "content-filter",
  model_not_found: "not-found",
  invalid_api_key: "authentication",
};

/** After the 200 there is no status that says that the request was at fault. */
const wordsInside: FailureWords = { ...failureWords, invalid_request_error: "provider-rejected" };

/** Longest piece of a body that is no JSON, such as a proxy's HTML page, taken for a message. */
const maxTextMessage = 500;

/** Message and words of an error body. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const members = objectOf(body);
  const failure = members === undefined ? { message: plainMessage(body) } : failureIn(members);
  return { ...failure, retryAfterMs: retryAfterOf(headers) };
}

/**
 * The failure that an object states: `{error: {message, code, type}}` and the flat `error` event of OpenAI,
 * `{code, error: "text"}` of xAI, `{detail}` of Codex.
 */
export function failureIn(members: WireObject): WireFailure {
  const error = objectOf(members.error) ?? members;
  const type = wordOf(error.type);
  const code = wordOf(error.code) ?? type;
  const text = textOf(error.message) ?? textOf(members.error) ?? textOf(members.detail);
  return { message: text ?? code ?? "no message", code, type, status: statusOf(error.code) };
}

/** The error to throw for a failure inside a 200 answer. `partial` is what had arrived. */
export function errorInside(failure: WireFailure, call: ChatCall, partial?: unknown): ProviderError {
  return failureInAnswer(failure, { call, words: wordsInside, partial });
}

function plainMessage(body: unknown): string {
  const text = typeof body === "string" ? textOf(body.trim().slice(0, maxTextMessage)) : undefined;
  return text ?? "no message";
}

// The `type` of an `error` event is only the event's name.
function wordOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return value === "error" ? undefined : textOf(value);
}

/** OpenRouter's codes are HTTP statuses. */
function statusOf(code: unknown): number | undefined {
  return typeof code === "number" && code >= 400 && code < 600 ? code : undefined;
}
