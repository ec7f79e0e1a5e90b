/** The innermost handler: encode, send, decode. */
import type { ProtocolEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";
import { type Exchanged, exchange, jsonBody } from "./exchange.js";
import { located } from "./failure.js";
import type { Answer, EventReader, PreparedCall } from "./handler.js";
import { StreamReader } from "./stream-reader.js";

export async function send(call: PreparedCall): Promise<Answer> {
  const encoded = call.protocol.encodeChat(call);
  const wire = call.onWire === undefined ? encoded : { ...encoded, body: await call.onWire(encoded.body) };
  const exchanged = await exchange(
    {
      provider: call.provider,
      modelId: call.modelId,
      protocol: call.protocol,
      connection: call.connection,
      ownURL: call.model.transport?.baseURL,
      signal: call.signal,
    },
    wire,
  );
  const { response, place } = exchanged;
  const events = isStream(call, exchanged) ? new StreamReader(exchanged, call) : await wholeAnswer(exchanged, call);
  return { status: response.status, requestId: place.requestId, events };
}

// Some gateways answer a request for a stream with a whole JSON body.
function isStream(call: PreparedCall, { response }: Exchanged): boolean {
  if (!call.stream) return false;
  return response.header("content-type")?.startsWith("application/json") !== true;
}

async function wholeAnswer(exchanged: Exchanged, call: PreparedCall): Promise<EventReader> {
  try {
    const events = call.protocol.decodeChat(await jsonBody(exchanged), call);
    if (events.at(-1)?.type !== "finish") throw new TransportError("invalid-response", "the answer has no end");
    return readerOf(events);
  } catch (error) {
    throw located(error, exchanged.place);
  }
}

/** Reads events that are all there. */
export function readerOf(events: readonly ProtocolEvent[]): EventReader {
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
