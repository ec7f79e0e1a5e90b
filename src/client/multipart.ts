/** Writes `multipart/form-data` bodies (RFC 7578). */
import type { FormField } from "../protocols/protocol.js";
import { joinChunks } from "../transport/body.js";

const encoder = /*#__PURE__*/ new TextEncoder();

export interface EncodedForm {
  readonly contentType: string;
  readonly bytes: Uint8Array;
}

export function encodeForm(fields: readonly FormField[]): EncodedForm {
  // 122 random bits: no content holds them.
  const boundary = `form-${crypto.randomUUID()}`;
  const chunks: Uint8Array[] = [];
  for (const field of fields) {
    const file =
      "bytes" in field ? `; filename="${quoted(field.filename)}"\r\ncontent-type: ${oneLine(field.mediaType)}` : "";
    chunks.push(
      encoder.encode(`--${boundary}\r\ncontent-disposition: form-data; name="${quoted(field.name)}"${file}\r\n\r\n`),
    );
    chunks.push("bytes" in field ? field.bytes : encoder.encode(field.value), encoder.encode("\r\n"));
  }
  chunks.push(encoder.encode(`--${boundary}--\r\n`));
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  return { contentType: `multipart/form-data; boundary=${boundary}`, bytes: joinChunks(chunks, size) };
}

/** As browsers escape names. */
function quoted(name: string): string {
  return name.replace(/\r/g, "%0D").replace(/\n/g, "%0A").replace(/"/g, "%22");
}

function oneLine(text: string): string {
  return text.replace(/[\r\n]/g, " ");
}
