/** Handles of models that draw, film, speak, transcribe, rank or moderate. What each accepts is a generated profile, as for chat. */
import type { Cost } from "../chat/cost.js";
import type { AudioPart, ImagePart, MediaSource, VideoPart } from "../chat/message.js";
import type { GeneratedImage, ModerationResult, PartialImage, RankedDocument, Transcript } from "../chat/results.js";
import type { Usage } from "../chat/usage.js";
import type { Adjustment } from "../protocols/call.js";
import type { Handle } from "./handle.js";
import type { Job, JobProgress, JobState } from "./job.js";
import type { CallOptions, Choice, Needed, OptionsFor } from "./request.js";
import type { Unsupported } from "./unsupported.js";

/** The slots of a profile. */
export interface MediaProfile {
  /** Options of which only the presence depends on the model, and `image` when it takes pictures. */
  can: string;
  /** Options with a closed set of values. */
  enums: object;
  /** Options of the provider's own. */
  options: object;
}

type Plain<P extends MediaProfile, Id extends string, Name extends string, Value> = Name extends P["can"]
  ? Value
  : Unsupported<`${Id} does not accept ${Name}`>;

/** An image model. */
export interface ImageModel<P extends MediaProfile, Id extends string> extends Handle<"image"> {
  /**
   * Draws pictures.
   * @throws CapabilityError before anything is sent, when the model cannot serve the request.
   */
  image(request: ImageRequest<P, Id> & Needed<P, Id>): Promise<ImageReply<Id>>;
  /** The same, with unfinished pictures on the way. Resolves when the answer begins; leaving the loop ends the call. */
  imageStream(
    request: "partialImages" extends P["can"]
      ? ImageStreamRequest<P, Id> & Needed<P, Id>
      : Unsupported<`${Id} gives no unfinished pictures`>,
  ): Promise<ImageStream<Id>>;
  /** Begins a job and does not wait for it, where the provider works so. */
  submit(
    request: "job" extends P["can"]
      ? ImageRequest<P, Id> & Needed<P, Id>
      : Unsupported<`${Id} answers at once and has no jobs`>,
  ): Promise<Job<ImageReply<Id>>>;
  /** Takes up a job by its stored state, in this process or another. */
  resume(
    state: "job" extends P["can"] ? JobState : Unsupported<`${Id} answers at once and has no jobs`>,
  ): Promise<Job<ImageReply<Id>>>;
}

/** How a call waits for a job. Nothing of it matters to models that answer at once. */
interface WaitOptions {
  /** Milliseconds between two questions. Default: 1 s, growing to 10 s. `timeouts.total` bounds the waiting. */
  readonly pollMs?: number | undefined;
  readonly onProgress?: ((progress: JobProgress) => void) | undefined;
}

export interface ImageRequest<P extends MediaProfile, Id extends string> extends CallOptions, WaitOptions {
  /** What to draw. */
  readonly prompt: string;
  /** Pictures to start from. */
  readonly images?:
    | ("image" extends P["can"] ? readonly MediaSource[] : Unsupported<`${Id} does not accept image input`>)
    | undefined;
  /** Where the first of the pictures may be changed: a picture of its size, transparent there. */
  readonly mask?: Plain<P, Id, "mask", MediaSource> | undefined;
  /** How many pictures. */
  readonly n?: Plain<P, Id, "n", number> | undefined;
  /** Asks for reproducible pictures. */
  readonly seed?: Plain<P, Id, "seed", number> | undefined;
  /** Width and height in pixels: `1024x1024`. */
  readonly size?: Choice<P["enums"], Id, "size"> | undefined;
  /** Width to height: `16:9`. */
  readonly aspectRatio?: Choice<P["enums"], Id, "aspectRatio"> | undefined;
  /** Length of the longer side: `2K`. */
  readonly resolution?: Choice<P["enums"], Id, "resolution"> | undefined;
  readonly quality?: Choice<P["enums"], Id, "quality"> | undefined;
  readonly style?: Choice<P["enums"], Id, "style"> | undefined;
  readonly background?: Choice<P["enums"], Id, "background"> | undefined;
  /** File format of the pictures. */
  readonly outputFormat?: Choice<P["enums"], Id, "outputFormat"> | undefined;
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

/** A request for a picture as it is drawn. */
export interface ImageStreamRequest<P extends MediaProfile, Id extends string> extends ImageRequest<P, Id> {
  /** How many unfinished pictures come before the finished one, at most. Default: none. */
  readonly partialImages?: Plain<P, Id, "partialImages", number> | undefined;
}

/** A model that makes films. */
export interface VideoModel<P extends MediaProfile, Id extends string> extends Handle<"video"> {
  /**
   * Makes a film, and waits for it. What fails while it is made carries `partial: { job }`, for `resume`.
   * @throws CapabilityError before anything is sent, when the model cannot serve the request.
   */
  video(request: VideoRequest<P, Id> & Needed<P, Id>): Promise<VideoReply<Id>>;
  /** Begins the job and does not wait for it. */
  submit(request: VideoRequest<P, Id> & Needed<P, Id>): Promise<Job<VideoReply<Id>>>;
  /** Takes up a job by its stored state, in this process or another. */
  resume(state: JobState): Promise<Job<VideoReply<Id>>>;
  /**
   * The bytes of a film that lies at the provider's own address, such as OpenAI's. Films elsewhere need no key; this
   * refuses them.
   */
  download(film: VideoPart, options?: CallOptions): Promise<Uint8Array>;
}

export interface VideoRequest<P extends MediaProfile, Id extends string> extends CallOptions, WaitOptions {
  /** What happens in it. */
  readonly prompt: string;
  /** The picture to start from. */
  readonly image?:
    | ("image" extends P["can"] ? MediaSource : Unsupported<`${Id} does not accept image input`>)
    | undefined;
  /** Length in seconds. */
  readonly duration?: Choice<P["enums"], Id, "duration"> | undefined;
  /** Width and height in pixels: `1280x720`. */
  readonly size?: Choice<P["enums"], Id, "size"> | undefined;
  /** Width to height: `16:9`. */
  readonly aspectRatio?: Choice<P["enums"], Id, "aspectRatio"> | undefined;
  /** Lines of the picture: `720p`. */
  readonly resolution?: Choice<P["enums"], Id, "resolution"> | undefined;
  /** Asks for a reproducible film. */
  readonly seed?: Plain<P, Id, "seed", number> | undefined;
  /** With sound. */
  readonly generateAudio?: Plain<P, Id, "generateAudio", boolean> | undefined;
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

/** A speech model. */
export interface SpeechModel<P extends MediaProfile, Id extends string> extends Handle<"speech"> {
  /**
   * Reads a text aloud.
   * @throws CapabilityError before anything is sent, when the model cannot serve the request.
   */
  speech(request: SpeechRequest<P, Id> & Needed<P, Id>): Promise<SpeechReply<Id>>;
  /** The same, chunk by chunk as it arrives. Leaving the loop ends the call. */
  speechStream(request: SpeechRequest<P, Id> & Needed<P, Id>): Promise<SpeechStream<Id>>;
}

export interface SpeechRequest<P extends MediaProfile, Id extends string> extends CallOptions {
  /** The text. */
  readonly input: string;
  readonly voice?: Choice<P["enums"], Id, "voice"> | undefined;
  /** File format of the sound. */
  readonly format?: Choice<P["enums"], Id, "format"> | undefined;
  /** 1 is normal. */
  readonly speed?: Plain<P, Id, "speed", number> | undefined;
  /** How to speak. */
  readonly instructions?: Plain<P, Id, "instructions", string> | undefined;
  /** BCP 47 tag of the text's language. */
  readonly language?: Plain<P, Id, "language", string> | undefined;
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

/** A transcription model. */
export interface TranscriptionModel<P extends MediaProfile, Id extends string> extends Handle<"transcription"> {
  /**
   * Writes down what is said.
   * @throws CapabilityError before anything is sent, when the model cannot serve the request.
   */
  transcribe(request: TranscriptionRequest<P, Id> & Needed<P, Id>): Promise<TranscriptionReply<Id>>;
}

export interface TranscriptionRequest<P extends MediaProfile, Id extends string> extends CallOptions {
  /** The recording: URL, `data:` URL, bytes or base64. */
  readonly audio: MediaSource;
  /** IANA type such as `audio/mpeg`; sniffed from bytes or a `data:` URL when absent. */
  readonly mediaType?: string | undefined;
  /** BCP 47 tag of the language spoken. */
  readonly language?: Plain<P, Id, "language", string> | undefined;
  /** Names and words to expect. */
  readonly prompt?: Plain<P, Id, "prompt", string> | undefined;
  /** Form of the transcript. */
  readonly format?: Choice<P["enums"], Id, "format"> | undefined;
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

/** A model that orders documents by their relevance to a question. */
export interface RerankModel<P extends MediaProfile, Id extends string> extends Handle<"rerank"> {
  rerank(request: RerankRequest<P, Id>): Promise<RerankReply<Id>>;
}

export interface RerankRequest<P extends MediaProfile, Id extends string> extends CallOptions {
  readonly query: string;
  readonly documents: readonly string[];
  /** How many of the best to name. Default: all. */
  readonly topN?: number | undefined;
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

/** A model that judges whether content is harmful. */
export interface ModerationModel<P extends MediaProfile, Id extends string> extends Handle<"moderation"> {
  moderate(request: ModerationRequest<P, Id>): Promise<ModerationReply<Id>>;
}

export interface ModerationRequest<P extends MediaProfile, Id extends string> extends CallOptions {
  /** Texts are judged one by one; with pictures among them, all together as one. */
  readonly input:
    | string
    | readonly (string | ("image" extends P["can"] ? ImagePart : Unsupported<`${Id} does not accept image input`>))[];
  /** Options of this provider's own. */
  readonly options?: OptionsFor<P["options"], Id> | undefined;
}

interface MediaReply<Id extends string> {
  readonly usage: Usage;
  /** In the catalog's currency: known with a breakdown, or unknown with a reason. */
  readonly cost: Cost;
  /** Each change made to the request on its way. */
  readonly adjustments: readonly Adjustment[];
  readonly provider: string;
  /** Catalog id. */
  readonly model: Id;
  readonly requestId: string | undefined;
}
/** What a call for pictures gives back. */
export interface ImageReply<Id extends string> extends MediaReply<Id> {
  /** The pictures, ready to be sent to a chat model. Nothing fetches a URL by itself. */
  readonly images: readonly GeneratedImage[];
}
/** Unfinished pictures as they come. Throws from the loop when the answer breaks. */
export interface ImageStream<Id extends string> extends AsyncIterable<PartialImage> {
  /** The finished pictures; reads the stream to its end when nobody else does. */
  readonly reply: Promise<ImageReply<Id>>;
}
/** What a call for a film gives back. */
export interface VideoReply<Id extends string> extends MediaReply<Id> {
  /** The films. A URL may need the provider's key, and seldom lives long; nothing fetches it by itself. */
  readonly videos: readonly VideoPart[];
}
/** What a call for speech gives back. */
export interface SpeechReply<Id extends string> extends MediaReply<Id> {
  /** The sound, ready to be sent to a chat model. */
  readonly audio: AudioPart;
}
/** The bytes of a sound as they arrive. Throws from the loop when the answer breaks. */
export interface SpeechStream<Id extends string> extends AsyncIterable<Uint8Array>, Omit<MediaReply<Id>, "usage"> {
  /** IANA type, when it is known. */
  readonly mediaType: string | undefined;
}
/** What a transcription call gives back. */
export interface TranscriptionReply<Id extends string> extends MediaReply<Id>, Transcript {}
/** What a ranking call gives back. */
export interface RerankReply<Id extends string> extends MediaReply<Id> {
  /** The most relevant first. */
  readonly results: readonly RankedDocument[];
}
/** What a moderation call gives back. */
export interface ModerationReply<Id extends string> extends MediaReply<Id> {
  /** In input order. */
  readonly results: readonly ModerationResult[];
}
