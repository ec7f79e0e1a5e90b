/** Where the bytes of a part come from. */
import type { MediaPart, MediaSource } from "./message.js";

export function sourceOf(part: MediaPart): MediaSource {
  switch (part.type) {
    case "image":
      return part.image;
    case "audio":
      return part.audio;
    case "video":
      return part.video;
    case "pdf":
      return part.pdf;
  }
}
