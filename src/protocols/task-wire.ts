/** What rooms share to put tasks on the wire and to read their answers: bodies, forms, lenient members, media. */

import { refusesUrl } from "../catalog/sentences.js";
import type { MediaSource } from "../chat/message.js";
import { CapabilityError, ProviderError } from "../errors.js";
import { fromBase64 } from "./base64.js";
import { extraHeaders, type WireBody, withExtraBody, writeParams } from "./body.js";
import { unreadable } from "./failure.js";
import { textOf } from "./lenient.js";
import { dataUrl, mediaOf } from "./media.js";
import type { FormField, WireRequest } from "./protocol.js";
import type { TaskCall, TaskKind, TaskResults } from "./task.js";

/** A JSON object as it came: every member may be missing, null or of another type. */
export type Members = { readonly [member: string]: unknown };

/** The value when it is a JSON object, else an empty one. */
export function membersOf(value: unknown): Members {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : {};
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === "number" && Number.isFinite(value) ? value : undefined;
}

type AnyCall = Pick<TaskCall<TaskKind>, "provider" | "modelId">;

/** The name that stands for the model on the wire. */
export function wireId({ model, modelId }: Pick<TaskCall<TaskKind>, "model" | "modelId">): string {
  return model.wireId ?? modelId;
}

/** How a room writes a task: its path, the members it fills itself, and its names for parameters. */
export interface TaskForm {
  readonly path: string;
  readonly body: WireBody;
  /** Wire paths by canonical name. */
  readonly paths?: { readonly [name: string]: string };
  /** Object that the parameters go into. */
  readonly under?: string;
}

/** A POST with a JSON body: the room's members, the parameters, and what catalog and caller add. */
export function jsonRequest<K extends TaskKind>(call: TaskCall<K>, form: TaskForm): WireRequest {
  return { method: "POST", path: form.path, headers: headersOf(call), body: bodyOf(call, form) };
}

/** The same as a form: lists become repeated fields `name[]`, objects JSON. */
export function formRequest<K extends TaskKind>(
  call: TaskCall<K>,
  form: TaskForm & { readonly files: readonly FormField[] },
): WireRequest {
  const fields = Object.entries(bodyOf(call, form)).flatMap(([name, value]) => fieldsOf(name, value));
  return {
    method: "POST",
    path: form.path,
    headers: headersOf(call),
    body: undefined,
    form: [...fields, ...form.files],
  };
}

/** The same with the content alone in the body, and everything else in the query, where lists become repeated names. */
export function queryRequest<K extends TaskKind>(
  call: TaskCall<K>,
  form: TaskForm & { readonly content: Pick<WireRequest, "body" | "bytes"> },
): WireRequest {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(bodyOf(call, form)))
    for (const one of [value].flat()) query.append(name, typeof one === "object" ? JSON.stringify(one) : String(one));
  const path = query.size === 0 ? form.path : `${form.path}?${query}`;
  return { method: "POST", path, headers: headersOf(call), ...form.content };
}

function fieldsOf(name: string, value: unknown): FormField[] {
  if (Array.isArray(value)) return value.flatMap((item) => fieldsOf(`${name}[]`, item));
  const text = typeof value === "object" ? JSON.stringify(value) : String(value);
  return [{ name, value: text }];
}

function plainCall({ model, params, extraBody, extraHeaders: headers }: TaskCall<TaskKind>) {
  return { model, request: { messages: [], tools: [], params, extraBody, extraHeaders: headers } };
}

function headersOf(call: TaskCall<TaskKind>): { readonly [name: string]: string } {
  return extraHeaders(plainCall(call));
}

function bodyOf(call: TaskCall<TaskKind>, { body, paths = {}, under }: TaskForm): WireBody {
  const { model, params } = call;
  const written: WireBody = {};
  writeParams(written, params, { model, paths });
  const filled =
    under === undefined ? { ...body, ...written } : { ...body, [under]: { ...membersOf(body[under]), ...written } };
  return withExtraBody(filled, plainCall(call));
}

/** The bytes of a medium. Throws `CapabilityError` for a URL: this wire carries files, and nothing is fetched by itself. */
export function bytesOf(
  source: MediaSource,
  {
    call,
    mediaType,
    modality,
  }: { readonly call: AnyCall; readonly mediaType?: string | undefined; readonly modality: "image" | "audio" },
): { readonly bytes: Uint8Array; readonly mediaType: string } {
  const media = mediaOf(source, mediaType);
  if ("url" in media)
    throw new CapabilityError("unsupported", refusesUrl(call.modelId, modality), {
      provider: call.provider.id,
      model: call.modelId,
      path: modality,
    });
  const bytes = source instanceof Uint8Array ? source : fromBase64(media.base64);
  return { bytes, mediaType: media.mediaType };
}

const extensions: { readonly [mediaType: string]: string } = {
  "audio/mpeg": "mp3",
  "audio/mp4": "m4a",
  "audio/wav": "wav",
  "audio/ogg": "ogg",
  "audio/flac": "flac",
  "audio/webm": "webm",
  "video/webm": "webm",
  "video/mp4": "mp4",
  "image/png": "png",
  "image/jpeg": "jpg",
  "image/webp": "webp",
  "image/gif": "gif",
};

/** Providers go by the extension of a file's name. */
export function filenameOf(stem: string, mediaType: string): string {
  return `${stem}.${Object.hasOwn(extensions, mediaType) ? extensions[mediaType] : "bin"}`;
}

/** IANA types of the formats that speech is asked for in. */
const audioTypes: { readonly [format: string]: string } = {
  mp3: "audio/mpeg",
  opus: "audio/ogg",
  ogg: "audio/ogg",
  aac: "audio/aac",
  flac: "audio/flac",
  wav: "audio/wav",
  pcm: "audio/pcm",
  mulaw: "audio/basic",
};

/** The type of a sound: what the answer states when it says something, else that of the format asked for. */
export function audioType(stated: string | undefined, format: unknown): string | undefined {
  const type = stated?.split(";", 1)[0]?.trim().toLowerCase();
  if (type?.startsWith("audio/")) return stated;
  return typeof format === "string" && Object.hasOwn(audioTypes, format) ? audioTypes[format] : undefined;
}

/** A picture by URL: its own, or a `data:` URL of its bytes. */
export function pictureUrl(source: MediaSource): string {
  const media = mediaOf(source, undefined);
  return "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
}

/** Pictures or films of a job, from their addresses. */
export function mediaResult<K extends "image" | "video">(kind: K, urls: readonly string[]): TaskResults[K] {
  const parts = urls.map((url) => ({ type: kind, [kind]: url }));
  // Both kinds have one part of their name per address.
  return (kind === "image" ? { images: parts } : { videos: parts }) as unknown as TaskResults[K];
}

/** Width and height of `1024x768`. */
export function dimensionsOf(size: unknown): { readonly width: number; readonly height: number } | undefined {
  const [, width, height] = (typeof size === "string" && /^(\d{1,5})[x*](\d{1,5})$/.exec(size)) || [];
  return width === undefined || height === undefined ? undefined : { width: Number(width), height: Number(height) };
}

/** The failure of a job. `filtered`: its content was refused. */
export function jobFailure({ provider, modelId }: AnyCall, message: string, filtered = false): ProviderError {
  const code = filtered ? "content-filter" : "provider-rejected";
  return new ProviderError(code, `${provider.id}/${modelId}: ${code}: ${message}`, {
    provider: provider.id,
    model: modelId,
    providerMessage: message,
  });
}

/** An id of a job becomes a segment of a path. */
export function jobIdOf(value: unknown, call: AnyCall): string {
  const id = textOf(value);
  if (id === undefined || !/^[\w.:-]{1,200}$/.test(id)) throw unreadable(call, "the answer names no job");
  return id;
}
