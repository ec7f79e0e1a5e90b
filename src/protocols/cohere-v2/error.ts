/** Reads failures: error bodies, and answers that end with one. https://docs.cohere.com/reference/errors */

import type { ProviderError } from "../../errors.js";
import { type FailureWords, failureInAnswer, retryAfterOf } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, HeaderReader, WireFailure } from "../protocol.js";
import type { WireObject } from "./wire.js";

/** Finish reasons that are failures. Error bodies have no code. */
export const failureWords: FailureWords = { error: "provider-error", timeout: "timeout" };

/** Longest piece of a body that is no JSON, such as a proxy's HTML page, taken for a message. */
const maxTextMessage = 500;

const unstated = "the provider gave no message";

/** The message of an error body. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const members = objectOf(body);
  const text = typeof body === "string" ? textOf(body.trim().slice(0, maxTextMessage)) : undefined;
  const message = messageIn(members ?? {}) ?? text ?? unstated;
  return { message, retryAfterMs: retryAfterOf(headers) };
}

function messageIn(members: WireObject): string | undefined {
  const { message, error, detail } = members;
  return textOf(message) ?? textOf(error) ?? textOf(objectOf(error)?.message) ?? textOf(detail);
}

/** The failure that ends an answer with status 200: its finish reason, and its own words beside it. */
export function failureAtEnd(end: WireObject): WireFailure | undefined {
  const reason = textOf(end.finish_reason);
  if (reason === undefined || !Object.hasOwn(failureWords, reason.toLowerCase())) return undefined;
  return { message: messageIn({ error: end.error }) ?? unstated, code: reason };
}

/** The error to throw for a failure inside a 200 answer. `partial` is what had arrived. */
export function errorInside(failure: WireFailure, call: ChatCall, partial?: unknown): ProviderError {
  return failureInAnswer(failure, { call, words: failureWords, partial });
}
