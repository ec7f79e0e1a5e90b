/** Films, made by jobs: submitted, asked for, fetched. https://platform.openai.com/docs/api-reference/videos */

import { ProviderError } from "../../errors.js";
import { unreadable } from "../failure.js";
import { textOf } from "../lenient.js";
import { dataUrl, mediaOf } from "../media.js";
import type { JobCall, JobCodec, JobStatus } from "../task.js";
import { bytesOf, filenameOf, formRequest, jsonRequest, numberOf, wireId } from "../task-wire.js";
import { answerOf, usageIn } from "./tasks-answer.js";
import { dialectOf, type Members, membersOf } from "./wire.js";

const paths = { aspectRatio: "aspect_ratio" };

export const video: JobCodec<"video"> = {
  encode(call) {
    const { prompt, images } = call.request;
    const body = { model: wireId(call), prompt };
    const [first] = images;
    if (dialectOf(call).videoJobs === "generations") {
      const image = first === undefined ? {} : { image: { url: urlOf(first) } };
      return jsonRequest(call, { path: "/videos/generations", body: { ...body, ...image }, paths });
    }
    if (first === undefined) return jsonRequest(call, { path: "/videos", body, paths: { duration: "seconds" } });
    const file = bytesOf(first, { call, modality: "image" });
    const filename = filenameOf("reference", file.mediaType);
    const files = [{ name: "input_reference", filename, ...file }];
    return formRequest(call, { path: "/videos", body, paths: { duration: "seconds" }, files });
  },
  decodeTicket(answer, call) {
    const body = answerOf(answer, call);
    const id = textOf(body.id) ?? textOf(body.request_id);
    if (id === undefined) throw unreadable(call, "the answer names no job");
    return { id };
  },
  encodePoll: ({ id }) => ({ method: "GET", path: `/videos/${encodeURIComponent(id)}`, headers: {}, body: undefined }),
  decodeStatus(answer, call, { id }) {
    const body = answerOf(answer, call);
    return statusOf(body, call, id);
  },
  encodeCancel: ({ id }) => ({
    method: "DELETE",
    path: `/videos/${encodeURIComponent(id)}`,
    headers: {},
    body: undefined,
  }),
};

function statusOf(body: Members, call: JobCall<"video">, id: string): JobStatus<"video"> {
  const { status } = body;
  const progress = numberOf(body.progress);
  switch (status) {
    case "completed":
    case "done": {
      const film = membersOf(body.video);
      // OpenAI's film is fetched with the key; xAI gives its address.
      const url = textOf(film?.url) ?? `${call.provider.baseURL}/videos/${encodeURIComponent(id)}/content`;
      const seconds = numberOf(film?.duration) ?? numberOf(Number(body.seconds ?? Number.NaN));
      return {
        state: "done",
        answer: {
          result: { videos: [{ type: "video", video: url, mediaType: "video/mp4" }] },
          usage: usageIn(body, call),
          meters: seconds === undefined ? undefined : { "second.output": seconds },
        },
      };
    }
    case "failed":
    case "expired":
    case "cancelled":
      throw failed(call, textOf(membersOf(body.error)?.message) ?? `the job ended as ${status}`);
    case "in_progress":
      return { state: "running", progress: progress === undefined ? undefined : progress / 100 };
    default:
      return { state: "queued", progress: progress === undefined ? undefined : progress / 100 };
  }
}

function failed({ provider, modelId }: JobCall<"video">, message: string): ProviderError {
  const text = `${provider.id}/${modelId}: ${message}`;
  return new ProviderError("provider-rejected", text, {
    provider: provider.id,
    model: modelId,
    providerMessage: message,
  });
}

function urlOf(source: Parameters<typeof mediaOf>[0]): string {
  const media = mediaOf(source, undefined);
  return "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
}
