/** Reads failures of the OpenAI chat wire and its dialects: error bodies, and errors inside successful answers. */

import type { ProviderError } from "../../errors.js";
import { durationMs, type FailureWords, failureInAnswer, retryAfterOf } from "../failure.js";
import { listOf } from "../lenient.js";
import type { ChatCall, HeaderReader, WireFailure } from "../protocol.js";
import { type Members, membersOf, textOf } from "./wire.js";

/** Codes and types that say more than the status. https://platform.openai.com/docs/guides/error-codes */
export const failureWords: FailureWords = {
  invalid_api_key: "authentication",
  authentication_error: "authentication",
  insufficient_quota: "quota-exceeded",
  rate_limit_exceeded: "rate-limited",
  model_not_found: "not-found",
  context_length_exceeded: "context-length",
  // llama.cpp.
  exceed_context_size_error: "context-length",
  content_filter: "content-filter",
  content_policy_violation: "content-filter",
  moderation_blocked: "content-filter",
  // Groq: the model's own call did not fit the tool's schema.
  tool_use_failed: "invalid-tool-call",
  overloaded_error: "overloaded",
};

/** Message, code and delay of any error body seen at OpenAI-compatible providers. Never throws. */
export function decodeFailure(body: unknown, headers: HeaderReader): WireFailure {
  // Google's compatible surface may answer an array.
  const value = Array.isArray(body) ? body[0] : body;
  const failure = typeof value === "string" ? textFailure(value) : objectFailure(membersOf(value) ?? {});
  const retryAfterMs =
    retryAfterOf(headers) ?? resetOf(headers) ?? failure.retryAfterMs ?? delayInText(failure.message);
  return retryAfterMs === undefined ? failure : { ...failure, retryAfterMs };
}

/** The failure that a successful answer or chunk carries, if it does. */
export function failureIn(body: Members): WireFailure | undefined {
  const { error } = body;
  if (typeof error === "string" ? error !== "" : membersOf(error) !== undefined) return objectFailure(body);
  if (body.base_resp !== undefined) return minimaxFailure(membersOf(body.base_resp));
  if (Array.isArray(body.choices)) return choiceFailure(body.choices);
  // vLLM and FastAPI servers send the error object itself.
  return body.object === "error" || typeof body.detail === "string" ? objectFailure(body) : undefined;
}

/** The error to throw for a failure inside a successful answer. */
export function errorInAnswer(
  failure: WireFailure,
  call: Pick<ChatCall, "provider" | "modelId">,
  partial?: unknown,
): ProviderError {
  return failureInAnswer(failure, { call, words: failureWords, partial });
}

/** MiniMax answers failures with status 200 and its own member. */
function minimaxFailure(response: Members | undefined): WireFailure | undefined {
  const status = response?.status_code;
  if (response === undefined || typeof status !== "number" || status === 0) return undefined;
  return { message: textOf(response.status_msg) || unstated, code: String(status) };
}

/** OpenRouter puts a failing upstream's error into the choice. */
function choiceFailure(choices: readonly unknown[]): WireFailure | undefined {
  const first = membersOf(choices[0]);
  return first === undefined || membersOf(first.error) === undefined ? undefined : objectFailure(first);
}

const unstated = "the provider gave no message";

function objectFailure(body: Members): WireFailure {
  // Most nest the error; Mistral, Cerebras and Doubleword are flat; xAI has the code beside a string.
  const error = membersOf(body.error) ?? body;
  const message = messageOf(error) || messageOf(body) || unstated;
  const upstream = upstreamMessage(error.metadata);
  const words = [error.code, error.type, error.status, body.code].map(wordOf).filter((word) => word !== undefined);
  const type = words.find((word) => word !== words[0]);
  const status = [error.status_code, error.code, error.status, body.raw_status_code, body.code]
    .map(Number)
    .find((number) => Number.isInteger(number) && number >= 400 && number <= 599);
  return {
    message: upstream === undefined ? message : `${message}: ${upstream}`,
    ...(words[0] === undefined ? {} : { code: words[0] }),
    ...(type === undefined ? {} : { type }),
    ...(status === undefined ? {} : { status }),
    // Hugging Face: seconds until a cold model is loaded.
    ...(typeof body.estimated_time === "number" ? { retryAfterMs: Math.max(0, body.estimated_time * 1000) } : {}),
  };
}

/** `message` is text or Mistral's object; `error` is text at Ollama, Venice, xAI; `detail` is text or FastAPI's list. */
function messageOf(error: Members): string {
  const { message, detail } = error;
  return (
    textOf(message) ||
    textOf(error.error) ||
    textOf(detail) ||
    detailsText(membersOf(message)?.detail) ||
    detailsText(detail) ||
    textOf(membersOf(detail)?.message) ||
    textOf(error.msg) ||
    textOf(error.title)
  );
}

/** FastAPI's validation list: `[{loc: ["body", "model"], msg: "field required"}]`. */
function detailsText(value: unknown): string {
  return listOf(value)
    .map((item) => {
      const place = listOf(membersOf(item)?.loc).join(".");
      const text = textOf(membersOf(item)?.msg);
      return place === "" ? text : `${place}: ${text}`;
    })
    .filter((text) => text !== "")
    .join("; ");
}

/** OpenRouter says "Provider returned error" and puts the upstream's body, as text, into `metadata.raw`. */
function upstreamMessage(metadata: unknown): string | undefined {
  const raw = textOf(membersOf(metadata)?.raw).trim();
  if (raw === "") return undefined;
  try {
    const body = membersOf(JSON.parse(raw));
    const message = body === undefined ? "" : messageOf(membersOf(body.error) ?? body);
    return message === "" ? excerpt(raw) : message;
  } catch {
    return excerpt(raw);
  }
}

function wordOf(value: unknown): string | undefined {
  if (typeof value === "number") return String(value);
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Plain text, or the title of an HTML page from the provider's edge. */
function textFailure(text: string): WireFailure {
  const head = text.slice(0, 4096);
  const title = /<title[^>]*>([^<]*)</i.exec(head)?.[1]?.trim();
  return {
    message:
      title ||
      excerpt(
        head
          .replace(/<[^>]*>/g, " ")
          .replace(/\s+/g, " ")
          .trim(),
      ) ||
      unstated,
  };
}

function excerpt(text: string): string {
  return text.length > 500 ? `${text.slice(0, 500)}…` : text;
}

/** OpenAI, Azure and Groq say when an exhausted limit is filled again, without `retry-after` at times. */
function resetOf(headers: HeaderReader): number | undefined {
  const waits = ["requests", "tokens"]
    .filter((meter) => headers(`x-ratelimit-remaining-${meter}`) === "0")
    .map((meter) => durationMs(headers(`x-ratelimit-reset-${meter}`) ?? ""))
    .filter((wait) => wait !== undefined);
  return waits.length === 0 ? undefined : Math.max(...waits);
}

/** OpenAI and Groq: "Please try again in 7.215s." */
function delayInText(message: string): number | undefined {
  const duration = /try again in ([\dhms.]{2,20}[hms])/i.exec(message)?.[1];
  return duration === undefined ? undefined : durationMs(duration);
}
