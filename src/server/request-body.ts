/** Reads the body of a request, JSON or a form with files, bounded in bytes and in depth. */
import { GatewayRefusal } from "./refusal.js";

/** Deeper values only serve to exhaust the stack of whoever walks them. */
const maxDepth = 200;

/**
 * A JSON value; or the fields of a form, whose files are `{ bytes }`. Throws `GatewayRefusal`: 415 for another content
 * type, 413 for too many bytes, 400 for what is neither.
 */
export async function readBody(request: Request, maxBytes: number): Promise<unknown> {
  const type = request.headers.get("content-type") ?? "";
  if (/^multipart\/form-data\s*;/i.test(type)) return formFields(await readBytes(request, maxBytes), type);
  // `text/plain` and simple forms are what a foreign page may send without asking first.
  if (!/^application\/json\s*(;|$)/i.test(type))
    throw new GatewayRefusal(415, "invalid-request", "the content type must be application/json");
  const text = new TextDecoder().decode(await readBytes(request, maxBytes));
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new GatewayRefusal(400, "invalid-request", "the body is no JSON");
  }
  if (isDeeper(value, maxDepth))
    throw new GatewayRefusal(400, "invalid-request", `the body is nested more than ${maxDepth} levels deep`);
  return value;
}

async function formFields(bytes: Uint8Array<ArrayBuffer>, type: string): Promise<unknown> {
  const form = await new Response(bytes, { headers: { "content-type": type } }).formData().catch(() => undefined);
  if (form === undefined) throw new GatewayRefusal(400, "invalid-request", "the body is no multipart form");
  const fields = new Map<string, unknown>();
  for (const [name, value] of form) {
    const read = typeof value === "string" ? value : { bytes: new Uint8Array(await value.arrayBuffer()) };
    // `image[]` is one of several.
    const list = name.endsWith("[]") ? name.slice(0, -2) : undefined;
    if (list === undefined) fields.set(name, read);
    else fields.set(list, [...((fields.get(list) as unknown[] | undefined) ?? []), read]);
  }
  return Object.fromEntries(fields);
}

async function readBytes(request: Request, maxBytes: number): Promise<Uint8Array<ArrayBuffer>> {
  if (Number(request.headers.get("content-length") ?? 0) > maxBytes) throw tooLarge(maxBytes);
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of request.body ?? []) {
    size += chunk.byteLength;
    if (size > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const whole = new Uint8Array(size);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}

function tooLarge(maxBytes: number): GatewayRefusal {
  return new GatewayRefusal(413, "invalid-request", `the body is larger than ${maxBytes} bytes`);
}

/** Level by level, so that no depth exhausts the stack. */
function isDeeper(value: unknown, levels: number): boolean {
  let level: unknown[] = [value];
  for (let depth = 0; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((item) => (typeof item === "object" && item !== null ? Object.values(item) : []));
  }
  return false;
}
