/** Reads what a front end sent: checked member by member, with errors that name the place. */
import type { UserPart } from "../chat/message.js";
import { CapabilityError } from "../errors.js";
import type { Message } from "../model/message.js";
import type { Media } from "../model/profile.js";

/** What a reader of front-end messages takes beside text. */
export interface ReadOptions<C extends Media> {
  /** Media that the model takes; others are refused. Default: none. */
  readonly media?: readonly C[] | undefined;
  /**
   * Whether a file may be named by this address, which the provider, or this process, will open. Default: none may;
   * files come as `data:` URLs.
   */
  readonly allowUrl?: ((url: URL) => boolean) | undefined;
}

/** Messages of a front end: text, tools, and the media that were asked for. */
export type ReadMessage<C extends Media> = Message<C | "tools">;

export type Members = { readonly [name: string]: unknown };

export function isRecord(value: unknown): value is Members {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error of every reader here. */
export function unreadable(path: string, expected: string, value: unknown): CapabilityError {
  const found = value === undefined ? "nothing" : (JSON.stringify(value) ?? typeof value).slice(0, 60);
  return new CapabilityError("invalid-request", `expected ${expected} at ${path}, found ${found}`, { path });
}

export function recordAt(value: unknown, path: string): Members {
  if (!isRecord(value)) throw unreadable(path, "an object", value);
  return value;
}

export function listAt(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw unreadable(path, "a list", value);
  return value;
}

export function textAt(value: unknown, path: string): string {
  if (typeof value !== "string") throw unreadable(path, "a text", value);
  return value;
}

/** A file as a part of a message. */
export function mediaPart(
  file: { readonly url: string; readonly mediaType: string; readonly filename?: string | undefined },
  path: string,
  { media = [], allowUrl }: ReadOptions<Media>,
): UserPart {
  const { url, mediaType, filename } = file;
  const kind = mediaKind(mediaType);
  if (kind === undefined || !media.includes(kind))
    throw new CapabilityError("unsupported", `files of type ${mediaType} are not taken here`, { path });
  if (!url.startsWith("data:") && !(URL.canParse(url) && allowUrl?.(new URL(url))))
    throw new CapabilityError("invalid-request", "files are taken as data: URLs only", { path });
  switch (kind) {
    case "image":
      return { type: "image", image: url, mediaType };
    case "audio":
      return { type: "audio", audio: url, mediaType };
    case "video":
      return { type: "video", video: url, mediaType };
    case "pdf":
      return { type: "pdf", pdf: url, filename };
  }
}

function mediaKind(mediaType: string): Media | undefined {
  if (mediaType === "application/pdf") return "pdf";
  const [kind] = mediaType.split("/");
  return kind === "image" || kind === "audio" || kind === "video" ? kind : undefined;
}
