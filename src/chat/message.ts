/** Messages and their parts, as the runtime sees them. The typed handles narrow these per model. */

/** A URL (`https:`, `data:`, `gs:` …), or the bytes themselves. A string that is no URL is base64. */
export type MediaSource = string | URL | Uint8Array;

/** What a provider must get back unchanged to go on: signed reasoning, thought signatures, opaque blocks. */
export interface Replay {
  /** Wire protocol that produced it, e.g. `anthropic-messages`. Other protocols ignore the part's replay. */
  readonly protocol: string;
  /** Provider and model that produced it: signatures are bound to them. */
  readonly provider: string;
  readonly model: string;
  /** The wire value, JSON. */
  readonly data: unknown;
}

/** Marks the end of a stable prefix that the provider should cache. Ignored where caching is implicit. */
export type CacheMark = "5m" | "1h";

/** Text. */
export interface TextPart {
  readonly type: "text";
  readonly text: string;
  readonly cache?: CacheMark | undefined;
  readonly replay?: Replay | undefined;
}
/** A picture. */
export interface ImagePart {
  readonly type: "image";
  readonly image: MediaSource;
  /** IANA type such as `image/png`; sniffed from bytes or a `data:` URL when absent. */
  readonly mediaType?: string | undefined;
  readonly detail?: "low" | "high" | "auto" | undefined;
  readonly cache?: CacheMark | undefined;
  /** Set on pictures made by a model that signs them. */
  readonly replay?: Replay | undefined;
}
/** Sound. */
export interface AudioPart {
  readonly type: "audio";
  readonly audio: MediaSource;
  readonly mediaType?: string | undefined;
  /** What is said in it, set on answers whose provider states it. */
  readonly transcript?: string | undefined;
  readonly cache?: CacheMark | undefined;
}
/** A film. */
export interface VideoPart {
  readonly type: "video";
  readonly video: MediaSource;
  readonly mediaType?: string | undefined;
  readonly cache?: CacheMark | undefined;
}
/** A PDF document. */
export interface PdfPart {
  readonly type: "pdf";
  readonly pdf: MediaSource;
  readonly filename?: string | undefined;
  readonly cache?: CacheMark | undefined;
}
/** Reasoning of the model, kept in the history so that its signature can go back. */
export interface ReasoningPart {
  readonly type: "reasoning";
  readonly text: string;
  readonly replay?: Replay | undefined;
}
/** A finished call of a tool. `input` is the parsed JSON. */
export interface ToolCallPart {
  readonly type: "tool-call";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly replay?: Replay | undefined;
}
/** A block of a provider that has no neutral meaning but must survive the round trip. */
export interface OpaquePart {
  readonly type: "opaque";
  readonly replay: Replay;
}

/** A part that is no text. */
export type MediaPart = ImagePart | AudioPart | VideoPart | PdfPart;
/** A part of a user's message. */
export type UserPart = TextPart | MediaPart;
/** What one vector is made of. */
export type EmbeddingValue = string | MediaPart;
/** A part of an answer. */
export type AssistantPart = TextPart | ReasoningPart | ToolCallPart | ImagePart | AudioPart | OpaquePart;

/** Instructions that stand above the conversation. */
export interface SystemMessage {
  readonly role: "system";
  readonly content: string | readonly TextPart[];
}
/** What the user said and showed. */
export interface UserMessage<Part = UserPart> {
  readonly role: "user";
  readonly content: string | readonly Part[];
}
/** An answer of the model. */
export interface AssistantMessage<Part = AssistantPart> {
  readonly role: "assistant";
  readonly content: string | readonly Part[];
}
/** The result of one tool call, by the call's id. */
export interface ToolMessage {
  readonly role: "tool";
  readonly toolCallId: string;
  readonly toolName: string;
  readonly content: string | readonly (TextPart | ImagePart)[];
  readonly isError?: boolean | undefined;
}
/** What a call adds to a conversation. */
export type AddedMessage = AssistantMessage | ToolMessage;
/** Any message of a conversation. */
export type AnyMessage = SystemMessage | UserMessage | AssistantMessage | ToolMessage;
