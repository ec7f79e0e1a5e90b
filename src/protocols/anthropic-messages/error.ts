/** Reads failures: error bodies, and errors that come inside a 200 answer. */

import type { ProviderError } from "../../errors.js";
import { type FailureWords, failureInAnswer, retryAfterOf } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, HeaderReader, WireFailure } from "../protocol.js";
import type { WireObject } from "./wire.js";

/** Types that say more than the status. https://docs.claude.com/en/api/errors */
export const failureWords: FailureWords = {
  authentication_error: "authentication",
  billing_error: "quota-exceeded",
  permission_error: "permission",
  not_found_error: "not-found",
  rate_limit_error: "rate-limited",
  overloaded_error: "overloaded",
  timeout_error: "timeout",
};

/** Inside a 200 answer there is no status to go by. */
const wordsInside: FailureWords = {
  ...failureWords,
  invalid_request_error: "provider-rejected",
  request_too_large: "provider-rejected",
  api_error: "provider-error",
};

/** Longest piece of a body that is no JSON, such as a proxy's HTML page, taken for a message. */
const maxTextMessage = 500;

/** Message and type of an error body. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const members = objectOf(body);
  const failure = (members === undefined ? undefined : failureIn(members)) ?? plainFailure(body, members);
  return { ...failure, retryAfterMs: retryAfterOf(headers) };
}

/** The failure that an object of the wire states, in an error body or inside a stream; undefined when it states none. */
export function failureIn(members: WireObject): WireFailure | undefined {
  const text = textOf(members.error);
  if (text !== undefined) return { message: text };
  const error = objectOf(members.error);
  if (error !== undefined) {
    const type = textOf(error.type);
    const code = wordOf(error.code) ?? type;
    return { message: textOf(error.message) ?? code ?? "no message", code, type };
  }
  // MiniMax answers 200 and says here what went wrong; 0 is success.
  // https://platform.minimax.io/docs/api-reference/errorcode
  const base = objectOf(members.base_resp);
  const code = wordOf(base?.status_code);
  if (code === undefined || code === "0") return undefined;
  return { message: textOf(base?.status_msg) ?? `status ${code}`, code };
}

/** The error to throw for a failure inside a 200 answer. `partial` is what had arrived. */
export function errorInside(failure: WireFailure, call: ChatCall, partial?: unknown): ProviderError {
  return failureInAnswer(failure, { call, words: wordsInside, partial });
}

function plainFailure(body: unknown, members: WireObject | undefined): WireFailure {
  const text = typeof body === "string" ? body.trim().slice(0, maxTextMessage) : undefined;
  return { message: textOf(members?.message) ?? textOf(members?.detail) ?? textOf(text) ?? "no message" };
}

function wordOf(value: unknown): string | undefined {
  return typeof value === "number" ? String(value) : textOf(value);
}
