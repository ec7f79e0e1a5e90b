/** Converts facts about pictures, speech and films into `params`, `limits` and `media`. */
import { compact, compactOrNothing, type Json } from "./object.js";
import type { MediaRow, Row } from "./row.js";

export interface MediaFacts {
  readonly params: Json;
  readonly limits: Json;
  readonly media: Json;
}

/** What the kind-specific part of a row says. Empty for chat and embedding models. */
export function convertMedia(row: Row): MediaFacts {
  const image = row.image ?? {};
  const speech = row.speech ?? {};
  const video = row.video ?? {};
  return {
    params: compact({ ...imageParams(image), ...speechParams(speech), ...videoParams(video) }),
    limits: compact({ inputChars: image.maxPromptChars ?? speech.maxInputChars }),
    media: compact({ image: imageInput(image, video) }),
  };
}

function imageParams(image: MediaRow): Json {
  return compact({
    size: imageSize(image.size),
    aspectRatio: choice(image.aspectRatios),
    resolution: choice(image.resolutions),
    quality: choice(image.quality),
    n: range(image.n, "integer"),
    background: choice(image.background),
    outputFormat: choice(image.outputFormat),
    outputCompression: range(image.outputCompression, "integer"),
    partialImages: range(image.partialImages, "integer"),
    moderation: choice(image.moderation),
    inputFidelity: choice(image.inputFidelity),
    responseFormat: choice(image.responseFormat),
    style: choice(image.style),
  });
}

function imageSize(size: unknown): Json | undefined {
  if (typeof size !== "object" || size === null) return undefined;
  const { enum: listed, standard, auto, custom } = size as Json;
  const names = [
    ...((listed ?? standard ?? []) as string[]),
    ...(auto === true && listed === undefined ? ["auto"] : []),
  ];
  const { multipleOf, aspectRatio, max } = (custom ?? {}) as Json;
  const [maxWidth, maxHeight] = String(max ?? "").split("x");
  return compactOrNothing({
    enum: names.length === 0 ? undefined : names,
    size: compact({
      multipleOf,
      minAspect: Array.isArray(aspectRatio) ? aspectRatio[0] : undefined,
      maxAspect: Array.isArray(aspectRatio) ? aspectRatio[1] : undefined,
      maxWidth: maxWidth ? Number(maxWidth) : undefined,
      maxHeight: maxHeight ? Number(maxHeight) : undefined,
    }),
  });
}

function speechParams(speech: MediaRow): Json {
  const voice = choice(speech.voices);
  return compact({
    voice: voice && { ...voice, ...(speech.customVoice === true ? { open: true } : {}), required: true },
    format: choice(speech.formats),
    speed: range(speech.speed, "number"),
    instructions: typeof speech.instructions === "boolean" ? speech.instructions : undefined,
    streamFormat: choice(speech.streamFormats),
  });
}

function videoParams(video: MediaRow): Json {
  return compact({
    duration: choice(video.durations),
    size: choice(video.sizes),
    resolution: choice(video.resolutions),
    aspectRatio: choice(video.aspectRatios),
    generateAudio: typeof video.generateAudio === "boolean" ? video.generateAudio : undefined,
    seed: typeof video.seed === "boolean" ? video.seed : undefined,
  });
}

function imageInput(image: MediaRow, video: MediaRow): Json | undefined {
  const megabytes = image.inputImageMaxMB;
  return compactOrNothing({
    mime: image.inputMime,
    maxCount: image.maxInputImages ?? video.maxInputImages,
    maxBytes: typeof megabytes === "number" ? megabytes * 1024 * 1024 : undefined,
  });
}

function choice(values: unknown): Json | undefined {
  return Array.isArray(values) && values.length > 0 ? { enum: values } : undefined;
}

function range(bounds: unknown, type: "integer" | "number"): Json | undefined {
  return Array.isArray(bounds) && bounds.length === 2 ? { type, min: bounds[0], max: bounds[1] } : undefined;
}
