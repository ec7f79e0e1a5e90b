/** Encodes pictures, documents, sound and films: bytes, or objects of S3. */
import type { PdfPart, UserPart } from "../../chat/message.js";
import { CapabilityError } from "../../errors.js";
import { mediaOf } from "../media.js";
import type { ChatCall } from "../protocol.js";
import type { WireBlock, WireMedia } from "./wire.js";
import { formatOf } from "./wire-formats.js";

type MediaPart = Exclude<UserPart, { readonly type: "text" }>;

/** Names of documents: each once in a request, of few characters. */
export class DocumentNames {
  private readonly used = new Set<string>();
  private readonly adjust: ChatCall["adjust"];

  constructor(adjust: ChatCall["adjust"]) {
    this.adjust = adjust;
  }

  /** The file name without its extension, which the format states. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_DocumentBlock.html */
  of({ filename }: PdfPart, path: string): string {
    const stem = (filename ?? "document").replace(/\.[a-z0-9]{1,5}$/i, "");
    const plain = stem
      .replace(/[^A-Za-z0-9\s()[\]-]/g, "-")
      .replace(/\s+/g, " ")
      .trim()
      .slice(0, maxNameLength);
    const base = plain === "" ? "document" : plain;
    let name = base;
    for (let n = 2; this.used.has(name); n++) name = `${base} ${n}`;
    this.used.add(name);
    if (filename !== undefined && name !== stem)
      this.adjust({
        path: `${path}.filename`,
        action: "rewritten",
        reason: "names of documents are unique and of letters, digits, spaces, hyphens and brackets",
        from: filename,
        to: name,
      });
    return name;
  }
}

const maxNameLength = 180;

export function encodeMedia(
  part: MediaPart,
  { call, path, names }: { readonly call: ChatCall; readonly path: string; readonly names: DocumentNames },
): WireBlock {
  if (part.type === "pdf") {
    const { source } = sourceOf(mediaOf(part.pdf, "application/pdf"), { call, path, what: "documents" });
    return { document: { format: "pdf", name: names.of(part, path), source } };
  }
  const media = mediaOf(mediumOf(part), part.mediaType);
  const { source, mediaType } = sourceOf(media, { call, path, what: `${part.type} parts` });
  const format = formatOf(part.mediaType ?? mediaType ?? typeOfUrl(part.type, source));
  if (part.type === "image" && part.detail !== undefined && part.detail !== "auto")
    call.adjust({ path: `${path}.detail`, action: "dropped", reason: "the API has no level of detail" });
  return { [part.type]: { format, source } };
}

function mediumOf(part: Exclude<MediaPart, PdfPart>) {
  if (part.type === "image") return part.image;
  return part.type === "audio" ? part.audio : part.video;
}

function sourceOf(
  media: ReturnType<typeof mediaOf>,
  { call, path, what }: { readonly call: ChatCall; readonly path: string; readonly what: string },
): { readonly source: WireMedia["source"]; readonly mediaType?: string } {
  if ("base64" in media) return { source: { bytes: media.base64 }, mediaType: media.mediaType };
  if (media.url.startsWith("s3://")) return { source: { s3Location: { uri: media.url } } };
  const { provider, modelId } = call;
  throw new CapabilityError("unsupported", `${path}: ${modelId} takes ${what} as bytes or from S3, not by URL`, {
    provider: provider.id,
    model: modelId,
    path,
  });
}

/** An object of S3 is named by its extension. */
function typeOfUrl(medium: string, source: WireMedia["source"]): string {
  const uri = "s3Location" in source ? source.s3Location.uri : "";
  const extension = /\.([a-z0-9]+)$/i.exec(uri)?.[1]?.toLowerCase() ?? "";
  return `${medium}/${extension === "jpg" ? "jpeg" : extension}`;
}
