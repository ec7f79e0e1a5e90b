/** What models of other kinds than chat are asked, in neutral words; and the part of a protocol room that speaks them. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { ImagePart, MediaSource } from "../chat/message.js";
import type { PartialImage, TaskKind, TaskResults } from "../chat/results.js";
import type { Usage } from "../chat/usage.js";
import type { Frame } from "../transport/frame.js";
import type { Adjustment, HeaderReader } from "./call.js";
import type { WireRequest } from "./wire-request.js";

export type {
  GeneratedImage,
  ModerationResult,
  RankedDocument,
  TaskKind,
  TaskResults,
  TimedText,
  Transcript,
} from "../chat/results.js";

/** What is asked, by kind of model. Everything else of a request is a parameter. */
export interface TaskRequests extends Record<TaskKind, object> {
  readonly image: {
    readonly prompt: string;
    readonly images: readonly MediaSource[];
    /** Where the first picture may be changed: where this one is transparent. */
    readonly mask?: MediaSource | undefined;
  };
  readonly video: { readonly prompt: string; readonly images: readonly MediaSource[] };
  readonly speech: { readonly input: string };
  readonly transcription: { readonly audio: MediaSource; readonly mediaType?: string | undefined };
  readonly rerank: { readonly query: string; readonly documents: readonly string[] };
  readonly moderation: { readonly input: readonly (string | ImagePart)[] };
}

/** One request to one model of the kind, checked and ready to be encoded. */
export interface TaskCall<K extends TaskKind> {
  readonly provider: ProviderFacts;
  /** Catalog id. What goes on the wire is `model.wireId ?? modelId`. */
  readonly modelId: string;
  readonly model: ModelFacts;
  readonly request: TaskRequests[K];
  /** Options by canonical name. */
  readonly params: { readonly [name: string]: unknown };
  readonly extraBody?: { readonly [member: string]: unknown } | undefined;
  readonly extraHeaders?: { readonly [name: string]: string } | undefined;
  /** Records a change made to the request on its way to the wire. */
  readonly adjust: (adjustment: Adjustment) => void;
}

/** The body of a 2xx answer, whole. */
export interface WireAnswer {
  readonly header: HeaderReader;
  readonly bytes: Uint8Array;
  /** Throws `TransportError` ("invalid-response") when the body is no JSON. */
  json(): unknown;
  text(): string;
}

export interface TaskAnswer<K extends TaskKind> {
  readonly result: TaskResults[K];
  readonly usage: Usage;
  /** Quantities that the answer itself states, by the catalog's meter names: `second.input`, `query`. */
  readonly meters?: { readonly [meter: string]: number } | undefined;
}

/** A kind that is answered at once. */
export interface TaskCodec<K extends TaskKind> {
  encode(call: TaskCall<K>): WireRequest;
  /** Throws `TransportError` ("invalid-response") or `ProviderError` (a failure inside the answer). */
  decode(answer: WireAnswer, call: TaskCall<K>): TaskAnswer<K>;
  /** Where pictures come unfinished on the way. */
  readonly stream?: {
    encode(call: TaskCall<K>): WireRequest;
    createDecoder(call: TaskCall<K>): TaskStreamDecoder<K>;
  };
}

/** Reads the frames of one answer. Both methods throw as `decode` does. */
export interface TaskStreamDecoder<K extends TaskKind> {
  push(frame: Frame): PartialImage | undefined;
  /** Throws `TransportError` ("stream-truncated") when the end did not come. */
  end(): TaskAnswer<K>;
}

/** What is kept of a submitted job to ask for it again, in this process or another. JSON, no secrets. */
export interface JobTicket {
  readonly id: string;
  /** Where the provider says that the job is asked for, when it differs from job to job. */
  readonly url?: string | undefined;
}

/** A job that was over when it began. */
export interface JobDone<K extends TaskKind> {
  readonly id: string;
  readonly answer: TaskAnswer<K>;
}

/** How a job stands. Failed jobs throw `ProviderError`. */
export type JobStatus<K extends TaskKind> =
  | { readonly state: "queued" | "running" /** From 0 to 1. */; readonly progress?: number | undefined }
  | { readonly state: "done"; readonly answer: TaskAnswer<K> }
  /** One more request holds the result; `decodeResult` reads it. */
  | { readonly state: "done"; readonly fetch: WireRequest };

/** Call of a job: the request itself is gone when a job is resumed. */
export type JobCall<K extends TaskKind> = Pick<TaskCall<K>, "provider" | "modelId" | "model" | "params">;

/** A kind that is answered later: submit, ask again, fetch. */
export interface JobCodec<K extends TaskKind> {
  encode(call: TaskCall<K>): WireRequest;
  /** The job; or its result, where the provider had it at once. */
  decodeTicket(answer: WireAnswer, call: TaskCall<K>): JobTicket | JobDone<K>;
  encodePoll(ticket: JobTicket, call: JobCall<K>): WireRequest;
  decodeStatus(answer: WireAnswer, call: JobCall<K>, ticket: JobTicket): JobStatus<K>;
  decodeResult?(answer: WireAnswer, call: JobCall<K>): TaskAnswer<K>;
  /** Absent where the provider cannot stop a job. */
  encodeCancel?(ticket: JobTicket, call: JobCall<K>): WireRequest;
}

/** The kinds that a room speaks. */
export type Tasks = { readonly [K in TaskKind]?: TaskCodec<K> | JobCodec<K> };
