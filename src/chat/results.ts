/** What models of other kinds than chat answer, in neutral words. */
import type { AudioPart, ImagePart, VideoPart } from "./message.js";

/** What comes back, by kind of model. */
export interface TaskResults {
  readonly image: { readonly images: readonly GeneratedImage[] };
  readonly video: { readonly videos: readonly VideoPart[] };
  readonly speech: { readonly audio: AudioPart };
  readonly transcription: Transcript;
  readonly rerank: { readonly results: readonly RankedDocument[] };
  readonly moderation: { readonly results: readonly ModerationResult[] };
}
/** Kinds of model whose answer is one result, unlike that of a chat or an embedding. */
export type TaskKind = keyof TaskResults;

/** A picture as a chat model takes it. A URL is the provider's, often for an hour only; nothing fetches it by itself. */
export interface GeneratedImage extends ImagePart {
  /** The prompt that was drawn, when the provider rewrote it. */
  readonly revisedPrompt?: string | undefined;
}

/** A picture as far as it is drawn. */
export interface PartialImage {
  /** Counts from 0. */
  readonly index: number;
  readonly image: GeneratedImage;
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
/** A piece of a transcript with its times. */
export interface TimedText {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  /** Who speaks, when the provider tells speakers apart. */
  readonly speaker?: string | undefined;
}

/** A document and its place. */
export interface RankedDocument {
  /** Place of the document in the request. */
  readonly index: number;
  /** Higher is more relevant; scales differ by provider. */
  readonly score: number;
}

/** How one input was judged. */
export interface ModerationResult {
  readonly flagged: boolean;
  /** By the provider's name of the category. */
  readonly categories: { readonly [category: string]: boolean };
  /** From 0 to 1. */
  readonly scores: { readonly [category: string]: number };
}
