/** Failures of the Gemini API: `{error: {code, message, status, details}}`, also as an array or inside an answer. */
import type { ProviderError } from "../../errors.js";
import { type FailureWords, failureInAnswer, retryAfterOf } from "../failure.js";
import type { ChatCall, HeaderReader, WireFailure } from "../protocol.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

/** Words of google.rpc.Code and of ErrorInfo. https://ai.google.dev/gemini-api/docs/troubleshooting */
export const failureWords: FailureWords = {
  api_key_invalid: "authentication",
  invalid_argument: "provider-rejected",
  failed_precondition: "provider-rejected",
  out_of_range: "provider-rejected",
  unimplemented: "provider-rejected",
  unauthenticated: "authentication",
  permission_denied: "permission",
  not_found: "not-found",
  resource_exhausted: "rate-limited",
  unavailable: "overloaded",
  deadline_exceeded: "timeout",
};

const noReason = "the provider gave no reason";

/** Reads a failure off an error body. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const failure = failureOf(body);
  return { ...failure, retryAfterMs: failure.retryAfterMs ?? retryAfterOf(headers) };
}

/** The failure that a 200 answer turned out to be; undefined for a proper answer. `partial` is what came before it. */
export function failureInside(
  body: unknown,
  call: Pick<ChatCall, "provider" | "modelId">,
  partial?: unknown,
): ProviderError | undefined {
  return errorOf(body) === undefined
    ? undefined
    : failureInAnswer(failureOf(body), { call, words: failureWords, partial });
}

function failureOf(body: unknown): WireFailure {
  const error = errorOf(body);
  if (error === undefined) return { message: typeof body === "string" ? textMessage(body) : noReason };
  const details = objectsOf(error.details);
  const status = typeof error.code === "number" ? error.code : undefined;
  const word = wordOf(error.status);
  return {
    message: wordOf(error.message) ?? word ?? noReason,
    // An invalid key is a plain INVALID_ARGUMENT: only the ErrorInfo detail says API_KEY_INVALID.
    code: wordOf(detailOf(details, "ErrorInfo")?.reason) ?? word ?? status?.toString(),
    type: word,
    status,
    retryAfterMs: retryDelayMs(details),
  };
}

/** An array is the answer of a stream without `alt=sse`. */
function errorOf(body: unknown): Members | undefined {
  for (const item of objectsOf(body)) {
    const error = objectOf(item.error);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** `google.rpc.RetryInfo`: the delay is a decimal number of seconds such as `34.4s`. */
function retryDelayMs(details: readonly Members[]): number | undefined {
  const delay = wordOf(detailOf(details, "RetryInfo")?.retryDelay);
  const seconds = delay === undefined ? undefined : /^(\d{1,9}(?:\.\d{1,9})?)s$/.exec(delay)?.[1];
  return seconds === undefined ? undefined : Math.ceil(Number(seconds) * 1000);
}

function detailOf(details: readonly Members[], type: string): Members | undefined {
  return details.find((detail) => detail["@type"] === `type.googleapis.com/google.rpc.${type}`);
}

/** Google's edge answers unknown paths with an HTML page; its title says what it is. */
function textMessage(body: string): string {
  const title = /<title>([^<]*)<\/title>/i.exec(body)?.[1];
  const text = (title ?? body).slice(0, 500).replace(/\s+/g, " ").trim();
  return text === "" ? noReason : text;
}
