/** Handles of models that draw, speak or transcribe. What each accepts is a generated profile, as for chat. */
import type { Cost } from "../chat/cost.js";
import type { AudioPart, ImagePart, MediaSource } from "../chat/message.js";
import type { Usage } from "../chat/usage.js";
import type { Adjustment } from "../protocols/protocol.js";
import type { Handle } from "./handle.js";
import type { CallOptions, Choice, OptionsFor } from "./request.js";
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

/** Options that have a name of ours, by kind of model. Those of `enums` have values that depend on the model. */
export interface ImageOptions {
  plain: "n" | "seed";
  enums: "size" | "aspectRatio" | "resolution" | "quality" | "style" | "background" | "outputFormat";
}
export interface SpeechOptions {
  plain: "speed" | "instructions" | "language";
  enums: "voice" | "format";
}
export interface TranscriptionOptions {
  plain: "language" | "prompt";
  enums: "format";
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
  image(request: ImageRequest<P, Id>): Promise<ImageReply<Id>>;
}

export interface ImageRequest<P extends MediaProfile, Id extends string> extends CallOptions {
  /** What to draw. */
  readonly prompt: string;
  /** Pictures to start from. */
  readonly images?:
    | ("image" extends P["can"] ? readonly MediaSource[] : Unsupported<`${Id} does not accept image input`>)
    | undefined;
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

/** A speech model. */
export interface SpeechModel<P extends MediaProfile, Id extends string> extends Handle<"speech"> {
  /**
   * Reads a text aloud.
   * @throws CapabilityError before anything is sent, when the model cannot serve the request.
   */
  speech(request: SpeechRequest<P, Id>): Promise<SpeechReply<Id>>;
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
  transcribe(request: TranscriptionRequest<P, Id>): Promise<TranscriptionReply<Id>>;
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
export interface ImageReply<Id extends string> extends MediaReply<Id> {
  /** The pictures, ready to be sent to a chat model. */
  readonly images: readonly ImagePart[];
}
export interface SpeechReply<Id extends string> extends MediaReply<Id> {
  /** The sound, ready to be sent to a chat model. */
  readonly audio: AudioPart;
}
export interface TranscriptionReply<Id extends string> extends MediaReply<Id> {
  readonly text: string;
  /** BCP 47 tag, when the provider recognised the language. */
  readonly language: string | undefined;
  /** Stretches of the recording, in seconds, when the provider gives them. */
  readonly segments: readonly { readonly start: number; readonly end: number; readonly text: string }[];
}
