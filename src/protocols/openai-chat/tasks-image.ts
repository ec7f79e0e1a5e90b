/** Pictures: drawn from words, or from other pictures. https://platform.openai.com/docs/api-reference/images */

import type { MediaSource } from "../../chat/message.js";
import { type Usage, usageOf } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import { dataUrl, mediaOf } from "../media.js";
import type { FormField, WireRequest } from "../protocol.js";
import type { GeneratedImage, TaskCall, TaskCodec } from "../task.js";
import { bytesOf, filenameOf, formRequest, jsonRequest, wireId } from "../task-wire.js";
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
  encode,
  decode(answer, call) {
    const body = answerOf(answer, call);
    const mediaType = formatOf(body.output_format ?? call.params.outputFormat);
    const images = listOf(body.data).flatMap((item) => imageOf(membersOf(item) ?? {}, mediaType));
    if (images.length === 0) throw unreadable(call, "the answer holds no picture");
    return { result: { images }, usage: imageUsage(usageIn(body, call)) };
  },
};

function encode(call: TaskCall<"image">): WireRequest {
  const { prompt, images } = call.request;
  const body = { model: wireId(call), prompt };
  const path = call.model.transport?.path ?? "/images/generations";
  if (images.length === 0) return jsonRequest(call, { path, body, paths });
  const edits = { path: path.replace("generations", "edits"), paths };
  switch (dialectOf(call).imageEdits) {
    case "images":
      return jsonRequest(call, {
        ...edits,
        body: { ...body, images: images.map((one) => ({ image_url: urlOf(one) })) },
      });
    case "image": {
      const urls = images.map((one) => ({ type: "image_url", url: urlOf(one) }));
      return jsonRequest(call, {
        ...edits,
        body: { ...body, ...(urls.length === 1 ? { image: urls[0] } : { images: urls }) },
      });
    }
    default:
      return formRequest(call, { ...edits, body, files: images.map((one, i) => fileOf(one, i, call)) });
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
