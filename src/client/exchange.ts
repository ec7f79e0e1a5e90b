/** One HTTP exchange with a provider: headers, key, URL, send; anything but 2xx becomes an error. */
import type { ProviderFacts } from "../catalog/facts.js";
import { TransportError } from "../errors.js";
import type { Protocol, WireRequest } from "../protocols/protocol.js";
import type { TransportResponse } from "../transport/transport.js";
import { joinURL } from "../transport/url.js";
import { lowerCase } from "./connect.js";
import type { Connection } from "./connection.js";
import { failureOf, located, type Place, requestIdOf } from "./failure.js";

/** What an exchange needs to know of its call. */
export interface Exchange {
  readonly provider: ProviderFacts;
  readonly modelId: string | undefined;
  readonly protocol: Protocol;
  readonly connection: Connection;
  /** Base URL of the model's own. */
  readonly ownURL: string | undefined;
  readonly signal: AbortSignal | undefined;
}

/** A 2xx answer, and what errors about its body must know. */
export interface Exchanged {
  readonly response: TransportResponse;
  readonly place: Place;
}

export async function exchange(call: Exchange, wire: WireRequest): Promise<Exchanged> {
  const { provider, modelId, connection } = call;
  const body = wire.body === undefined ? undefined : JSON.stringify(wire.body);
  const type = body === undefined ? {} : { "content-type": "application/json" };
  const headers = { ...type, ...connection.headers(), ...lowerCase(wire.headers) };
  let place: Place = { provider, modelId, secrets: [] };
  try {
    const url = joinURL(connection.baseURL(call.ownURL), wire.path);
    const secrets = await connection.authorize({ method: wire.method, url, headers, body });
    place = { ...place, secrets };
    const { signal } = call;
    const { timeouts } = connection;
    const response = await connection.send({ method: wire.method, url, headers, body, signal, timeouts });
    place = { ...place, requestId: requestIdOf(response) };
    if (response.status < 200 || response.status >= 300) throw await failureOf(response, call.protocol, place);
    return { response, place };
  } catch (error) {
    throw located(error, place);
  }
}

/** The whole body as JSON. Throws `TransportError` ("invalid-response") for anything else. */
export async function jsonBody({ response }: Exchanged): Promise<unknown> {
  const text = await response.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    throw new TransportError("invalid-response", "the answer is no JSON", { text: text.slice(0, maxQuoted) });
  }
}

/** Characters of an unreadable answer that an error quotes. */
const maxQuoted = 1000;
