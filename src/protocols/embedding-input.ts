/** What rooms share to put the values of an embedding request on the wire. */
import { refusesInput } from "../catalog/sentences.js";
import { sourceOf } from "../chat/media-source.js";
import type { EmbeddingValue, MediaPart } from "../chat/message.js";
import { CapabilityError } from "../errors.js";
import { mediaOf } from "./media.js";
import type { EmbeddingCall } from "./protocol.js";

/** The values of a wire that has no place for anything but text. Throws `CapabilityError` for media. */
export function textsOf(call: EmbeddingCall): readonly string[] {
  return call.input.map((value) => {
    if (typeof value !== "string") throw refusedMedium(call, value);
    return value;
  });
}

export function allTexts(input: readonly EmbeddingValue[]): input is readonly string[] {
  return input.every((value) => typeof value === "string");
}

export function refusedMedium({ provider, modelId }: EmbeddingCall, { type }: MediaPart): CapabilityError {
  return new CapabilityError("unsupported", refusesInput(modelId, type), {
    provider: provider.id,
    model: modelId,
    path: "input",
  });
}

/** A medium as a URL that the provider fetches, or as base64 with its type. */
export function mediumOf(part: MediaPart): ReturnType<typeof mediaOf> {
  return mediaOf(sourceOf(part), part.type === "pdf" ? "application/pdf" : part.mediaType);
}

/** Texts and pictures in one request, where the wire takes them apart only: `inBatches` of the client keeps them apart. */
export function mixedValues({ provider, modelId }: EmbeddingCall): CapabilityError {
  return new CapabilityError("unsupported", `${modelId} does not embed texts and pictures in one request`, {
    provider: provider.id,
    model: modelId,
    path: "input",
  });
}
