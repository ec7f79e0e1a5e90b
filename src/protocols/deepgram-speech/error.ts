/** Reads failures off error bodies. https://developers.deepgram.com/docs/errors */

import type { ErrorCode } from "../../errors.js";
import { retryAfterOf } from "../failure.js";
import { textOf } from "../lenient.js";
import type { HeaderReader, WireFailure } from "../protocol.js";
import { membersOf } from "../task-wire.js";

/** What `err_code` says. */
export const failureWords: { readonly [word: string]: ErrorCode } = { asr_payment_required: "quota-exceeded" };

/** `{err_code, err_msg}`, or the newer `{category, message, details}`. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const { err_code: code, err_msg: said, category, message, details } = membersOf(body);
  const newer = [textOf(message), textOf(details)].filter((part) => part !== undefined);
  const words = textOf(said) ?? (newer.length > 0 ? newer.join(" ") : undefined);
  return {
    message: words ?? (typeof body === "string" && body !== "" ? body.slice(0, 500) : "the provider gave no message"),
    code: textOf(code) ?? textOf(category),
    retryAfterMs: retryAfterOf(headers),
  };
}
