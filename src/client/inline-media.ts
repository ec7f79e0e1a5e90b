/** Media that messages name by URL, as bytes: for models that take no URLs. Fetched only here, and only when a program asks for it. */
import { sourceOf } from "../chat/media-source.js";
import type { AnyMessage, MediaPart } from "../chat/message.js";
import { TransportError } from "../errors.js";
import { joinChunks } from "../transport/body.js";

/** How media are fetched. */
export interface InlineMediaOptions {
  /** Largest medium. Default 20 MB. */
  readonly maxBytes?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Decides on each address before it is asked for. Where URLs come from strangers, refuse addresses of your own network. */
  readonly allow?: ((url: URL) => boolean) | undefined;
  readonly fetch?: ((url: URL, init: { signal?: AbortSignal; redirect: "error" }) => Promise<Response>) | undefined;
}

const usualMaxBytes = 20 * 1024 * 1024;

/**
 * The messages with the bytes of every `http(s)` medium in the place of its URL; each address is asked for once. No key
 * goes along, and redirects are not followed.
 * @throws TransportError when a medium cannot be had, is too large, or is not allowed.
 */
export async function inlineMedia<const Messages extends readonly AnyMessage[]>(
  messages: Messages,
  options: InlineMediaOptions = {},
): Promise<Messages> {
  const loads = new Map<string, Promise<Loaded>>();
  const load = (url: URL): Promise<Loaded> => {
    const known = loads.get(url.href) ?? loaded(url, options);
    loads.set(url.href, known);
    return known;
  };
  const changed = messages.map(async (message) => {
    const { content } = message;
    if (typeof content === "string") return message;
    const parts = await Promise.all(content.map((part: Part) => (isMedium(part) ? inlined(part, load) : part)));
    return { ...message, content: parts };
  });
  // Only the sources of media differ, which may be bytes everywhere.
  return (await Promise.all(changed)) as readonly unknown[] as Messages;
}

type Part = Exclude<AnyMessage["content"], string>[number];

interface Loaded {
  readonly bytes: Uint8Array;
  readonly mediaType: string | undefined;
}

function isMedium(part: Part): part is MediaPart {
  return part.type === "image" || part.type === "audio" || part.type === "video" || part.type === "pdf";
}

async function inlined(part: MediaPart, load: (url: URL) => Promise<Loaded>): Promise<MediaPart> {
  const source = sourceOf(part);
  if (source instanceof Uint8Array) return part;
  const text = String(source);
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return part;
  const { bytes, mediaType } = await load(new URL(text));
  if (part.type === "pdf") return { ...part, pdf: bytes };
  const type = part.mediaType ?? mediaType;
  return { ...part, [part.type]: bytes, ...(type === undefined ? {} : { mediaType: type }) } as MediaPart;
}

async function loaded(
  url: URL,
  { maxBytes = usualMaxBytes, signal, allow, fetch }: InlineMediaOptions,
): Promise<Loaded> {
  // The path of a signed address is a secret, too.
  const where = `the medium at ${url.origin}`;
  if (allow?.(url) === false) throw new TransportError("network", `${where} is not allowed`);
  const ask = fetch ?? ((target, init) => globalThis.fetch(target, init));
  try {
    const response = await ask(url, { redirect: "error", ...(signal === undefined ? {} : { signal }) });
    if (!response.ok) throw new TransportError("network", `${where} is answered with ${response.status}`);
    const bytes = await bounded(response, maxBytes, where);
    return { bytes, mediaType: mediaTypeOf(response.headers.get("content-type")) };
  } catch (error) {
    if (error instanceof TransportError) throw error;
    if (signal?.aborted === true)
      throw new TransportError("aborted", `${where} was no longer wanted`, { cause: error });
    throw new TransportError("network", `${where} cannot be had`, { cause: error });
  }
}

async function bounded(response: Response, maxBytes: number, where: string): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = response.body?.getReader();
  for (let step = await reader?.read(); step !== undefined && !step.done; step = await reader?.read()) {
    size += step.value.length;
    if (size > maxBytes) {
      await reader?.cancel();
      throw new TransportError("invalid-response", `${where} has more than ${maxBytes} bytes`);
    }
    chunks.push(step.value);
  }
  return joinChunks(chunks, size);
}

/** A server that does not know says so by `application/octet-stream`; the bytes tell more. */
function mediaTypeOf(header: string | null): string | undefined {
  const type = header?.split(";", 1)[0]?.trim().toLowerCase();
  return type === undefined || type === "" || type === "application/octet-stream" ? undefined : type;
}
