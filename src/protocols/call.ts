/** What the rest of the package, and its users, see of protocol rooms: the calls they encode, and the rooms themselves, closed. */
import type { ModelFacts, ProtocolId, ProviderFacts } from "../catalog/facts.js";
import type { NeutralRequest } from "../chat/request.js";

/** A protocol's room, or the door to it; what is inside concerns only those who call it. */
export interface Room {
  readonly id: ProtocolId;
}

/** One call to one model: the neutral request beside the facts it is encoded with. */
export interface ChatCall {
  readonly provider: ProviderFacts;
  /** Catalog id. What goes on the wire is `model.wireId ?? modelId`. */
  readonly modelId: string;
  readonly model: ModelFacts;
  readonly request: NeutralRequest;
  readonly stream: boolean;
  /** Records a change made to the request on its way to the wire. Nothing may change silently. */
  readonly adjust: (adjustment: Adjustment) => void;
}

/** A change made to a request, listed in `reply.adjustments`. */
export interface Adjustment {
  /** Request path, e.g. `reasoning.effort` or `messages[2].content[0]`. */
  readonly path: string;
  /** `passed`: sent as it was, although the catalog advises against it. */
  readonly action: "dropped" | "replaced" | "clamped" | "added" | "rewritten" | "passed";
  readonly reason: string;
  readonly from?: unknown;
  readonly to?: unknown;
}

/** A model of the provider's own live list. */
export interface ListedModel {
  readonly id: string;
  readonly name?: string | undefined;
  readonly contextTokens?: number | undefined;
  readonly outputTokens?: number | undefined;
  readonly created?: string | undefined;
  readonly raw: unknown;
}

/** Case-insensitive header lookup. */
export type HeaderReader = (name: string) => string | undefined;

/** How far the download of a model to a local server is. */
export interface PullProgress {
  /** The server's own words, such as `pulling manifest`. */
  readonly status: string;
  /** Digest of the layer that is being fetched. */
  readonly digest: string | undefined;
  /** Bytes of the layer: all, and those that are there. */
  readonly total: number | undefined;
  readonly completed: number | undefined;
  /** True once, at the end: the model can be used. */
  readonly done: boolean;
}
