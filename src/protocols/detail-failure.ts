/** Reads failures off the error bodies of hosts of media models, which say in `detail` what went wrong. */

import { retryAfterOf } from "./failure.js";
import { listOf, textOf } from "./lenient.js";
import type { HeaderReader, WireFailure } from "./protocol.js";
import { membersOf } from "./task-wire.js";

/** Longest text of a body that is no JSON, taken for a message. */
const maxTextMessage = 500;

/** A reader of `{detail}`: text, or a list of FastAPI. `kind` is the member that names the kind of failure. Never throws. */
export function detailFailure(kind: string): (body: unknown, headers: HeaderReader) => WireFailure {
  return (body, headers) => {
    const error = membersOf(body);
    const [first] = listOf(error.detail).map(membersOf);
    const stated =
      textOf(error.detail) ??
      textOf(first?.msg) ??
      textOf(error.message) ??
      textOf(error.error) ??
      textOf(error.title) ??
      (typeof body === "string" ? textOf(body.slice(0, maxTextMessage)) : undefined);
    return {
      message: stated ?? "the provider gave no message",
      code: textOf(first?.type) ?? textOf(error[kind]),
      retryAfterMs: retryAfterOf(headers),
    };
  };
}
