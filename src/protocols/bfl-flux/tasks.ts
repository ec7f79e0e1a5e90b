/** Pictures of Black Forest Labs: each job is asked for at an address of its own region. */

import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { textOf } from "../lenient.js";
import type { JobCodec, Tasks } from "../task.js";
import {
  dimensionsOf,
  jobFailure,
  jobIdOf,
  jsonRequest,
  mediaResult,
  membersOf,
  numberOf,
  pictureUrl,
  wireId,
} from "../task-wire.js";
import { dialectOf } from "./wire.js";

const paths = { aspectRatio: "aspect_ratio", outputFormat: "output_format" };

/** What a job that made nothing says; the others are still on their way. */
const failures = new Map([
  ["Error", false],
  ["Failed", false],
  ["Task not found", false],
  ["Request Moderated", true],
  ["Content Moderated", true],
]);

const image: JobCodec<"image"> = {
  encode(call) {
    const { prompt, images } = call.request;
    const { imageField = "input_image" } = dialectOf(call);
    const [first] = images;
    const { size, ...params } = call.params;
    const body = { prompt, ...dimensionsOf(size), ...(first === undefined ? {} : { [imageField]: pictureUrl(first) }) };
    return jsonRequest({ ...call, params }, { path: `/${encodeURIComponent(wireId(call))}`, body, paths });
  },
  decodeTicket(answer, call) {
    const body = membersOf(answer.json());
    const url = textOf(body.polling_url);
    return { id: jobIdOf(body.id, call), ...(url === undefined ? {} : { url }) };
  },
  encodePoll({ id, url }, call) {
    const path = `/get_result?id=${encodeURIComponent(id)}`;
    return { method: "GET", path, headers: {}, body: undefined, url, domain: dialectOf(call).pollDomain };
  },
  decodeStatus(answer, call) {
    const body = membersOf(answer.json());
    const status = textOf(body.status) ?? "";
    const filtered = failures.get(status);
    if (filtered !== undefined) throw jobFailure(call, textOf(body.error) ?? status, filtered);
    if (status !== "Ready") return { state: "running", progress: numberOf(body.progress) };
    const url = textOf(membersOf(body.result).sample);
    if (url === undefined) throw unreadable(call, "the answer holds no picture");
    return { state: "done", answer: { result: mediaResult("image", [url]), usage: noUsage } };
  },
};

export const tasks: Tasks = { image };
