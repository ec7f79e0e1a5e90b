/** Reads bodies that are no text; those of `multipart/form-data` by the platform's own parser. */
import { refuse } from "../protocols/served-input.js";
import type { ReceivedRequest } from "./plan.js";

/** A file of a form. */
export interface ReceivedFile {
  readonly filename: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** The fields of a form by name; those whose name ends in `[]` are lists without it. Other bodies as they are. */
export async function binaryBody(
  request: ReceivedRequest,
): Promise<{ readonly [name: string]: unknown } | Uint8Array | undefined> {
  const contentType = request.headers["content-type"] ?? "";
  if (request.raw === undefined || !isForm(contentType)) return request.raw;
  const response = new Response(request.raw as BodyInit, { headers: { "content-type": contentType } });
  const form = await response.formData().catch(() => refuse("body", "is no multipart form"));
  const fields = new Map<string, unknown>();
  for (const [name, value] of form) {
    const read = typeof value === "string" ? value : await fileOf(value);
    const list = name.endsWith("[]") ? name.slice(0, -2) : undefined;
    if (list === undefined) fields.set(name, read);
    else fields.set(list, [...((fields.get(list) as unknown[] | undefined) ?? []), read]);
  }
  return Object.fromEntries(fields);
}

/** True for bodies that are no text: forms, recordings, films. */
export function isBinary(contentType: string): boolean {
  return isForm(contentType) || /^(?:audio\/|video\/|application\/octet-stream)/i.test(contentType);
}

function isForm(contentType: string): boolean {
  return contentType.toLowerCase().startsWith("multipart/form-data");
}

async function fileOf(file: File): Promise<ReceivedFile> {
  return { filename: file.name, mediaType: file.type, bytes: new Uint8Array(await file.arrayBuffer()) };
}
