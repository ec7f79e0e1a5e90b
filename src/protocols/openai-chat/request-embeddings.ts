/** Media among the values to embed, which OpenAI's own wire has no place for. */
import type { EmbeddingValue } from "../../chat/message.js";
import { mediumOf, refusedMedium, textsOf } from "../embedding-input.js";
import { dataUrl } from "../media.js";
import type { EmbeddingCall } from "../protocol.js";
import { dialectOf } from "./wire.js";

/** The member that holds the values. */
export function encodeEmbeddingInput(call: EmbeddingCall): { readonly [member: string]: unknown } {
  switch (dialectOf(call).embeddingMedia) {
    case "content":
      return { inputs: call.input.map((value) => ({ content: [contentOf(value, call)] })) };
    case "objects":
      return { input: call.input.map((value) => objectOf(value, call)) };
    default:
      return { input: textsOf(call) };
  }
}

/** https://docs.voyageai.com/docs/multimodal-embeddings */
function contentOf(value: EmbeddingValue, call: EmbeddingCall): unknown {
  if (typeof value === "string") return { type: "text", text: value };
  if (value.type !== "image" && value.type !== "video") throw refusedMedium(call, value);
  const media = mediumOf(value);
  const type = `${value.type}_${"url" in media ? "url" : "base64"}`;
  return { type, [type]: "url" in media ? media.url : dataUrl(media.base64, media.mediaType) };
}

/** https://jina.ai/embeddings */
function objectOf(value: EmbeddingValue, call: EmbeddingCall): unknown {
  if (typeof value === "string") return { text: value };
  if (value.type !== "image" && value.type !== "pdf") throw refusedMedium(call, value);
  const media = mediumOf(value);
  return { [value.type]: "url" in media ? media.url : media.base64 };
}
