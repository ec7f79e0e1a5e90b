/** Films of Veo: long-running operations. https://ai.google.dev/gemini-api/docs/video */
import { refusesUrl } from "../../catalog/sentences.js";
import type { VideoPart } from "../../chat/message.js";
import { noUsage } from "../../chat/usage.js";
import { CapabilityError } from "../../errors.js";
import { unreadable } from "../failure.js";
import { mediaOf } from "../media.js";
import type { JobCodec } from "../task.js";
import { jsonRequest } from "../task-wire.js";
import { resourcePath } from "./request-model.js";
import { answerOf, filtered } from "./tasks-answer.js";
import type { Members } from "./wire.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

const paths = {
  duration: "parameters.durationSeconds",
  aspectRatio: "parameters.aspectRatio",
  resolution: "parameters.resolution",
  seed: "parameters.seed",
  generateAudio: "parameters.generateAudio",
  negativePrompt: "parameters.negativePrompt",
  personGeneration: "parameters.personGeneration",
};

/** `models/{model}/operations/{operation}`, nothing else: it becomes a path. */
const operationName = /^(?:[\w.-]+\/)*operations\/[\w.-]+$/;

export const video: JobCodec<"video"> = {
  encode(call) {
    const { prompt, images } = call.request;
    const [first] = images;
    const media = first === undefined ? undefined : mediaOf(first, undefined);
    if (media !== undefined && "url" in media && !media.url.startsWith("gs:"))
      throw new CapabilityError("unsupported", refusesUrl(call.modelId, "image"), {
        model: call.modelId,
        path: "image",
      });
    const image =
      media === undefined
        ? undefined
        : "url" in media
          ? { gcsUri: media.url }
          : { bytesBase64Encoded: media.base64, mimeType: media.mediaType };
    const instance = { prompt, ...(image === undefined ? {} : { image }) };
    return jsonRequest(call, {
      path: `${resourcePath(call)}:predictLongRunning`,
      body: { instances: [instance] },
      paths,
    });
  },
  decodeTicket(answer, call) {
    const id = wordOf(answerOf(answer, call).name);
    if (id === undefined || !operationName.test(id)) throw unreadable(call, "the answer names no operation");
    return { id };
  },
  encodePoll({ id }) {
    return { method: "GET", path: `/${id}`, headers: {}, body: undefined };
  },
  decodeStatus(answer, call) {
    const body = answerOf(answer, call);
    if (body.done !== true) {
      const percent = objectOf(body.metadata)?.progressPercent;
      return { state: "running", progress: typeof percent === "number" ? percent / 100 : undefined };
    }
    const response = objectOf(objectOf(body.response)?.generateVideoResponse) ?? objectOf(body.response) ?? {};
    const videos = filmsIn(response);
    if (videos.length > 0) return { state: "done", answer: { result: { videos }, usage: noUsage } };
    const [reason] = Array.isArray(response.raiMediaFilteredReasons) ? response.raiMediaFilteredReasons : [];
    throw filtered(call, wordOf(reason) ?? "no reason given");
  },
};

/** The Gemini API names files, Vertex holds bytes or names objects of Cloud Storage. */
function filmsIn(response: Members): VideoPart[] {
  const samples = [...objectsOf(response.generatedSamples), ...objectsOf(response.videos)];
  return samples.flatMap((sample): VideoPart[] => {
    const film = objectOf(sample.video) ?? sample;
    const source = wordOf(film.uri) ?? wordOf(film.gcsUri) ?? wordOf(film.bytesBase64Encoded);
    const mediaType = wordOf(film.mimeType) ?? "video/mp4";
    return source === undefined ? [] : [{ type: "video", video: source, mediaType }];
  });
}
