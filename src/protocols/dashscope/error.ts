/** Reads failures off error bodies. */

import { retryAfterOf } from "../failure.js";
import { textOf } from "../lenient.js";
import type { HeaderReader, WireFailure } from "../protocol.js";
import { membersOf } from "../task-wire.js";

/** `{code, message, request_id}`. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const error = membersOf(body);
  const message = textOf(error.message);
  const code = textOf(error.code);
  return {
    message: message ?? (typeof body === "string" && body !== "" ? body.slice(0, 500) : "the provider gave no message"),
    code,
    retryAfterMs: retryAfterOf(headers),
  };
}
