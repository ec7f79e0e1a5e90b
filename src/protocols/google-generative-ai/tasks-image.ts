/** Pictures: as content of `generateContent`, or from Imagen's `predict`. https://ai.google.dev/gemini-api/docs/image-generation */
import { noUsage } from "../../chat/usage.js";
import type { WireRequest } from "../protocol.js";
import type { GeneratedImage, TaskAnswer, TaskCall, TaskCodec, WireAnswer } from "../task.js";
import { jsonRequest } from "../task-wire.js";
import { resourcePath } from "./request-model.js";
import { answerOf, filtered, mediaIn, partOf, usageIn, withoutMedia } from "./tasks-answer.js";
import { objectsOf, wordOf } from "./wire-read.js";

export const image: TaskCodec<"image"> = {
  encode: (call) => (predicts(call) ? encodePredict(call) : encodeContent(call)),
  decode: (answer, call) => (predicts(call) ? decodePredict(answer, call) : decodeContent(answer, call)),
};

function predicts({ provider, model }: TaskCall<"image">): boolean {
  return (
    { ...provider.dialect?.["google-generative-ai"], ...model.dialect?.["google-generative-ai"] }.images === "predict"
  );
}

const contentPaths = {
  aspectRatio: "generationConfig.imageConfig.aspectRatio",
  resolution: "generationConfig.imageConfig.imageSize",
  n: "generationConfig.candidateCount",
  seed: "generationConfig.seed",
};

function encodeContent(call: TaskCall<"image">): WireRequest {
  const { prompt, images } = call.request;
  const parts = [{ text: prompt }, ...images.map(partOf)];
  // A model that also writes is asked for pictures only where it can do without text.
  const generationConfig = { responseModalities: call.model.output.includes("text") ? ["TEXT", "IMAGE"] : ["IMAGE"] };
  const request = jsonRequest(call, {
    path: `${resourcePath(call)}:generateContent`,
    body: { contents: [{ role: "user", parts }] },
    paths: contentPaths,
  });
  const body = request.body as { readonly generationConfig?: object };
  return { ...request, body: { ...body, generationConfig: { ...generationConfig, ...body.generationConfig } } };
}

function decodeContent(answer: WireAnswer, call: TaskCall<"image">): TaskAnswer<"image"> {
  const body = answerOf(answer, call);
  const images = mediaIn(body).map(({ data, mediaType }): GeneratedImage => pictureOf(data, mediaType));
  if (images.length === 0) throw withoutMedia(body, call);
  return { result: { images }, usage: usageIn(body) };
}

const predictPaths = {
  n: "parameters.sampleCount",
  seed: "parameters.seed",
  aspectRatio: "parameters.aspectRatio",
  resolution: "parameters.sampleImageSize",
  outputFormat: "parameters.outputOptions.mimeType",
  personGeneration: "parameters.personGeneration",
};

function encodePredict(call: TaskCall<"image">): WireRequest {
  const body = { instances: [{ prompt: call.request.prompt }], parameters: {} };
  const request = jsonRequest(call, { path: `${resourcePath(call)}:predict`, body, paths: predictPaths });
  return request;
}

/** Pictures that the filter took out are named beside the others; only when all are gone the call failed. */
function decodePredict(answer: WireAnswer, call: TaskCall<"image">): TaskAnswer<"image"> {
  const body = answerOf(answer, call);
  const predictions = objectsOf(body.predictions);
  const images = predictions.flatMap((prediction): GeneratedImage[] => {
    const source = wordOf(prediction.bytesBase64Encoded) ?? wordOf(prediction.gcsUri);
    return source === undefined ? [] : [pictureOf(source, wordOf(prediction.mimeType))];
  });
  const reason = predictions.flatMap(({ raiFilteredReason }) => wordOf(raiFilteredReason) ?? []);
  if (images.length === 0) throw filtered(call, reason[0] ?? "no reason given");
  return { result: { images }, usage: noUsage };
}

function pictureOf(image: string, mediaType: string | undefined): GeneratedImage {
  return { type: "image", image, ...(mediaType === undefined ? {} : { mediaType }) };
}
