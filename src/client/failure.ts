/** Turns what went wrong with a call into one error that names provider and model and holds no secret. */

import type { ProviderFacts } from "../catalog/facts.js";
import {
  type Attempt,
  CapabilityError,
  type ErrorDetails,
  isModelwrightError,
  type ModelwrightError,
  ProviderError,
  rebuilt,
  TransportError,
} from "../errors.js";
import { failureCode, retryAfterOf } from "../protocols/failure.js";
import type { Protocol } from "../protocols/protocol.js";
import { redact, redactWithin } from "../transport/redact.js";
import type { TransportResponse } from "../transport/transport.js";

/** Which call failed, and what must not be printed. */
export interface Place {
  readonly provider: ProviderFacts;
  readonly modelId: string | undefined;
  /** Id of the registry's generation. */
  readonly generation?: string | undefined;
  readonly secrets: readonly string[];
  readonly requestId?: string | undefined;
}

/** Names under which providers send the id of a request. */
const requestIdHeaders = [
  "x-request-id",
  "request-id",
  "x-amzn-requestid",
  "apim-request-id",
  "mistral-correlation-id",
  "x-debug-trace-id",
  "x-generation-id",
  // Of the edge, where the provider states none.
  "cf-ray",
];

export function requestIdOf(response: TransportResponse): string | undefined {
  for (const name of requestIdHeaders) {
    const id = response.header(name);
    if (id !== undefined) return id;
  }
  return undefined;
}

/** A text that errors may carry. */
function cleaned(text: string | undefined, { secrets }: Place): string | undefined {
  return text === undefined ? undefined : redact(text, secrets);
}

// Longer error bodies are pages of a proxy.
const maxErrorBytes = 256 * 1024;
const maxMessage = 1000;

/** The error of an answer with a status other than 2xx. */
export async function failureOf(response: TransportResponse, protocol: Protocol, place: Place): Promise<ProviderError> {
  const { status } = response;
  const { provider, secrets } = place;
  const requestId = cleaned(requestIdOf(response), place);
  const about = { provider: provider.id, model: place.modelId, status, requestId };
  if (status >= 300 && status < 400) {
    response.dispose();
    const message = `${named(place)}: ${status}: the provider answered with a redirect, which is never followed`;
    return new ProviderError("not-found", message, about);
  }
  const body = await bodyOf(response);
  const failure = protocol.decodeFailure(body, (name) => response.header(name));
  const code = failureCode(failure, { status, rules: provider.errors, words: protocol.failureWords ?? {} });
  const retryAfterMs = failure.retryAfterMs ?? retryAfterOf((name) => response.header(name));
  const providerMessage = redact(failure.message, secrets).slice(0, maxMessage);
  const wait = retryAfterMs === undefined ? "" : `, retry after ${retryAfterMs / 1000} s`;
  return new ProviderError(code, `${named(place)}: ${status} ${code}${wait}: ${providerMessage}`, {
    ...about,
    retryAfterMs,
    providerMessage,
    providerCode: cleaned(failure.code, place),
    docs: code === "not-found" && place.modelId !== undefined ? provider.docs : undefined,
  });
}

/** JSON where it is JSON, else the text; a body that cannot be read is no text. */
async function bodyOf(response: TransportResponse): Promise<unknown> {
  let text: string;
  try {
    text = await response.text(maxErrorBytes);
  } catch {
    return "";
  }
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** `provider/model`, or the provider where no model is asked. */
export function named({ provider, modelId }: Pick<Place, "provider" | "modelId">): string {
  return modelId === undefined ? provider.id : `${provider.id}/${modelId}`;
}

/** What is known of a failure only where the call is. */
interface Later {
  readonly partial?: unknown;
  readonly attempts?: readonly Attempt[];
}

/** Any error as one of ours that says where it happened. What is one of ours and complete already stays as it is. */
export function located(error: unknown, place: Place, more: Later = {}): ModelwrightError {
  if (!isModelwrightError(error))
    return new TransportError("network", `${named(place)}: network: ${redact(messageOf(error), place.secrets)}`, {
      ...placeDetails(place),
      partial: redactWithin(more.partial, place.secrets),
      attempts: more.attempts,
    });
  const attempts = error.attempts.length > 0 ? error.attempts : (more.attempts ?? []);
  const complete =
    error.provider !== undefined &&
    place.secrets.length === 0 &&
    (more.partial ?? error.partial) === error.partial &&
    attempts.length === error.attempts.length;
  if (error instanceof CapabilityError || complete) return stamped(error, place);
  const message = redact(error.message, place.secrets);
  const isPlaced = [named(place), place.provider.id].some((name) => message.startsWith(`${name}: `));
  const text = isPlaced ? message : `${named(place)}: ${error.code}: ${message}`;
  return rebuilt(error, text, {
    attempts,
    generation: error.generation ?? place.generation,
    provider: error.provider ?? place.provider.id,
    model: error.model ?? place.modelId,
    requestId: cleaned(error.requestId ?? place.requestId, place),
    partial: redactWithin(error.partial ?? more.partial, place.secrets),
    text: cleaned(error.text, place),
    providerMessage: cleaned(error.providerMessage, place),
    providerCode: cleaned(error.providerCode, place),
    // Whatever else stands behind an error of the wire may echo what was sent.
    cause: error.code === "aborted" ? error.cause : undefined,
  });
}

/** Whoever threw it did not know the generation: it is entered where the call is known. */
function stamped(error: ModelwrightError, { generation }: Place): ModelwrightError {
  if (error.generation === undefined && generation !== undefined)
    Object.defineProperty(error, "generation", { value: generation, enumerable: true, configurable: true });
  return error;
}

function placeDetails(place: Place): ErrorDetails {
  const { generation } = place;
  return { provider: place.provider.id, model: place.modelId, generation, requestId: cleaned(place.requestId, place) };
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : "the call failed";
}
