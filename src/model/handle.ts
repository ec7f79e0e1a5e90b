/** Model handles: what `openai("gpt-4.1")` gives. Each has exactly the methods of its kind. */
import type { ModelFacts } from "../catalog/facts.js";
import type { Cost } from "../chat/cost.js";
import type { Usage } from "../chat/usage.js";
import type { ChatModelWith } from "./dynamic.js";
import type { MediaParts } from "./message.js";
import type { Capability, ChatProfile, capabilities, Has, Media, Nothing } from "./profile.js";
import type { ChatReply, ChatStream } from "./reply.js";
import type { CallOptions, ChatRequest, Needed, OptionsFor } from "./request.js";
import type { Schema } from "./schema.js";
import type { Rejected, Unsupported } from "./unsupported.js";
import type { IntegerWithin } from "./within.js";

/** What every handle tells of its model. */
export interface Handle<Kind extends string> {
  readonly kind: Kind;
  /** Provider id. */
  readonly provider: string;
  /** Catalog id. */
  readonly id: string;
  /** Limits, prices, dates and capabilities, as the catalog states them. */
  readonly facts: ModelFacts;
}

/** A chat model with the capabilities of profile `P`. */
export interface ChatModel<P extends ChatProfile, Id extends string> extends Handle<"chat"> {
  readonly [capabilities]: Has<P["can"]>;
  /**
   * One request, one answer.
   * @throws CapabilityError before anything is sent, when the model cannot serve the request.
   * @throws ProviderError when the provider refuses; TransportError when no usable answer arrives.
   */
  chat<T = Nothing, S extends Schema = never, N extends number = number, const R = Nothing>(
    request: ChatRequest<P, Id, T, S, N, R>,
  ): Promise<ChatReply<P, Id, T, S>>;
  /** The same as a stream of events. Nothing is sent until it is read. */
  stream<T = Nothing, S extends Schema = never, N extends number = number, const R = Nothing>(
    request: ChatRequest<P, Id, T, S, N, R>,
  ): ChatStream<ChatReply<P, Id, T, S>>;
  /** True when the catalog says the model has all of these. Narrows handles made from run-time strings. */
  supports<C extends Capability>(...capabilities: C[]): this is ChatModelWith<C | (P["can"] & Capability)>;
}

/** The handle of an entry in a generated model map: a profile stands for a chat model. */
export type HandleOf<Entry, Id> = Entry extends ChatProfile ? ChatModel<Entry, Id & string> : Entry;

/** What an embedding call gives back. */
export interface EmbeddingReply {
  /** One vector per input, in input order. */
  readonly embeddings: readonly (readonly number[])[];
  readonly usage: Usage;
  readonly cost: Cost;
  readonly provider: string;
  readonly model: string;
  /** Id of the registry's generation whose facts the call used; undefined without a registry. */
  readonly generation: string | undefined;
}

/** What an embedding model accepts. */
export interface EmbeddingProfile {
  min: number;
  /** 0: its vectors have one size only. */
  max: number;
  options: object;
}
/** Vectors of one length only. */
export interface FixedDimensions extends EmbeddingProfile {
  max: 0;
  options: Nothing;
}
/** Vectors of a length that the caller may choose freely. */
export interface AnyDimensions extends EmbeddingProfile {
  options: Nothing;
}
/** Vectors of a length within bounds. */
export interface Dimensions<Min extends number, Max extends number> extends EmbeddingProfile {
  min: Min;
  max: Max;
  options: Nothing;
}

/** Embeds media beside text: each becomes a vector in the same space. */
export interface EmbedsMedia<M extends Media> {
  media: M;
}

/** An embedding model. */
export interface EmbeddingModel<P extends EmbeddingProfile, Id extends string> extends Handle<"embedding"> {
  /** Vectors of one value or many; large batches are split to what the provider takes. */
  embed<D extends number = number>(request: EmbeddingRequest<P, Id, D> & Needed<P, Id>): Promise<EmbeddingReply>;
}

export interface EmbeddingRequest<P extends EmbeddingProfile, Id extends string, D extends number> extends CallOptions {
  /** Texts, and media where the model embeds them: one vector each. */
  readonly input: EmbeddingInput<P, Id> | readonly EmbeddingInput<P, Id>[];
  /** Length of the vectors. */
  readonly dimensions?:
    | (P["max"] extends 0
        ? Unsupported<`${Id} does not accept dimensions`>
        : IntegerWithin<D, P["min"], P["max"], `dimensions must be between ${P["min"]} and ${P["max"]} for ${Id}`>)
    | undefined;
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

/** What one vector of this model may be made of. A refused medium says why, naming the model. */
export type EmbeddingInput<P extends EmbeddingProfile, Id extends string> =
  | string
  | MediaParts[EmbeddedMedia<P>]
  | RejectedMedia<Id>[Exclude<Media, EmbeddedMedia<P>>];

type EmbeddedMedia<P> = P extends { media: infer M extends Media } ? M : never;
type RejectedMedia<Id extends string> = { [M in Media]: Rejected<`${Id} does not accept ${M} input`, M> };

/** A model that is gone: the message says when, and what to use instead. It has no methods. */
export interface RetiredModel<Why extends string> {
  readonly retired: Why;
}

/** A model of a kind that has no typed method here yet; its facts can be read. */
export interface OtherModel<Kind extends string, Id extends string> extends Handle<Kind> {
  readonly id: Id;
}
