/** The one shape that sending, policies and routes share: a prepared call in, an answer out. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { Cost } from "../chat/cost.js";
import type { ProtocolEvent } from "../chat/events.js";
import type { Usage } from "../chat/usage.js";
import type { Attempt } from "../errors.js";
import type { ModelChoice } from "../model/reply.js";
import type { Adjustment, ChatCall, HeaderReader, Room } from "../protocols/call.js";
import type { Connection } from "./connection.js";

/** What a call of another kind than chat orders, as far as it is known before it is sent. */
export interface TaskOrder {
  /** What is asked, as the method of its kind takes it: a prompt, pictures, documents. */
  readonly asked: object;
  /** Quantities by the catalog's meter names. */
  readonly meters: { readonly [meter: string]: number };
  /** Prices by the piece may depend on them. */
  readonly params: { readonly [name: string]: unknown };
  /** What is read, where reading is priced. */
  readonly text: string;
  /** Pictures and recordings that are read. */
  readonly media: number;
}

/** What policies know of any request to a model, be it a chat call or a batch of texts to embed. */
export interface ModelCall {
  readonly provider: ProviderFacts;
  /** Catalog id. */
  readonly modelId: string;
  readonly model: ModelFacts;
  /** Id of the registry's generation that the facts belong to. */
  readonly generation?: string | undefined;
  /** Absent: the program named the model. */
  readonly chosenBy?: ModelChoice | undefined;
  /** @internal */
  readonly connection: Connection;
  readonly signal: AbortSignal | undefined;
  readonly tags: { readonly [name: string]: string } | undefined;
  /** What it starts must not be started twice: the submission of a job, which is paid for. */
  readonly once?: boolean | undefined;
  /** It asks about what was paid for when it began: the state of a job, its result. */
  readonly followUp?: boolean | undefined;
  /** Of the kinds whose price is not one of tokens alone. */
  readonly order?: TaskOrder | undefined;
  /** Each request that was sent for this call, once it has ended. Written by whoever sends. */
  readonly attempts: Attempt[];
}

/** One request to one model, checked and ready to be encoded. Facts in it never change while the call runs. */
export interface PreparedCall extends ChatCall, ModelCall {
  /** Of the provider's wire. */
  readonly protocol: Room;
  /** Changes the body before it is sent. */
  readonly onWire?: ((body: unknown) => Promise<unknown>) | undefined;
  /** Where `adjust` writes. */
  readonly adjustments: readonly Adjustment[];
}

/** The events of one answer, some at a time. */
export interface EventReader {
  /** All events are there: nothing of the answer can fail any more. */
  readonly whole?: boolean;
  /** The next events, at least one; undefined after `finish`. Rejects when the answer breaks. */
  read(): Promise<readonly ProtocolEvent[] | undefined>;
  /** Ends the answer and closes its connection. */
  close(): void;
}

/** What policies know of any answer. */
export interface ModelAnswer {
  readonly status: number;
  readonly requestId: string | undefined;
  /** A header of the response, by its name in any case. Absent when no provider was asked. */
  readonly header?: HeaderReader | undefined;
  /** What is still to come, of an answer that is read event by event. */
  readonly events?: EventReader;
  /** Of an answer that is complete. */
  readonly usage?: Usage | undefined;
  /** Of a complete answer whose price is not one of tokens alone. */
  readonly cost?: Cost | undefined;
}

/** A provider's answer whose head has arrived. */
export interface Answer extends ModelAnswer {
  readonly events: EventReader;
}

/** Rejects when no answer begins; what breaks later comes from `events.read`. */
export type Handler<Call = PreparedCall, Result = Answer> = (call: Call) => Promise<Result>;

/** Wraps a handler: may change the call, call again, or answer itself. */
export type Middleware<Call = PreparedCall, Result = Answer> = (next: Handler<Call, Result>) => Handler<Call, Result>;

/** Middleware for requests of every kind: it may hold them back, send them again or refuse them. */
export type Policy = <Call extends ModelCall, Result extends ModelAnswer>(
  next: Handler<Call, Result>,
) => Handler<Call, Result>;

/**
 * The handler inside all layers; the first layer is the outermost.
 * @internal
 */
export function compose<Call, Result>(
  layers: readonly Middleware<Call, Result>[],
  innermost: Handler<Call, Result>,
): Handler<Call, Result> {
  return layers.reduceRight((next, layer) => layer(next), innermost);
}
