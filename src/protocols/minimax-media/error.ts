/** Reads failures off error bodies. */

import { retryAfterOf } from "../failure.js";
import { textOf } from "../lenient.js";
import type { HeaderReader, WireFailure } from "../protocol.js";
import { membersOf } from "../task-wire.js";

/** `{base_resp: {status_code, status_msg}}`. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const error = membersOf(body);
  const response = membersOf(error.base_resp);
  const message = textOf(response.status_msg) ?? textOf(membersOf(error.error).message);
  const code = typeof response.status_code === "number" ? String(response.status_code) : undefined;
  return {
    message: message ?? (typeof body === "string" && body !== "" ? body.slice(0, 500) : "the provider gave no message"),
    code,
    retryAfterMs: retryAfterOf(headers),
  };
}
