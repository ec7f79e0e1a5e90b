/** The same wires seen from the other side: what the simulator and the gateway need to serve a protocol. */
import type { ProtocolId } from "../catalog/facts.js";
import type { ProtocolEvent } from "../chat/events.js";
import type { EmbeddingValue } from "../chat/message.js";
import type { NeutralRequest } from "../chat/request.js";
import type { Usage } from "../chat/usage.js";
import type { ErrorCode } from "../errors.js";
import type { Frame } from "../transport/frame.js";
import type { TaskKind, TaskRequests, TaskResults } from "./task.js";

/** What a request to a served endpoint asks for, read off method and path. */
export interface Route {
  readonly operation:
    | "chat"
    | "embed"
    | "models"
    | "count-tokens"
    | "pull"
    | TaskKind
    | "job"
    | "job-result"
    | "cancel-job"
    | "job-content";
  /** Of a request about a job that was submitted before; empty where the query names it, as `id`, `task_id` or `file_id`. */
  readonly jobId?: string | undefined;
  /** A kind that is else answered by jobs is answered at once here. */
  readonly atOnce?: boolean | undefined;
  /** Where the path carries them (Gemini); else they are in the body. */
  readonly modelId?: string | undefined;
  readonly stream?: boolean | undefined;
  /** Voice, where the path carries it. */
  readonly voice?: string | undefined;
  /** The endpoint serves embedding models, too. */
  readonly orEmbed?: boolean | undefined;
  /** An embedding endpoint that takes one text and answers with one vector. */
  readonly single?: boolean | undefined;
}

/** A decoded chat request of a client. */
export interface ServedChat {
  readonly modelId: string;
  readonly stream: boolean;
  readonly request: NeutralRequest;
  /** Names and values of the wire members that were present, as the client wrote them, for refusals in its own words. */
  readonly wire: { readonly [member: string]: unknown };
}

/** Facts of the answer that are not events. */
export interface AnswerContext {
  readonly id: string;
  readonly modelId: string;
  /** Seconds since the epoch. */
  readonly created: number;
  /** The decoded request, for wires that answer differently by it (`stream_options`). */
  readonly served: ServedChat;
  /** What the prompt used, when it is known before the answer: some wires state it first. */
  readonly promptUsage?: Usage | undefined;
  /** Wire member that carries reasoning text, where the protocol knows several. */
  readonly reasoningField?: string | undefined;
  /** Members of usage that the token totals leave out, where providers of the protocol differ. */
  readonly usageExcludes?: readonly ("reasoning" | "audio")[] | undefined;
}

/** Wire text; or the frames of a wire that is binary, for its framing. */
export type StreamChunk = string | readonly Frame[];

/** Encodes a stream of events for the wire, event by event. */
export interface StreamEncoder<Chunk extends StreamChunk = StreamChunk> {
  encode(event: ProtocolEvent): Chunk;
  /** What closes the stream after `finish`, such as `data: [DONE]`. */
  end(): Chunk;
  /** A failure inside the stream, after the headers are gone. Nothing may follow it. */
  fail(code: ErrorCode, message: string): Chunk;
}

export interface ServedEmbedding {
  readonly modelId: string;
  readonly input: readonly EmbeddingValue[];
  readonly params: { readonly [name: string]: unknown };
  /** The endpoint takes one text and answers with one vector. */
  readonly single?: boolean | undefined;
  /** The values came as instances of a prediction (Vertex). */
  readonly instances?: boolean | undefined;
  /** The instances were of Vertex's multimodal model: its answers name vectors by their kind. */
  readonly multimodal?: boolean | undefined;
  /** The values came as lists of parts (Voyage). */
  readonly parts?: boolean | undefined;
  /** Pictures came in a list of their own, which no text can be in. */
  readonly alone?: boolean | undefined;
}

/** Facts of an answer with vectors that are not the vectors. */
export interface EmbeddingContext {
  readonly modelId: string;
  /** All, and those of media among them. */
  readonly inputTokens: number;
  readonly mediaTokens?: number | undefined;
  readonly served: ServedEmbedding;
}

/** A decoded request of another kind than chat and embedding. */
export interface ServedTask<K extends TaskKind = TaskKind> {
  readonly kind: K;
  /** Empty where the wire names none: the endpoint has one model. */
  readonly modelId: string;
  readonly request: TaskRequests[K];
  /** The body, or the fields of the form: where parameters are looked up. */
  readonly wire: { readonly [member: string]: unknown };
  /** Dotted paths of parameters by canonical name. */
  readonly paths: { readonly [name: string]: string };
}

/** Facts of an answer that are not its result. */
export interface TaskContext {
  readonly id: string;
  readonly modelId: string;
  /** Seconds since the epoch. */
  readonly created: number;
  readonly usage: Usage;
  /** Parameters of the request by canonical name. */
  readonly params: { readonly [name: string]: unknown };
}

/** The body of an answer. */
export type TaskBody =
  | { readonly json: unknown }
  | { readonly content: Uint8Array | string; readonly contentType: string };

/** How a job stands, for whoever asks. `result` once it is done. */
export interface ServedJob {
  readonly id: string;
  readonly modelId: string;
  readonly kind: TaskKind;
  readonly state: "queued" | "running" | "done" | "cancelled";
  /** From 0 to 1. */
  readonly progress: number;
  readonly result?: TaskResults[TaskKind] | undefined;
  readonly params: { readonly [name: string]: unknown };
}

/** The server side of the kinds beside chat. */
export interface ServedTasks {
  /** `body` is JSON, the fields of a form, or the bytes of a recording. Throws `CapabilityError` ("invalid-request") with the path of the bad member. */
  decode(
    body: unknown,
    about: { readonly kind: TaskKind; readonly route: Route; readonly query?: URLSearchParams },
  ): ServedTask;
  encode(served: ServedTask, result: TaskResults[TaskKind], context: TaskContext): TaskBody;
  /** The events of an answer that was asked for as a stream; undefined when it was not. */
  encodeStream?(served: ServedTask, result: TaskResults[TaskKind], context: TaskContext): readonly string[] | undefined;
  /** The kinds that are answered by jobs. */
  readonly jobs?: {
    readonly kinds: readonly TaskKind[];
    encodeTicket(served: ServedTask, context: TaskContext): unknown;
    encodeStatus(job: ServedJob): unknown;
    /** The status of a job that failed. */
    encodeFailed?(
      job: Pick<ServedJob, "id" | "modelId" | "kind" | "params"> & {
        readonly code: ErrorCode;
        readonly message: string;
      },
    ): unknown;
    /** The answer of a `job-result`. */
    encodeResult?(job: ServedJob): unknown;
  };
}

/** What a failure may say beside its message. */
export interface FailureDetails {
  /** The request member at fault, as the client wrote it. */
  readonly param?: string | undefined;
  /** Goes into the body where the protocol has a place for it; the header is the caller's. */
  readonly retryAfterMs?: number | undefined;
}

/** The server side of one wire protocol. Pure, as the client side. */
export interface ServerProtocol {
  readonly id: ProtocolId;
  /** Serves only providers that speak it: its paths are the models' names. */
  readonly tasksOnly?: true;
  /** Content type of its streams. Default `text/event-stream`. */
  readonly streamType?: string | undefined;
  /** `path` is relative to the base URL, without the query. Undefined: not an endpoint of this protocol. */
  route(method: string, path: string): Route | undefined;
  /** Throws `CapabilityError` ("invalid-request") with the path of the bad member. */
  decodeChat(body: unknown, route: Route): ServedChat;
  encodeChat(events: readonly ProtocolEvent[], context: AnswerContext): unknown;
  createStreamEncoder(context: AnswerContext): StreamEncoder;
  /** A failure in the provider's own error body. */
  encodeFailure(
    code: ErrorCode,
    message: string,
    details?: FailureDetails,
  ): { readonly status: number; readonly body: unknown; readonly headers?: { readonly [name: string]: string } };
  readonly embeddings?: {
    decode(body: unknown, route: Route): ServedEmbedding;
    encode(embeddings: readonly (readonly number[])[], context: EmbeddingContext): unknown;
  };
  readonly tasks?: ServedTasks;
  /** The answer of `count-tokens`, where the protocol has that endpoint. */
  encodeTokenCount?(inputTokens: number): unknown;
  /** The steps of a model's download, where the protocol has that endpoint: chunks of its stream. */
  encodePull?(body: unknown): readonly string[];
  /** The model list; ids are catalog ids. */
  encodeModels(
    models: readonly {
      readonly id: string;
      readonly name?: string | undefined;
      readonly contextTokens?: number | undefined;
      readonly outputTokens?: number | undefined;
    }[],
  ): unknown;
}
