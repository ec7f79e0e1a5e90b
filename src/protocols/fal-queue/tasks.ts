/** Pictures and films from fal's queue: submit, ask for the status, fetch the answer. */

import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import type { WireRequest } from "../protocol.js";
import type { JobCall, JobCodec, JobTicket, TaskAnswer, TaskCall, Tasks, WireAnswer } from "../task.js";
import {
  dimensionsOf,
  jobFailure,
  jobIdOf,
  jsonRequest,
  mediaResult,
  membersOf,
  pictureUrl,
  wireId,
} from "../task-wire.js";

const paths = {
  n: "num_images",
  size: "image_size",
  aspectRatio: "aspect_ratio",
  outputFormat: "output_format",
  negativePrompt: "negative_prompt",
  generateAudio: "generate_audio",
};

type Kind = "image" | "video";

function jobs<K extends Kind>(kind: K): JobCodec<K> {
  return {
    encode(call) {
      const { prompt, images } = call.request as TaskCall<Kind>["request"];
      const urls = images.map(pictureUrl);
      const started = urls.length === 0 ? {} : urls.length === 1 ? { image_url: urls[0] } : { image_urls: urls };
      const { size } = call.params;
      // A size that is no name is an object here.
      const params = { ...call.params, ...(size === undefined ? {} : { size: dimensionsOf(size) ?? size }) };
      return jsonRequest({ ...call, params }, { path: pathOf(wireId(call)), body: { prompt, ...started }, paths });
    },
    decodeTicket: (answer, call) => ({ id: jobIdOf(membersOf(answer.json()).request_id, call) }),
    encodePoll: (ticket, call) => get(`${jobPath(ticket, call)}/status`),
    decodeStatus(answer, call, ticket) {
      const body = membersOf(answer.json());
      switch (body.status) {
        case "COMPLETED":
          if (textOf(body.error) !== undefined) throw jobFailure(call, String(body.error));
          return { state: "done", fetch: get(jobPath(ticket, call)) };
        case "FAILED":
        case "CANCELED":
        case "CANCELLED":
          throw jobFailure(call, textOf(body.error) ?? `the job ended as ${body.status}`);
        default:
          return { state: body.status === "IN_PROGRESS" ? "running" : "queued" };
      }
    },
    decodeResult: (answer, call) => resultOf(kind, answer, call),
    encodeCancel: (ticket, call) => ({ ...get(`${jobPath(ticket, call)}/cancel`), method: "PUT" }),
  };
}

function get(path: string): WireRequest {
  return { method: "GET", path, headers: {}, body: undefined };
}

function pathOf(id: string): string {
  return `/${id.split("/").map(encodeURIComponent).join("/")}`;
}

/** Owner and name of the model; what stands behind them in its id belongs to the submission only. */
function jobPath({ id }: JobTicket, call: JobCall<Kind>): string {
  return `${pathOf(wireId(call).split("/").slice(0, 2).join("/"))}/requests/${id}`;
}

function resultOf<K extends Kind>(kind: K, answer: WireAnswer, call: JobCall<K>): TaskAnswer<K> {
  const body = membersOf(answer.json());
  const files = kind === "image" ? [...listOf(body.images), body.image] : [body.video, ...listOf(body.videos)];
  const urls = files.flatMap((file) => textOf(membersOf(file).url) ?? textOf(file) ?? []);
  if (urls.length === 0) throw unreadable(call, `the answer holds no ${kind}`);
  return { result: mediaResult(kind, urls), usage: noUsage };
}

export const tasks: Tasks = { image: jobs("image"), video: jobs("video") };
