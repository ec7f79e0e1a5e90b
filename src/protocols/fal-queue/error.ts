/** Reads failures off error bodies. */

import { retryAfterOf } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import type { HeaderReader, WireFailure } from "../protocol.js";
import { membersOf } from "../task-wire.js";

/** `{detail}`: text, or a list of FastAPI. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const error = membersOf(body);
  const [first] = listOf(error.detail).map(membersOf);
  const message = textOf(error.detail) ?? textOf(first?.msg) ?? textOf(error.message) ?? textOf(error.title);
  const code = textOf(first?.type) ?? textOf(error.error_type);
  return {
    message: message ?? (typeof body === "string" && body !== "" ? body.slice(0, 500) : "the provider gave no message"),
    code,
    retryAfterMs: retryAfterOf(headers),
  };
}
