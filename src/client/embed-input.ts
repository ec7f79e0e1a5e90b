/** The values of an embedding request: texts and media, held to what the model reads, and cut into requests. */
import { assumeOf } from "../catalog/capabilities.js";
import { embeddableMedia, embeddedMedia, embedsApart } from "../catalog/embedded-media.js";
import { refusesInput, refusesMediaType, refusesUrl, violates } from "../catalog/sentences.js";
import { sourceOf } from "../chat/media-source.js";
import type { EmbeddingValue, MediaPart } from "../chat/message.js";
import { CapabilityError } from "../errors.js";
import { isUnverified } from "../model/unverified.js";
import { mediaOf } from "../protocols/media.js";
import type { EmbedOptions } from "./options.js";
import type { Target } from "./target.js";

type About = Pick<Target, "provider" | "modelId" | "model" | "generation">;

/** The values, one vector each. Throws `CapabilityError` for what the model does not read. */
export function embeddingValues(about: About, input: EmbedOptions["input"]): readonly EmbeddingValue[] {
  const given: readonly unknown[] = Array.isArray(input) ? input : [input];
  if (given.length === 0) throw invalid(about, "input must hold at least one value", "input");
  return given.map((value, i) => {
    const path = `input[${i}]`;
    const plain: unknown = isUnverified(value) ? value.value : value;
    if (typeof plain !== "string" && !isMedium(plain))
      throw invalid(about, `${path} must be a text or a medium such as image(url)`, path);
    if (plain === value) check(about, plain, path);
    return plain;
  });
}

function isMedium(value: unknown): value is MediaPart {
  const type = (value as { readonly type?: unknown } | null | undefined)?.type;
  const source = embeddableMedia.some((medium) => medium === type) ? sourceOf(value as MediaPart) : undefined;
  return (typeof source === "string" && source !== "") || source instanceof URL || source instanceof Uint8Array;
}

function check(about: About, value: EmbeddingValue, path: string): void {
  const { provider, modelId, model } = about;
  if (typeof value === "string") {
    const most = model.limits.inputChars;
    if (most !== undefined && value.length > most)
      throw refusal(about, violates(modelId, "input", `must have at most ${most} characters`), path);
    return;
  }
  const { type } = value;
  if (!embeddedMedia(provider, model, assumeOf(provider, model)).includes(type))
    throw refusal(about, refusesInput(modelId, type), path);
  const { mime, maxBytes, sources } = model.media?.[type] ?? {};
  const media = mediaOf(sourceOf(value), "mediaType" in value ? value.mediaType : undefined);
  if ("url" in media) {
    if (sources?.includes("url") === false) throw refusal(about, refusesUrl(modelId, type), path);
    return;
  }
  // A type that cannot be recognised is the provider's to judge.
  if (mime?.includes(media.mediaType) === false && media.mediaType.startsWith(`${type}/`))
    throw refusal(about, refusesMediaType(modelId, type, media.mediaType), path);
  if (maxBytes !== undefined && (media.base64.length * 3) / 4 > maxBytes)
    throw refusal(about, violates(modelId, path, `must have at most ${maxBytes} bytes`), path);
}

/** The values in the order given, in pieces that one request may hold. */
export function inBatches(values: readonly EmbeddingValue[], { provider, model }: About): EmbeddingValue[][] {
  const { limits, media } = model;
  const apart = embedsApart(provider, model);
  const batches: EmbeddingValue[][] = [];
  let counts = new Map<string, number>();
  for (const value of values) {
    const kind = typeof value === "string" ? "text" : value.type;
    const count = (counts.get(kind) ?? 0) + 1;
    const last = batches.at(-1);
    const { maxCount = count } = media?.[kind] ?? {};
    const fits = count <= maxCount && (!apart || counts.has(kind));
    if (last !== undefined && last.length < (limits.batchItems ?? values.length) && fits) {
      last.push(value);
      counts.set(kind, count);
    } else {
      batches.push([value]);
      counts = new Map([[kind, 1]]);
    }
  }
  return batches;
}

function refusal({ provider, modelId, generation }: About, message: string, path: string): CapabilityError {
  return new CapabilityError("unsupported", message, { provider: provider.id, model: modelId, generation, path });
}

function invalid({ provider, modelId, generation }: About, message: string, path: string): CapabilityError {
  return new CapabilityError("invalid-request", message, { provider: provider.id, model: modelId, generation, path });
}
