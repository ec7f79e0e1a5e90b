/** One HTTP exchange with a provider: headers, key, URL, send; anything but 2xx becomes an error. */
import type { ProviderFacts } from "../catalog/facts.js";
import { type Attempt, TransportError } from "../errors.js";
import type { FormField, Protocol, WireRequest } from "../protocols/protocol.js";
import { secretsIn } from "../transport/redact.js";
import type { TransportResponse } from "../transport/transport.js";
import { givenURL, joinURL } from "../transport/url.js";
import { beginAttempt, type EndAttempt } from "./attempt.js";
import type { Connection } from "./connection.js";
import { failureOf, located, named, type Place, requestIdOf } from "./failure.js";

/** What an exchange needs to know of its call. */
export interface Exchange {
  readonly provider: ProviderFacts;
  readonly modelId: string | undefined;
  readonly protocol: Protocol;
  readonly connection: Connection;
  /** Base URL of the model's own. */
  readonly ownURL: string | undefined;
  readonly signal: AbortSignal | undefined;
  /** Where the request is entered. */
  readonly attempts: Attempt[];
}

/** A 2xx answer, and what errors about its body must know. */
export interface Exchanged {
  readonly response: TransportResponse;
  readonly place: Place;
  /** Told by whoever reads the body. */
  readonly end: EndAttempt;
}

export async function exchange(call: Exchange, wire: WireRequest): Promise<Exchanged> {
  const { connection } = call;
  const { body, type } = wire.form === undefined ? bodyOf(wire) : await formOf(wire.form);
  const headers: Record<string, string> = { ...type, ...connection.headers() };
  for (const name in wire.headers) headers[name.toLowerCase()] = wire.headers[name] as string;
  const place = new Sent(call, headers);
  let end: EndAttempt | undefined;
  try {
    const base = connection.baseURL(call.ownURL);
    const url = wire.url === undefined ? joinURL(base, wire.path) : givenURL(wire.url, base, wire.domain);
    const authorized = connection.authorize({ method: wire.method, url, headers, body });
    place.authorized(authorized instanceof Promise ? await authorized : authorized);
    const { signal } = call;
    const { timeouts } = connection;
    end = beginAttempt(named(call), call.attempts);
    const response = await connection.send({ method: wire.method, url, headers, body, signal, timeouts });
    place.requestId = requestIdOf(response);
    if (response.status < 200 || response.status >= 300) throw await failureOf(response, call.protocol, place);
    return { response, place, end };
  } catch (error) {
    const failure = located(error, place);
    end?.("failed", { error: failure });
    throw failure;
  }
}

/** What an exchange knows of itself. It holds its key so that it cannot be printed. */
class Sent implements Place {
  readonly provider: ProviderFacts;
  readonly modelId: string | undefined;
  requestId: string | undefined;
  #keys: readonly string[] | undefined;
  readonly #headers: { readonly [name: string]: string };

  constructor({ provider, modelId }: Exchange, headers: { readonly [name: string]: string }) {
    this.provider = provider;
    this.modelId = modelId;
    this.#headers = headers;
  }

  authorized(keys: readonly string[]): void {
    this.#keys = keys;
  }

  /** Only errors ask for them. */
  get secrets(): readonly string[] {
    return this.#keys === undefined ? [] : [...this.#keys, ...secretsIn(this.#headers)];
  }
}

type EncodedBody = {
  readonly body: string | Uint8Array | undefined;
  readonly type: { readonly [name: string]: string };
};

async function formOf(form: readonly FormField[]): Promise<EncodedBody> {
  const { encodeForm } = await import("./multipart.js");
  const { bytes, contentType } = encodeForm(form);
  return { body: bytes, type: { "content-type": contentType } };
}

const jsonType = { "content-type": "application/json" };

function bodyOf({ body, bytes: raw }: WireRequest): EncodedBody {
  if (raw !== undefined) return { body: raw.content, type: { "content-type": raw.mediaType } };
  return body === undefined ? { body, type: {} } : { body: JSON.stringify(body), type: jsonType };
}

/** The body of a whole answer, decoded. */
export async function decoded<Value>(exchanged: Exchanged, decode: (body: unknown) => Value): Promise<Value> {
  const { response, place, end } = exchanged;
  try {
    const value = decode(jsonIn(await response.text()));
    end("completed", { status: response.status, requestId: place.requestId });
    return value;
  } catch (error) {
    const failure = located(error, place);
    end("failed", { error: failure, status: response.status });
    throw failure;
  }
}

/** Throws `TransportError` ("invalid-response") for what is no JSON. */
function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TransportError("invalid-response", "the answer is no JSON", { text: text.slice(0, maxQuoted) });
  }
}

/** Characters of an unreadable answer that an error quotes. */
const maxQuoted = 1000;
