/** The innermost handler: encode, send, decode. */
import type { ProtocolEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";
import type { Protocol } from "../protocols/protocol.js";
import { decoded, type Exchanged, exchange } from "./exchange.js";
import type { Answer, EventReader, PreparedCall } from "./handler.js";
import { isPlain } from "./plain.js";
import { StreamReader } from "./stream-reader.js";
import { roomOf } from "./target.js";

export async function send(call: PreparedCall): Promise<Answer> {
  const protocol = await roomOf(call.protocol, isPlain(call.request, call.model) ? "text" : "whole");
  const encoded = protocol.encodeChat(call);
  const wire = call.onWire === undefined ? encoded : { ...encoded, body: await call.onWire(encoded.body) };
  const { provider, modelId, connection, signal, attempts } = call;
  const ownURL = call.model.transport?.baseURL;
  const exchanged = await exchange({ provider, modelId, protocol, connection, ownURL, signal, attempts }, wire);
  const { response, place } = exchanged;
  const events = isStream(call, exchanged)
    ? new StreamReader(exchanged, protocol, call)
    : await wholeAnswer(exchanged, protocol, call);
  return { status: response.status, requestId: place.requestId, header: (name) => response.header(name), events };
}

// Some gateways answer a request for a stream with a whole JSON body.
function isStream(call: PreparedCall, { response }: Exchanged): boolean {
  if (!call.stream) return false;
  return response.header("content-type")?.startsWith("application/json") !== true;
}

async function wholeAnswer(exchanged: Exchanged, protocol: Protocol, call: PreparedCall): Promise<EventReader> {
  const events = await decoded(exchanged, (body) => {
    const all = protocol.decodeChat(body, call);
    if (all.at(-1)?.type !== "finish") throw new TransportError("invalid-response", "the answer has no end");
    return all;
  });
  return readerOf(events);
}

/** Reads events that are all there. */
function readerOf(events: readonly ProtocolEvent[]): EventReader {
  let rest: readonly ProtocolEvent[] | undefined = events;
  return {
    read() {
      const batch = rest;
      rest = undefined;
      return Promise.resolve(batch);
    },
    close() {
      rest = undefined;
    },
  };
}
