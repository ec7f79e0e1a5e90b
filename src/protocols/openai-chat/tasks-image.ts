/** Pictures: drawn from words, or from other pictures. https://platform.openai.com/docs/api-reference/images */

import type { MediaSource } from "../../chat/message.js";
import type { PartialImage } from "../../chat/results.js";
import { addUsage, type Usage, usageOf } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import { dataUrl, mediaOf } from "../media.js";
import type { FormField, WireRequest } from "../protocol.js";
import type { GeneratedImage, TaskAnswer, TaskCall, TaskCodec, TaskStreamDecoder } from "../task.js";
import { bytesOf, filenameOf, formRequest, jsonRequest, numberOf, wireId } from "../task-wire.js";
import { errorInAnswer, failureIn } from "./error.js";
import { answerOf, usageIn } from "./tasks-answer.js";
import { dialectOf, type Members, membersOf } from "./wire.js";

const paths = {
  aspectRatio: "aspect_ratio",
  outputFormat: "output_format",
  outputCompression: "output_compression",
  partialImages: "partial_images",
  inputFidelity: "input_fidelity",
  responseFormat: "response_format",
};

export const image: TaskCodec<"image"> = {
  encode: (call) => encode(call),
  decode(answer, call) {
    const body = answerOf(answer, call);
    const mediaType = formatOf(body.output_format ?? call.params.outputFormat);
    const images = listOf(body.data).flatMap((item) => imageOf(membersOf(item) ?? {}, mediaType));
    if (images.length === 0) throw unreadable(call, "the answer holds no picture");
    return { result: { images }, usage: imageUsage(usageIn(body, call)) };
  },
  stream: { encode: (call) => encode(call, { stream: true }), createDecoder: (call) => new ImageDecoder(call) },
};

/** `…partial_image` and `…completed`, of generations and edits alike. */
class ImageDecoder implements TaskStreamDecoder<"image"> {
  private readonly call: TaskCall<"image">;
  private readonly images: GeneratedImage[] = [];
  private readonly usages: Usage[] = [];

  constructor(call: TaskCall<"image">) {
    this.call = call;
  }

  push({ data }: Frame): PartialImage | undefined {
    const event = eventOf(data, this.call);
    const type = textOf(event?.type) ?? "";
    const [drawn] = imageOf(event ?? {}, formatOf(event?.output_format ?? this.call.params.outputFormat));
    if (drawn !== undefined && type.endsWith(".partial_image"))
      return { index: numberOf(event?.partial_image_index) ?? 0, image: drawn };
    if (drawn === undefined || !type.endsWith(".completed")) return undefined;
    this.images.push(drawn);
    this.usages.push(imageUsage(usageIn(event ?? {}, this.call)));
    return undefined;
  }

  end(): TaskAnswer<"image"> {
    const { provider, modelId } = this.call;
    if (this.images.length === 0)
      throw new TransportError("stream-truncated", `${provider.id}/${modelId}: the stream ended before the picture`);
    return { result: { images: this.images }, usage: addUsage(this.usages) };
  }
}

/** Throws what the event says went wrong. */
function eventOf(data: string, call: TaskCall<"image">): Members | undefined {
  if (data === "[DONE]") return undefined;
  let event: Members | undefined;
  try {
    event = membersOf(JSON.parse(data));
  } catch {
    throw unreadable(call, "an event is no JSON");
  }
  const failure = failureIn(event ?? {});
  if (failure !== undefined) throw errorInAnswer(failure, call);
  return event;
}

function encode(call: TaskCall<"image">, streaming: { readonly stream?: true } = {}): WireRequest {
  const { prompt, images, mask } = call.request;
  const body = { model: wireId(call), prompt, ...streaming };
  const path = call.model.transport?.path ?? "/images/generations";
  if (images.length === 0) return jsonRequest(call, { path, body, paths });
  const edits = { path: path.replace("generations", "edits"), paths };
  switch (dialectOf(call).imageEdits) {
    case "images":
      return jsonRequest(call, {
        ...edits,
        body: {
          ...body,
          images: images.map((one) => ({ image_url: urlOf(one) })),
          ...(mask === undefined ? {} : { mask: { image_url: urlOf(mask) } }),
        },
      });
    case "image": {
      const urls = images.map((one) => ({ type: "image_url", url: urlOf(one) }));
      return jsonRequest(call, {
        ...edits,
        body: { ...body, ...(urls.length === 1 ? { image: urls[0] } : { images: urls }) },
      });
    }
    default:
      return formRequest(call, {
        ...edits,
        body,
        files: [...images.map((one, i) => fileOf(one, i, call)), ...(mask === undefined ? [] : [maskOf(mask, call)])],
      });
  }
}

function urlOf(source: MediaSource): string {
  const media = mediaOf(source, undefined);
  return "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
}

function fileOf(source: MediaSource, index: number, call: TaskCall<"image">): FormField {
  const { bytes, mediaType } = bytesOf(source, { call, modality: "image" });
  const name = call.request.images.length === 1 ? "image" : "image[]";
  return { name, bytes, mediaType, filename: filenameOf(`image-${index + 1}`, mediaType) };
}

function maskOf(mask: MediaSource, call: TaskCall<"image">): FormField {
  const { bytes, mediaType } = bytesOf(mask, { call, modality: "image" });
  return { name: "mask", bytes, mediaType, filename: filenameOf("mask", mediaType) };
}

function imageOf(item: Members, mediaType: string | undefined): GeneratedImage[] {
  const source = textOf(item.b64_json) ?? textOf(item.url);
  if (source === undefined) return [];
  const type = textOf(item.mime_type) ?? mediaType;
  const revisedPrompt = textOf(item.revised_prompt);
  return [
    {
      type: "image",
      image: source,
      ...(type === undefined ? {} : { mediaType: type }),
      ...(revisedPrompt === undefined ? {} : { revisedPrompt }),
    },
  ];
}

function formatOf(format: unknown): string | undefined {
  return typeof format === "string" ? `image/${format}` : undefined;
}

/** An answer without details is all picture. */
function imageUsage(usage: Usage): Usage {
  const { output, imageOutput } = usage.buckets;
  if (output === undefined || imageOutput !== undefined) return usage;
  const { output: _all, ...buckets } = usage.buckets;
  return usageOf({ ...buckets, imageOutput: output }, usage);
}
