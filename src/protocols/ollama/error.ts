/** Reads failures of Ollama: `{error: "text"}`, as an error body or as a line of a stream. */

import type { ProviderError } from "../../errors.js";
import { failureInAnswer, retryAfterOf } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, HeaderReader, WireFailure } from "../protocol.js";
import type { WireObject } from "./wire.js";

/** Longest piece of a body that is no JSON, such as a proxy's HTML page, taken for a message. */
const maxTextMessage = 500;

/** The message of an error body; there are no codes. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  const members = objectOf(body);
  const stated = members === undefined ? undefined : failureIn(members);
  const text = typeof body === "string" ? textOf(body.trim().slice(0, maxTextMessage)) : undefined;
  return {
    message: "no message",
    ...(text === undefined ? {} : { message: text }),
    ...stated,
    retryAfterMs: retryAfterOf(headers),
  };
}

/** The failure that an object states; undefined when it states none. Proxies put an object where Ollama has a text. */
export function failureIn({ error }: WireObject): WireFailure | undefined {
  const message = textOf(error) ?? textOf(objectOf(error)?.message);
  return message === undefined ? undefined : { message };
}

/** The error to throw for a failure inside a 200 answer. `partial` is what had arrived. */
export function errorInside(
  failure: WireFailure,
  call: Pick<ChatCall, "provider" | "modelId">,
  partial?: unknown,
): ProviderError {
  return failureInAnswer(failure, { call, partial });
}
