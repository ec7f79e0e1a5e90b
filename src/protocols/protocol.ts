/** What a protocol room is: pure functions between the neutral words and one provider wire. No clock, no environment, no network. */

import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { ProtocolEvent } from "../chat/events.js";
import type { EmbeddingValue } from "../chat/message.js";
import type { Usage } from "../chat/usage.js";
import type { ErrorCode } from "../errors.js";
import type { Soon } from "../feature.js";
import type { Frame, Framing } from "../transport/frame.js";
import type { ChatCall, HeaderReader, ListedModel, PullProgress, Room } from "./call.js";
import type { Tasks } from "./task.js";
import type { WireRequest } from "./wire-request.js";

export type { Adjustment, ChatCall, HeaderReader, ListedModel, PullProgress } from "./call.js";
export type { FormField, WireRequest } from "./wire-request.js";

/** Decodes one stream. Stateful, used for one answer. */
export interface StreamDecoder {
  /** Reads one frame and pushes what it means. Throws `TransportError` ("invalid-response") or `ProviderError` (error inside the stream). */
  push(frame: Frame, out: ProtocolEvent[]): void;
  /** The upstream closed. Throws `TransportError` ("stream-truncated") unless the terminal event was seen; may push `finish` when the wire has no end marker but the answer is complete. */
  end(out: ProtocolEvent[]): void;
  /** True once `finish` was pushed: the reader stops although the socket may stay open. */
  readonly done: boolean;
  /**
   * Only for wires without an end marker: true while the answer looks complete although more may follow. The reader
   * then waits a short grace for the next frame (or the end of the body) and calls `end` when nothing came.
   */
  readonly settled?: boolean;
}

/** A failure of the provider, read off its body. What it means is decided by the catalog's error rules and the HTTP status. */
export interface WireFailure {
  /** The provider's own words. */
  readonly message: string;
  /** The provider's own code, else its type or status word, as text (`"model_not_found"`, `"404"`): what `ErrorRule.code` matches. */
  readonly code?: string | undefined;
  /** A second word for the same failure, matched as well: DeepSeek says `authentication_error` in `type` beside an unspecific code. */
  readonly type?: string | undefined;
  /** The status that the body itself states: the only one there is for an error inside a 200 answer. */
  readonly status?: number | undefined;
  readonly retryAfterMs?: number | undefined;
}

export interface EmbeddingCall {
  readonly provider: ProviderFacts;
  readonly modelId: string;
  readonly model: ModelFacts;
  readonly input: readonly EmbeddingValue[];
  /** `dimensions` and provider options, by canonical name. */
  readonly params: { readonly [name: string]: unknown };
}

export interface EmbeddingAnswer {
  /** In input order. */
  readonly embeddings: readonly (readonly number[])[];
  readonly usage: Usage;
  readonly model?: string | undefined;
}

/** One wire protocol. The same shape for every room; rooms never import each other. */
export interface Protocol extends Room {
  readonly framing: Framing;
  encodeChat(call: ChatCall): WireRequest;
  /** A whole (not streamed) answer, as the same events a stream gives. */
  decodeChat(body: unknown, call: ChatCall): ProtocolEvent[];
  createStreamDecoder(call: ChatCall): StreamDecoder;
  /** Reads the message and code off an error body (parsed JSON, or text). Never throws. */
  decodeFailure(body: unknown, headers: HeaderReader): WireFailure;
  /** What the wire's own codes and types mean (lower case), where the catalog has no rule for them. */
  readonly failureWords?: { readonly [word: string]: ErrorCode };
  readonly embeddings?: {
    encode(call: EmbeddingCall): WireRequest;
    decode(body: unknown, call: EmbeddingCall, header?: HeaderReader): EmbeddingAnswer;
  };
  /** Models of other kinds than chat and embedding, loaded with the first call of one. */
  readonly tasks?: () => Promise<Tasks>;
  /** The live model list: one page. */
  readonly models?: {
    encode(provider: ProviderFacts, page: string | undefined): WireRequest;
    decode(body: unknown): { readonly models: readonly ListedModel[]; readonly next?: string | undefined };
  };
  /** Downloads a model to the server, where it is one's own. The answer is a stream of JSON lines. */
  readonly pull?: {
    encode(model: string): WireRequest;
    /** Throws for the failure that a line states. */
    decode(frame: Frame, provider: ProviderFacts, model: string): PullProgress;
  };
}

/**
 * A room as providers name it: what a bundle carries at once. The room itself is loaded by the first call, as far as
 * that call needs it.
 */
export interface ProtocolDoor extends Room {
  /** The part that serves chats of nothing but text (see `isPlain` of the client), and gives the same bytes. */
  readonly text: () => Soon<Protocol>;
  readonly whole: () => Soon<Protocol>;
}
