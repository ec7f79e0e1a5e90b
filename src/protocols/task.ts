/** What models of other kinds than chat are asked and what they answer, in neutral words; and the part of a protocol room that speaks them. */
import type { ModelFacts, ProviderFacts } from "../catalog/facts.js";
import type { AudioPart, ImagePart, MediaSource, VideoPart } from "../chat/message.js";
import type { Usage } from "../chat/usage.js";
import type { Adjustment, HeaderReader, WireRequest } from "./wire-request.js";

/** What is asked, by kind of model. Everything else of a request is a parameter. */
export interface TaskRequests {
  readonly image: { readonly prompt: string; readonly images: readonly MediaSource[] };
  readonly video: { readonly prompt: string; readonly images: readonly MediaSource[] };
  readonly speech: { readonly input: string };
  readonly transcription: { readonly audio: MediaSource; readonly mediaType?: string | undefined };
  readonly rerank: { readonly query: string; readonly documents: readonly string[] };
  readonly moderation: { readonly input: readonly (string | ImagePart)[] };
}
export type TaskKind = keyof TaskRequests;

/** What comes back, by kind of model. */
export interface TaskResults {
  readonly image: { readonly images: readonly GeneratedImage[] };
  readonly video: { readonly videos: readonly VideoPart[] };
  readonly speech: { readonly audio: AudioPart };
  readonly transcription: Transcript;
  readonly rerank: { readonly results: readonly RankedDocument[] };
  readonly moderation: { readonly results: readonly ModerationResult[] };
}

/** A picture as a chat model takes it. A URL is the provider's, often for an hour only; nothing fetches it by itself. */
export interface GeneratedImage extends ImagePart {
  /** The prompt that was drawn, when the provider rewrote it. */
  readonly revisedPrompt?: string | undefined;
}

export interface Transcript {
  /** The transcript, in the form asked for. */
  readonly text: string;
  /** Language as the provider names it, when it recognised one. */
  readonly language: string | undefined;
  /** Length of the recording in seconds, when the provider states it. */
  readonly duration: number | undefined;
  /** Stretches of the recording, in seconds, when the provider gives them. */
  readonly segments: readonly TimedText[];
  /** Words with their times, in seconds, when the provider gives them. */
  readonly words: readonly TimedText[];
}
export interface TimedText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Who speaks, when the provider tells speakers apart. */
  readonly speaker?: string | undefined;
}

export interface RankedDocument {
  /** Place of the document in the request. */
  readonly index: number;
  /** Higher is more relevant; scales differ by provider. */
  readonly score: number;
}

export interface ModerationResult {
  readonly flagged: boolean;
  /** By the provider's name of the category. */
  readonly categories: { readonly [category: string]: boolean };
  /** From 0 to 1. */
  readonly scores: { readonly [category: string]: number };
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
