/** Pictures of DashScope: by jobs, or at once where the model knows no jobs. */

import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import type { WireRequest } from "../protocol.js";
import type { JobCall, JobCodec, TaskAnswer, Tasks } from "../task.js";
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

const paths = {
  n: "parameters.n",
  seed: "parameters.seed",
  size: "parameters.size",
  negativePrompt: "parameters.negative_prompt",
  promptExtend: "parameters.prompt_extend",
  watermark: "parameters.watermark",
};

const image: JobCodec<"image"> = {
  encode(call) {
    const { prompt, images } = call.request;
    const content = [...images.map((picture) => ({ image: pictureUrl(picture) })), { text: prompt }];
    const body = { model: wireId(call), input: { messages: [{ role: "user", content }] } };
    const { size, ...params } = call.params;
    // Sides are joined by a star here.
    const starred = typeof size === "string" ? { ...params, size: size.replace("x", "*") } : params;
    const atOnce = isAtOnce(call);
    const path = atOnce
      ? "/services/aigc/multimodal-generation/generation"
      : "/services/aigc/image-generation/generation";
    const request = jsonRequest(
      { ...call, params: starred },
      { path: call.model.transport?.path ?? path, body, paths },
    );
    return atOnce ? request : { ...request, headers: { ...request.headers, "x-dashscope-async": "enable" } };
  },
  decodeTicket(answer, call) {
    const body = membersOf(answer.json());
    const output = membersOf(body.output);
    if (!isAtOnce(call)) return { id: jobIdOf(output.task_id, call) };
    return { id: textOf(body.request_id) ?? "at-once", answer: resultOf(body, call) };
  },
  encodePoll: ({ id }) => request("GET", `/tasks/${id}`),
  decodeStatus(answer, call) {
    const body = membersOf(answer.json());
    const output = membersOf(body.output);
    switch (output.task_status) {
      case "SUCCEEDED":
        return { state: "done", answer: resultOf(body, call) };
      case "FAILED":
      case "CANCELED":
      case "UNKNOWN":
        throw jobFailure(
          call,
          textOf(output.message) ?? `the job ended as ${output.task_status}`,
          output.code === "DataInspectionFailed",
        );
      default:
        return { state: output.task_status === "RUNNING" ? "running" : "queued" };
    }
  },
  encodeCancel: ({ id }) => request("POST", `/tasks/${id}/cancel`),
};

function isAtOnce({ provider, model }: JobCall<"image">): boolean {
  return { ...provider.dialect?.dashscope, ...model.dialect?.dashscope }.atOnce === true;
}

function request(method: "GET" | "POST", path: string): WireRequest {
  return { method, path, headers: {}, body: undefined };
}

/** Older models list results, newer ones answer as a chat does. */
function resultOf(body: Members, call: JobCall<"image">): TaskAnswer<"image"> {
  const output = membersOf(body.output);
  const listed = listOf(output.results).flatMap((item) => textOf(membersOf(item).url) ?? []);
  const said = listOf(output.choices).flatMap((choice) =>
    listOf(membersOf(membersOf(choice).message).content).flatMap((part) => textOf(membersOf(part).image) ?? []),
  );
  const urls = [...listed, ...said];
  if (urls.length === 0) throw unreadable(call, "the answer holds no picture");
  return { result: mediaResult("image", urls), usage: noUsage };
}

export const tasks: Tasks = { image };
