/** Pictures and films of Replicate: predictions. */

import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import type { WireRequest } from "../protocol.js";
import type { JobCodec, JobStatus, TaskCall, Tasks } from "../task.js";
import { jobFailure, jobIdOf, jsonRequest, mediaResult, membersOf, pictureUrl, wireId } from "../task-wire.js";

const paths = {
  n: "num_outputs",
  aspectRatio: "aspect_ratio",
  outputFormat: "output_format",
  negativePrompt: "negative_prompt",
};

type Kind = "image" | "video";

function predictions<K extends Kind>(kind: K): JobCodec<K> {
  return {
    encode(call) {
      const { prompt, images } = call.request as TaskCall<Kind>["request"];
      const { provider, model } = call;
      const { imageField = "image" } = {
        ...provider.dialect?.["replicate-predictions"],
        ...model.dialect?.["replicate-predictions"],
      };
      const [first] = images;
      const input = { prompt, ...(first === undefined ? {} : { [imageField]: pictureUrl(first) }) };
      // `owner/name` has a path of its own; a version goes into the body.
      const [name = "", version] = wireId(call).split(":");
      const path =
        version === undefined
          ? `/models/${name.split("/").map(encodeURIComponent).join("/")}/predictions`
          : "/predictions";
      return jsonRequest(call, {
        path,
        body: { ...(version === undefined ? {} : { version }), input },
        paths,
        under: "input",
      });
    },
    decodeTicket: (answer, call) => ({ id: jobIdOf(membersOf(answer.json()).id, call) }),
    encodePoll: ({ id }) => request("GET", `/predictions/${id}`),
    decodeStatus(answer, call): JobStatus<K> {
      const { status, output, error } = membersOf(answer.json());
      if (status === "failed" || status === "canceled" || status === "aborted")
        throw jobFailure(call, textOf(error) ?? `the job ended as ${status}`);
      if (status !== "succeeded") return { state: status === "processing" ? "running" : "queued" };
      const urls = (Array.isArray(output) ? listOf(output) : [output]).flatMap((item) => textOf(item) ?? []);
      if (urls.length === 0) throw unreadable(call, `the answer holds no ${kind}`);
      return { state: "done", answer: { result: mediaResult(kind, urls), usage: noUsage } };
    },
    encodeCancel: ({ id }) => request("POST", `/predictions/${id}/cancel`),
  };
}

function request(method: "GET" | "POST", path: string): WireRequest {
  return { method, path, headers: {}, body: undefined };
}

export const tasks: Tasks = { image: predictions("image"), video: predictions("video") };
