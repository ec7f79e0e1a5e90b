/** Pictures and films of MiniMax. Failures come with status 200. */

import { noUsage } from "../../chat/usage.js";
import { failureInAnswer, unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import type { WireRequest } from "../protocol.js";
import type { JobCall, JobCodec, TaskCodec, Tasks, WireAnswer } from "../task.js";
import {
  jobFailure,
  jobIdOf,
  jsonRequest,
  type Members,
  mediaResult,
  membersOf,
  pictureUrl,
  wireId,
} from "../task-wire.js";
import { decodeFailure } from "./error.js";

/** What the codes mean. https://platform.minimax.io/docs/api-reference/errorcode */
const words = {
  "1002": "rate-limited",
  "1004": "authentication",
  "1008": "quota-exceeded",
  "1026": "content-filter",
  "1027": "content-filter",
  "2013": "provider-rejected",
} as const;

function answerOf(answer: WireAnswer, call: Pick<JobCall<"image">, "provider" | "modelId">): Members {
  const body = membersOf(answer.json());
  const { status_code } = membersOf(body.base_resp);
  if (typeof status_code !== "number" || status_code === 0) return body;
  throw failureInAnswer(decodeFailure(body, answer.header), { call, words });
}

const image: TaskCodec<"image"> = {
  encode(call) {
    const { prompt, images } = call.request;
    const subjects = images.map((picture) => ({ type: "character", image_file: pictureUrl(picture) }));
    const body = { model: wireId(call), prompt, ...(subjects.length === 0 ? {} : { subject_reference: subjects }) };
    const paths = {
      aspectRatio: "aspect_ratio",
      responseFormat: "response_format",
      promptOptimizer: "prompt_optimizer",
    };
    return jsonRequest(call, { path: "/image_generation", body, paths });
  },
  decode(answer, call) {
    const data = membersOf(answerOf(answer, call).data);
    const sources = [...listOf(data.image_urls), ...listOf(data.image_base64)].flatMap((item) => textOf(item) ?? []);
    if (sources.length === 0) throw unreadable(call, "the answer holds no picture");
    return { result: mediaResult("image", sources), usage: noUsage };
  },
};

const video: JobCodec<"video"> = {
  encode(call) {
    const { prompt, images } = call.request;
    const [first] = images;
    const body = {
      model: wireId(call),
      prompt,
      ...(first === undefined ? {} : { first_frame_image: pictureUrl(first) }),
    };
    return jsonRequest(call, { path: "/video_generation", body, paths: { promptOptimizer: "prompt_optimizer" } });
  },
  decodeTicket: (answer, call) => ({ id: jobIdOf(answerOf(answer, call).task_id, call) }),
  encodePoll: ({ id }) => get(`/query/video_generation?task_id=${encodeURIComponent(id)}`),
  decodeStatus(answer, call) {
    const body = answerOf(answer, call);
    if (body.status === "Fail") throw jobFailure(call, "the job ended as Fail");
    if (body.status !== "Success") return { state: body.status === "Processing" ? "running" : "queued" };
    const file = jobIdOf(body.file_id, call);
    return { state: "done", fetch: get(`/files/retrieve?file_id=${encodeURIComponent(file)}`) };
  },
  decodeResult(answer, call) {
    const url = textOf(membersOf(answerOf(answer, call).file).download_url);
    if (url === undefined) throw unreadable(call, "the answer holds no film");
    return { result: mediaResult("video", [url]), usage: noUsage };
  },
};

function get(path: string): WireRequest {
  return { method: "GET", path, headers: {}, body: undefined };
}

export const tasks: Tasks = { image, video };
