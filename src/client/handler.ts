/** The one shape that sending, policies and routes share: a prepared call in, an answer out. */
import type { ProtocolEvent } from "../chat/events.js";
import type { Adjustment, ChatCall, Protocol } from "../protocols/protocol.js";
import type { Connection } from "./connection.js";

/** One request to one model, checked and ready to be encoded. Facts in it never change while the call runs. */
export interface PreparedCall extends ChatCall {
  readonly protocol: Protocol;
  readonly connection: Connection;
  readonly signal: AbortSignal | undefined;
  readonly tags: { readonly [name: string]: string } | undefined;
  /** Changes the body before it is sent. */
  readonly onWire?: ((body: unknown) => Promise<unknown>) | undefined;
  /** Where `adjust` writes. */
  readonly adjustments: readonly Adjustment[];
}

/** The events of one answer, some at a time. */
export interface EventReader {
  /** The next events, at least one; undefined after `finish`. Rejects when the answer breaks. */
  read(): Promise<readonly ProtocolEvent[] | undefined>;
  /** Ends the answer and closes its connection. */
  close(): void;
}

/** A provider's answer whose head has arrived. */
export interface Answer {
  readonly status: number;
  readonly requestId: string | undefined;
  readonly events: EventReader;
}

/** Rejects when no answer begins; what breaks later comes from `events.read`. */
export type Handler<Call = PreparedCall, Result = Answer> = (call: Call) => Promise<Result>;

/** Wraps a handler: may change the call, call again, or answer itself. */
export type Middleware<Call = PreparedCall, Result = Answer> = (next: Handler<Call, Result>) => Handler<Call, Result>;

/** The handler inside all layers; the first layer is the outermost. */
export function compose<Call, Result>(
  layers: readonly Middleware<Call, Result>[],
  innermost: Handler<Call, Result>,
): Handler<Call, Result> {
  return layers.reduceRight((next, layer) => layer(next), innermost);
}
