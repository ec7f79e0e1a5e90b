/** Encodes content parts: text, pictures, sound, video and PDF files. */
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import type { AudioPart, PdfPart, UserPart } from "../../chat/message.js";
import { CapabilityError } from "../../errors.js";
import { dataUrl, mediaOf } from "../media.js";
import type { ChatCall } from "../protocol.js";
import type { WirePart } from "./wire.js";

/** What the encoders of single messages need beside the message. */
export interface MessageContext {
  readonly call: ChatCall;
  readonly dialect: OpenaiChatDialect;
  /** Request path of the message. */
  readonly path: string;
}

export function encodeParts(parts: readonly UserPart[], context: MessageContext): readonly WirePart[] {
  return parts.map((part, i) => {
    const wire = encodePart(part, { ...context, path: `${context.path}.content[${i}]` });
    if (context.dialect.cacheControl !== true || part.cache === undefined) return wire;
    // Five minutes are the default. https://openrouter.ai/docs/features/prompt-caching
    const ttl = part.cache === "5m" ? {} : { ttl: part.cache };
    return { ...wire, cache_control: { type: "ephemeral", ...ttl } };
  });
}

function encodePart(part: UserPart, context: MessageContext): WirePart {
  switch (part.type) {
    case "text":
      return { type: "text", text: part.text };
    case "image": {
      const detail = part.detail === undefined ? {} : { detail: part.detail };
      return { type: "image_url", image_url: { url: urlOf(mediaOf(part.image, part.mediaType)), ...detail } };
    }
    case "audio":
      return encodeAudio(part, context);
    case "video":
      return { type: "video_url", video_url: { url: urlOf(mediaOf(part.video, part.mediaType)) } };
    case "pdf":
      return encodePdf(part, context);
  }
}

function urlOf(media: ReturnType<typeof mediaOf>): string {
  return "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
}

function encodeAudio(part: AudioPart, { call, dialect, path }: MessageContext): WirePart {
  const media = mediaOf(part.audio, part.mediaType);
  if (dialect.audioData === "data-url") {
    const type = "url" in media ? part.mediaType : media.mediaType;
    const format = type === undefined ? {} : { format: formatOf(type) };
    return { type: "input_audio", input_audio: { data: urlOf(media), ...format } };
  }
  if ("url" in media)
    throw new CapabilityError("unsupported", `${call.modelId} does not accept audio by URL: pass the bytes (${path})`, {
      provider: call.provider.id,
      model: call.modelId,
      path,
    });
  return { type: "input_audio", input_audio: { data: media.base64, format: formatOf(media.mediaType) } };
}

/** The wire names formats by file extension. */
function formatOf(mediaType: string): string {
  const subtype = mediaType.slice(mediaType.indexOf("/") + 1).replace(/^x-/, "");
  if (subtype === "mpeg") return "mp3";
  return subtype === "wave" || subtype === "vnd.wave" ? "wav" : subtype;
}

function encodePdf(part: PdfPart, { dialect }: MessageContext): WirePart {
  const url = urlOf(mediaOf(part.pdf, isUrl(part.pdf) ? undefined : "application/pdf"));
  if (dialect.pdfPart === "document_url") {
    const name = part.filename === undefined ? {} : { document_name: part.filename };
    return { type: "document_url", document_url: url, ...name };
  }
  // OpenAI demands a file name beside the data.
  return { type: "file", file: { filename: part.filename ?? "document.pdf", file_data: url } };
}

/** A URL states its own type. */
function isUrl(source: PdfPart["pdf"]): boolean {
  return source instanceof URL || (typeof source === "string" && source.includes(":"));
}
