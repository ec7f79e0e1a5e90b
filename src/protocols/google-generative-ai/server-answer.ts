/** Neutral events as `generateContent` answers, whole or streamed. https://ai.google.dev/api/generate-content#v1beta.GenerateContentResponse */
import type { FinishEvent, FinishReason, ImageEvent, ProtocolEvent, Source } from "../../chat/events.js";
import type { AssistantPart, MediaSource, Replay } from "../../chat/message.js";
import type { Usage } from "../../chat/usage.js";
import type { ErrorCode } from "../../errors.js";
import { toBase64 } from "../base64.js";
import { mediaOf } from "../media.js";
import { finishOf, sealReplay } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext, StreamEncoder } from "../server.js";
import { encodeFailure } from "./server-failure.js";

/** A call ends with `STOP` as well: clients look at the parts. */
const finishReasons: { readonly [R in FinishReason]: string } = {
  stop: "STOP",
  length: "MAX_TOKENS",
  "tool-calls": "STOP",
  "content-filter": "SAFETY",
  refusal: "SAFETY",
  error: "OTHER",
  other: "OTHER",
};

export function encodeChat(events: readonly ProtocolEvent[], context: AnswerContext): unknown {
  const { message, finishReason, usage } = finishOf(events);
  const parts = typeof message.content === "string" ? [{ text: message.content }] : message.content.map(encodePart);
  const sources = events.filter((event) => event.type === "source").map((event) => event.source);
  const candidate = {
    content: { parts, role: "model" },
    finishReason: finishReasons[finishReason],
    index: 0,
    ...groundingOf(sources, usage),
  };
  return encodeAnswer(context, candidate, usage);
}

function encodeAnswer({ modelId, id }: AnswerContext, candidate: Members, usage: Usage | undefined): Members {
  return {
    candidates: [candidate],
    ...(usage === undefined || usage.state === "absent" ? {} : { usageMetadata: encodeUsage(usage) }),
    modelVersion: modelId,
    responseId: id,
  };
}

/** `candidatesTokenCount` leaves thoughts out; `promptTokenCount` includes what was cached. */
function encodeUsage({ buckets, inputTokens, outputTokens }: Usage): Members {
  const { reasoning = 0, cacheRead = 0 } = buckets;
  return {
    promptTokenCount: inputTokens,
    candidatesTokenCount: outputTokens - reasoning,
    totalTokenCount: inputTokens + outputTokens,
    ...(cacheRead === 0 ? {} : { cachedContentTokenCount: cacheRead }),
    ...(reasoning === 0 ? {} : { thoughtsTokenCount: reasoning }),
    promptTokensDetails: [{ modality: "TEXT", tokenCount: inputTokens }],
  };
}

function encodePart(part: AssistantPart): Members {
  switch (part.type) {
    case "text":
      return { text: part.text, ...signatureOf(part.replay) };
    case "reasoning":
      return { text: part.text, thought: true, ...signatureOf(part.replay) };
    case "tool-call":
      return { functionCall: { id: part.id, name: part.name, args: part.input }, ...signatureOf(part.replay) };
    case "image":
      return { ...encodeMedia(part.image, part.mediaType), ...signatureOf(part.replay) };
    case "audio":
      return encodeMedia(part.audio, part.mediaType);
    case "opaque":
      return dataOf(part.replay) ?? { text: "", thought: true, ...signatureOf(part.replay) };
  }
}

function encodeMedia(source: MediaSource, mediaType: string | undefined): Members {
  const media = mediaOf(source, mediaType);
  if ("url" in media)
    return { fileData: { fileUri: media.url, ...(mediaType === undefined ? {} : { mimeType: mediaType }) } };
  return { inlineData: { mimeType: media.mediaType, data: media.base64 } };
}

/** The model's own signature; a replay of another protocol is sealed in its place. */
function signatureOf(replay: Replay | undefined): Members {
  if (replay === undefined) return {};
  const own = dataOf(replay);
  if (own === undefined) return { thoughtSignature: sealReplay(replay) };
  return typeof own.thoughtSignature === "string" ? { thoughtSignature: own.thoughtSignature } : {};
}

function dataOf(replay: Replay): Members | undefined {
  if (replay.protocol !== "google-generative-ai") return undefined;
  return typeof replay.data === "object" && replay.data !== null ? (replay.data as Members) : undefined;
}

/** Sources, and the number of searches: what was searched for is not known here. */
function groundingOf(sources: readonly Source[], { meters }: Usage): Members {
  const queries = Array.from({ length: meters?.webSearch ?? 0 }, (_, i) => `query ${i + 1}`);
  if (sources.length === 0 && queries.length === 0) return {};
  const chunks = sources.map(({ url = "", title = "" }) => ({ web: { uri: url, title } }));
  return {
    groundingMetadata: { groundingChunks: chunks, ...(queries.length === 0 ? {} : { webSearchQueries: queries }) },
  };
}

/** Chunks with CRLF line ends, as the service sends them. There is no end marker: the last chunk has a finish reason. */
export class GoogleGenerativeAiStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext;
  private readonly sources: Source[] = [];

  constructor(context: AnswerContext) {
    this.context = context;
  }

  encode(event: ProtocolEvent): string {
    switch (event.type) {
      case "text-delta":
      case "refusal-delta":
        return this.part({ text: event.text });
      case "reasoning-delta":
        return event.text === "" ? "" : this.part({ text: event.text, thought: true });
      case "image":
        return this.image(event);
      case "audio-delta":
        return this.part({ inlineData: { mimeType: event.mediaType, data: toBase64(event.data) } });
      case "source":
        this.sources.push(event.source);
        return "";
      case "finish":
        return this.finish(event);
      case "start":
      case "tool-call-start":
      case "tool-call-delta":
      case "tool-call":
        // Calls are sent whole, and with their signatures: both are known at the finish.
        return "";
    }
  }

  end(): string {
    return "";
  }

  fail(code: ErrorCode, message: string): string {
    return frame(encodeFailure(code, message).body);
  }

  private image({ image }: ImageEvent): string {
    return this.part({ ...encodeMedia(image.image, image.mediaType), ...signatureOf(image.replay) });
  }

  private finish({ message, finishReason, usage }: FinishEvent): string {
    const parts = typeof message.content === "string" ? [] : message.content;
    const calls = parts.filter((part) => part.type === "tool-call" || part.type === "opaque").map(encodePart);
    const signed = parts.flatMap((part) => this.lateSignature(part));
    const candidate = {
      content: { parts: signed.length > 0 ? signed : [{ text: "" }], role: "model" },
      finishReason: finishReasons[finishReason],
      index: 0,
      ...groundingOf(this.sources, usage),
    };
    return calls.map((call) => this.part(call)).join("") + frame(encodeAnswer(this.context, candidate, usage));
  }

  /** Signatures of text and thoughts come on an empty part at the end, as the service sends them. */
  private lateSignature(part: AssistantPart): readonly Members[] {
    if ((part.type !== "text" && part.type !== "reasoning") || part.replay === undefined) return [];
    const signature = signatureOf(part.replay);
    if (Object.keys(signature).length === 0) return [];
    return [{ text: "", ...(part.type === "reasoning" ? { thought: true } : {}), ...signature }];
  }

  private part(part: Members): string {
    const candidate = { content: { parts: [part], role: "model" }, index: 0 };
    return frame(encodeAnswer(this.context, candidate, this.context.promptUsage));
  }
}

function frame(value: unknown): string {
  return `data: ${JSON.stringify(value)}\r\n\r\n`;
}
