/** Reads failures: error bodies with their type in a header, and exceptions inside a stream. */

import type { ProviderError } from "../../errors.js";
import { type FailureWords, failureInAnswer, retryAfterOf } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, HeaderReader, WireFailure } from "../protocol.js";

/**
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html#API_runtime_ConverseStream_Errors
 * and https://docs.aws.amazon.com/bedrock/latest/APIReference/CommonErrors.html
 */
export const failureWords: FailureWords = {
  accessdeniedexception: "permission",
  expiredtokenexception: "authentication",
  incompletesignature: "authentication",
  incompletesignatureexception: "authentication",
  invalidsignatureexception: "authentication",
  missingauthenticationtokenexception: "authentication",
  unrecognizedclientexception: "authentication",
  internalfailure: "provider-error",
  internalserverexception: "provider-error",
  modelerrorexception: "provider-error",
  modelstreamerrorexception: "provider-error",
  modelnotreadyexception: "overloaded",
  modeltimeoutexception: "timeout",
  resourcenotfoundexception: "not-found",
  servicequotaexceededexception: "quota-exceeded",
  serviceunavailable: "overloaded",
  serviceunavailableexception: "overloaded",
  throttling: "rate-limited",
  throttlingexception: "rate-limited",
  validationexception: "provider-rejected",
};

/** Longest piece of a body that is no JSON, such as a proxy's HTML page, taken for a message. */
const maxTextMessage = 500;

const unstated = "the provider gave no message";

/** Message and type of an error body; the type mostly stands in a header. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const members = objectOf(body) ?? {};
  const text = typeof body === "string" ? textOf(body.trim().slice(0, maxTextMessage)) : undefined;
  const type = textOf(headers("x-amzn-errortype")) ?? textOf(members.__type) ?? textOf(members.code);
  const message = textOf(members.message) ?? textOf(members.Message) ?? text ?? unstated;
  return { message, code: type === undefined ? undefined : plainType(type), retryAfterMs: retryAfterOf(headers) };
}

/** `com.amazon.coral.service#AccessDeniedException:http://internal.amazon.com/…` without what stands around it. */
function plainType(type: string): string {
  return type.slice(type.indexOf("#") + 1).split(":", 1)[0] ?? type;
}

/** The error to throw for a failure inside a 200 answer. `partial` is what had arrived. */
export function errorInside(failure: WireFailure, call: ChatCall, partial?: unknown): ProviderError {
  return failureInAnswer(failure, { call, words: failureWords, partial });
}
