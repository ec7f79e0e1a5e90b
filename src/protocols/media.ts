/** Media handling that every protocol room needs: a `MediaSource` as URL or base64, without Node built-ins. */
import type { MediaSource } from "../chat/message.js";
import { fromBase64, toBase64 } from "./base64.js";

/** Media as a URL that the provider fetches, or as base64 with its IANA type. `data:` URLs count as base64. */
export function mediaOf(
  source: MediaSource,
  mediaType: string | undefined,
): { readonly url: string } | { readonly base64: string; readonly mediaType: string } {
  if (source instanceof Uint8Array)
    return { base64: toBase64(source), mediaType: mediaType ?? sniffMediaType(source) ?? unknownType };
  const text = typeof source === "string" ? source : source.href;
  if (isDataUrl(text)) return dataUrlOf(text, mediaType);
  if (isUrl(text)) return { url: text };
  return { base64: text, mediaType: mediaType ?? sniffBase64(text) ?? unknownType };
}

const unknownType = "application/octet-stream";

/** `data:` URL of base64 media. */
export function dataUrl(base64: string, mediaType: string): string {
  return `data:${mediaType};base64,${base64}`;
}

/** IANA type by the leading magic bytes; undefined when unknown. */
export function sniffMediaType(bytes: Uint8Array): string | undefined {
  for (const [magic, type] of magics) if (startsWith(bytes, magic, 0)) return type;
  if (startsWith(bytes, "RIFF", 0)) {
    if (startsWith(bytes, "WEBP", 8)) return "image/webp";
    if (startsWith(bytes, "WAVE", 8)) return "audio/wav";
  }
  if (startsWith(bytes, "ftyp", 4)) return isoMediaType(bytes);
  // MPEG audio frame sync: eleven set bits, then a layer that is not reserved.
  if (bytes[0] === 0xff && (bytes[1]! & 0xe6) > 0xe0) return "audio/mpeg";
  return undefined;
}

/** Leading bytes, as Latin-1 text. */
const magics: readonly (readonly [string, string])[] = [
  ["\x89PNG", "image/png"],
  ["\xff\xd8\xff", "image/jpeg"],
  ["GIF8", "image/gif"],
  ["BM", "image/bmp"],
  ["%PDF", "application/pdf"],
  ["ID3", "audio/mpeg"],
  ["OggS", "audio/ogg"],
  ["fLaC", "audio/flac"],
  ["\x1a\x45\xdf\xa3", "video/webm"],
];

function isoMediaType(bytes: Uint8Array): string {
  if (startsWith(bytes, "avif", 8)) return "image/avif";
  if (startsWith(bytes, "heic", 8)) return "image/heic";
  if (startsWith(bytes, "M4A", 8)) return "audio/mp4";
  if (startsWith(bytes, "qt", 8)) return "video/quicktime";
  return "video/mp4";
}

function startsWith(bytes: Uint8Array, magic: string, offset: number): boolean {
  if (bytes.length < offset + magic.length) return false;
  for (let i = 0; i < magic.length; i++) if (bytes[offset + i] !== magic.charCodeAt(i)) return false;
  return true;
}

function sniffBase64(text: string): string | undefined {
  const head = text.slice(0, 24);
  return /^[\w+/-]{8,}={0,2}$/.test(head) ? sniffMediaType(fromBase64(head)) : undefined;
}

function isUrl(text: string): boolean {
  return /^[a-z][a-z0-9+.-]*:/i.test(text);
}

function isDataUrl(text: string): boolean {
  return text.slice(0, 5).toLowerCase() === "data:";
}

/** RFC 2397: `data:[type][;param]*[;base64],payload`. */
function dataUrlOf(text: string, mediaType: string | undefined): { base64: string; mediaType: string } {
  const comma = text.indexOf(",");
  const head = comma < 0 ? "" : text.slice(5, comma);
  const payload = comma < 0 ? "" : text.slice(comma + 1);
  const stated = head.split(";", 1)[0];
  const type = mediaType ?? (stated === undefined || stated === "" ? "text/plain" : stated.toLowerCase());
  if (/;\s*base64\s*$/i.test(head)) return { base64: payload, mediaType: type };
  return { base64: toBase64(new TextEncoder().encode(decodeURIComponent(payload))), mediaType: type };
}
