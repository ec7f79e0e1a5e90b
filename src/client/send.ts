/** The innermost handler: encode, send, decode. */
import type { ProtocolEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";
import type { Protocol } from "../protocols/protocol.js";
import { refuseEmpty } from "./empty-answer.js";
import { decoded, type Exchanged, exchange } from "./exchange.js";
import type { Answer, EventReader, PreparedCall } from "./handler.js";
import { isPlain } from "./plain.js";
import { StreamReader } from "./stream-reader.js";
import { roomOf } from "./target.js";

export async function send(call: PreparedCall): Promise<Answer> {
  const room = roomOf(call.protocol, isPlain(call.request, call.model) ? "text" : "whole");
  const protocol = room instanceof Promise ? await room : room;
  const encoded = protocol.encodeChat(call);
  const wire = call.onWire === undefined ? encoded : { ...encoded, body: await call.onWire(encoded.body) };
  const { provider, modelId, connection, signal, attempts } = call;
  const ownURL = call.model.transport?.baseURL;
  const exchanged = await exchange({ provider, modelId, protocol, connection, ownURL, signal, attempts }, wire);
  const { response, place } = exchanged;
  const events = isStream(call, exchanged)
    ? new StreamReader(exchanged, protocol, call)
    : new WholeAnswer(await decoded(exchanged, (body) => wholeAnswer(body, protocol, call)));
  return { status: response.status, requestId: place.requestId, header: (name) => response.header(name), events };
}

// Some gateways answer a request for a stream with a whole JSON body.
function isStream(call: PreparedCall, { response }: Exchanged): boolean {
  if (!call.stream) return false;
  return response.header("content-type")?.startsWith("application/json") !== true;
}

function wholeAnswer(body: unknown, protocol: Protocol, call: PreparedCall): readonly ProtocolEvent[] {
  const events = protocol.decodeChat(body, call);
  const last = events.at(-1);
  if (last?.type !== "finish") throw new TransportError("invalid-response", "the answer has no end");
  refuseEmpty(last, call.request);
  return events;
}

/** Reads events that are all there. */
class WholeAnswer implements EventReader {
  readonly whole = true;
  private events: readonly ProtocolEvent[] | undefined;

  constructor(events: readonly ProtocolEvent[]) {
    this.events = events;
  }

  read(): Promise<readonly ProtocolEvent[] | undefined> {
    const batch = this.events;
    this.events = undefined;
    return Promise.resolve(batch);
  }

  close(): void {
    this.events = undefined;
  }
}
