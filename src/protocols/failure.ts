/** What a provider's failure means: the catalog's rules first, then the room's own words, then the HTTP status. */
import type { ErrorRule } from "../catalog/facts.js";
import { type ErrorCode, ProviderError, TransportError } from "../errors.js";
import type { ChatCall, HeaderReader, WireFailure } from "./protocol.js";

/** A room's own code and type words, in lower case. */
export type FailureWords = { readonly [word: string]: ErrorCode };

/** The code of a failure. `status` is the HTTP status, or the one that an error inside a 200 answer states. */
export function failureCode(
  failure: WireFailure,
  {
    status,
    rules = [],
    words = {},
  }: {
    readonly status: number | undefined;
    readonly rules?: readonly ErrorRule[] | undefined;
    readonly words?: FailureWords;
  },
): ErrorCode {
  const rule = rules.find((candidate) => matches(candidate, failure, status));
  if (rule !== undefined) return rule.is;
  const code = wordOf(failure.code, words) ?? wordOf(failure.type, words) ?? statusCode(status);
  return code === "provider-rejected" ? (phraseCode(failure.message) ?? code) : code;
}

/**
 * What servers of every wire say alike of a refused request, in messages that no code stands beside. Only text of the
 * provider is asked, which cannot say more of a model than that another may serve the request.
 */
const phrases: readonly (readonly [RegExp, ErrorCode])[] = [
  [
    /context[ _](?:length|window|size|limit)|max(?:imum)?[ _](?:model[ _]|prompt |input )len|(?:prompt|input|messages) is too long|too many (?:input |prompt )?tokens|maximum number of (?:input |prompt )?tokens/i,
    "context-length",
  ],
  [
    /\bmodel\b.{0,200}\b(?:does not exist|not found|is not supported\. supported models)|\binvalid model\b/i,
    "not-found",
  ],
];

/** Longest message that is searched for phrases. */
const maxSearched = 2000;

function phraseCode(message: string): ErrorCode | undefined {
  const text = message.slice(0, maxSearched);
  return phrases.find(([phrase]) => phrase.test(text))?.[1];
}

/** The error of a failure that arrived inside a successful answer. `partial` is what came before it. */
export function failureInAnswer(
  failure: WireFailure,
  {
    call,
    words = {},
    partial,
  }: {
    readonly call: Pick<ChatCall, "provider" | "modelId">;
    readonly words?: FailureWords;
    readonly partial?: unknown;
  },
): ProviderError {
  const { provider, modelId } = call;
  const code = failureCode(failure, { status: failure.status, rules: provider.errors, words });
  return new ProviderError(code, `${provider.id}/${modelId}: ${code} inside the answer: ${failure.message}`, {
    provider: provider.id,
    model: modelId,
    status: failure.status,
    retryAfterMs: failure.retryAfterMs,
    providerMessage: failure.message,
    providerCode: failure.code ?? failure.type,
    partial,
  });
}

function matches(rule: ErrorRule, { code, type, message }: WireFailure, status: number | undefined): boolean {
  if (rule.status !== undefined && rule.status !== status) return false;
  if (rule.code !== undefined && rule.code !== code && rule.code !== type) return false;
  return rule.message === undefined || message.toLowerCase().includes(rule.message.toLowerCase());
}

function wordOf(word: string | undefined, words: FailureWords): ErrorCode | undefined {
  const lower = word?.toLowerCase();
  return lower !== undefined && Object.hasOwn(words, lower) ? words[lower] : undefined;
}

const statuses: { readonly [status: number]: ErrorCode } = {
  401: "authentication",
  402: "quota-exceeded",
  403: "permission",
  404: "not-found",
  408: "timeout",
  429: "rate-limited",
  503: "overloaded",
  504: "timeout",
  // Anthropic's and Cloudflare's words for an overloaded or slow origin.
  524: "timeout",
  529: "overloaded",
};

function statusCode(status: number | undefined): ErrorCode {
  if (status === undefined) return "provider-error";
  const known = statuses[status];
  if (known !== undefined) return known;
  return status >= 400 && status < 500 ? "provider-rejected" : "provider-error";
}

/** The error to throw for an answer that cannot be read, or that ended early. `partial` is what had arrived. */
export function brokenAnswer(
  code: "invalid-response" | "stream-truncated",
  problem: string,
  {
    call: { provider, modelId },
    ...details
  }: {
    readonly call: Pick<ChatCall, "provider" | "modelId">;
    readonly partial?: unknown;
    readonly text?: string | undefined;
  },
): TransportError {
  return new TransportError(code, `${provider.id}/${modelId}: ${problem}`, {
    provider: provider.id,
    model: modelId,
    ...details,
  });
}

/** The error to throw for a whole answer that cannot be read. */
export function unreadable(call: Pick<ChatCall, "provider" | "modelId">, problem: string): TransportError {
  return brokenAnswer("invalid-response", problem, { call });
}

/**
 * Milliseconds to wait by `retry-after-ms` or `retry-after` (seconds or an HTTP date, measured from the answer's own
 * `date`, or from this machine's clock when the answer has none). A `retry-after-ms` of 0 beside a longer `retry-after`
 * (seen at Azure) is ignored.
 */
export function retryAfterOf(headers: HeaderReader): number | undefined {
  const ms = Number(headers("retry-after-ms") ?? Number.NaN);
  if (Number.isFinite(ms) && ms > 0) return ms;
  const after = headers("retry-after")?.trim();
  if (after === undefined || after === "") return ms === 0 ? 0 : undefined;
  const seconds = Number(after);
  if (Number.isFinite(seconds)) return seconds >= 0 ? seconds * 1000 : undefined;
  const answered = Date.parse(headers("date") ?? "");
  const wait = Date.parse(after) - (Number.isNaN(answered) ? Date.now() : answered);
  return Number.isFinite(wait) ? Math.max(0, wait) : undefined;
}

/** Milliseconds of durations such as `6m0s`, `7.66s`, `20ms`; undefined for anything else. */
export function durationMs(text: string): number | undefined {
  const units: { readonly [unit: string]: number } = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };
  if (text.length > 40 || !/^(?:\d+(?:\.\d+)?(?:ms|s|m|h|d))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, amount, unit] of text.matchAll(/([\d.]+)(ms|s|m|h|d)/g)) total += Number(amount) * units[unit!]!;
  return Math.round(total);
}
