/** Failures in the error form of the client that asked, with nothing of ours in them but the sentence. */
import { type ErrorCode, isModelwrightError, type ModelwrightError } from "../errors.js";
import type { ServerProtocol } from "../protocols/server.js";
import { factHeaders } from "./answer-headers.js";
import { GatewayRefusal } from "./refusal.js";

/** A failure as clients are told. */
export interface Failure {
  readonly code: ErrorCode;
  readonly message: string;
}

/** What is wrong inside the gateway stays inside: an unknown error has one message. */
export function failureOf(error: unknown): Failure {
  if (!isModelwrightError(error)) return { code: "provider-error", message: "the gateway failed to serve the request" };
  return { code: error.code, message: error.message };
}

/** What a failed request was about. */
interface FailedRequest {
  /** As the client wrote it: the answer uses its member names. */
  readonly wire?: unknown;
  readonly facts: Parameters<typeof factHeaders>[0];
}

export function failureResponse(error: unknown, protocol: ServerProtocol, { wire, facts }: FailedRequest): Response {
  const { code, message } = failureOf(error);
  const known = isModelwrightError(error) ? error : undefined;
  const param =
    known?.path === undefined ? undefined : wireName(known.path, typeof wire === "object" && wire !== null ? wire : {});
  const { status, body } = protocol.encodeFailure(code, message, { param, retryAfterMs: known?.retryAfterMs });
  return new Response(JSON.stringify({ ...(body as object), modelwright: detailsOf(code, known) }), {
    status: error instanceof GatewayRefusal ? error.answerStatus : status,
    headers: { "content-type": "application/json", ...retryHeaders(known), ...factHeaders(facts) },
  });
}

/** For programs: our own code, and the model that the sentence is about. Clients ignore the member. */
function detailsOf(code: ErrorCode, error: ModelwrightError | undefined): object {
  const { provider, model, path, requestId, status } = error ?? {};
  const attempts = error?.attempts.map(({ target, outcome, code: failed }) => ({ target, outcome, code: failed }));
  return { code, provider, model, path, requestId, status, ...(attempts?.length ? { attempts } : {}) };
}

function retryHeaders(error: ModelwrightError | undefined): Record<string, string> {
  if (error?.retryAfterMs === undefined) return {};
  const wait = Math.max(0, error.retryAfterMs);
  return { "retry-after": String(Math.ceil(wait / 1000)), "retry-after-ms": String(Math.round(wait)) };
}

/** Names that are no mere spelling of the canonical one. */
const otherNames: { readonly [path: string]: readonly string[] } = {
  maxOutputTokens: ["max_completion_tokens", "max_tokens", "max_output_tokens"],
  stop: ["stop", "stop_sequences"],
  output: ["response_format", "text", "output_config", "output_format"],
  parallelTools: ["parallel_tool_calls"],
  duration: ["seconds", "duration"],
  format: ["response_format"],
  "reasoning.effort": ["reasoning_effort", "reasoning", "output_config"],
  "reasoning.budget": ["thinking", "thinking_budget", "reasoning"],
  "reasoning.enabled": ["thinking", "enable_thinking", "reasoning"],
  reasoning: ["reasoning_effort", "reasoning", "thinking"],
};

/** The member that the client wrote for a request path; the path itself when there is no such member. */
function wireName(path: string, wire: object): string {
  const canonical = path.replace(/^options\./, "");
  const spelled = canonical.replace(/[A-Z]/g, (capital) => `_${capital.toLowerCase()}`);
  const candidates = [...(otherNames[canonical] ?? []), canonical, spelled];
  return candidates.find((name) => Object.hasOwn(wire, name)) ?? canonical;
}
