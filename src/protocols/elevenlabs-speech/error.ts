/** Reads failures off error bodies. */

import type { ErrorCode } from "../../errors.js";
import { retryAfterOf } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import type { HeaderReader, WireFailure } from "../protocol.js";
import { membersOf } from "../task-wire.js";

/** What `detail.status` says, where the HTTP status says less. */
export const failureWords: { readonly [word: string]: ErrorCode } = {
  quota_exceeded: "quota-exceeded",
  too_many_concurrent_requests: "rate-limited",
  system_busy: "overloaded",
  voice_not_found: "not-found",
};

/** `{detail: {status, message}}`, or a list of FastAPI. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const { detail } = membersOf(body);
  const [first] = listOf(detail).map(membersOf);
  const one = membersOf(detail);
  const message = textOf(one.message) ?? textOf(first?.msg) ?? textOf(detail);
  return {
    message: message ?? (typeof body === "string" && body !== "" ? body.slice(0, 500) : "the provider gave no message"),
    code: textOf(one.status) ?? textOf(first?.type),
    retryAfterMs: retryAfterOf(headers),
  };
}
