/** MiniMax' pictures and films seen from the server. */
import { taskServer } from "../no-chat-server.js";
import { asList, asName, asObject, present } from "../served-input.js";
import type { Route, ServedJob, ServedTasks } from "../server.js";

const fine = { base_resp: { status_code: 0, status_msg: "success" } };

const tasks: ServedTasks = {
  decode(value, { kind }) {
    const wire = asObject(value, "body");
    const subjects = present(wire.subject_reference) ? asList(wire.subject_reference, "subject_reference") : [];
    const faces = subjects.map((subject, i) =>
      asName(asObject(subject, `subject_reference[${i}]`).image_file, "image_file"),
    );
    const frames = present(wire.first_frame_image) ? [asName(wire.first_frame_image, "first_frame_image")] : [];
    const paths = {
      aspectRatio: "aspect_ratio",
      responseFormat: "response_format",
      promptOptimizer: "prompt_optimizer",
    };
    const request = { prompt: asName(wire.prompt, "prompt"), images: [...faces, ...frames] };
    return { kind, modelId: asName(wire.model, "model"), request, wire, paths };
  },
  encode: (_served, result, { id }) => ({
    json: {
      id,
      data: { image_urls: "images" in result ? result.images.map(({ image }) => String(image)) : [] },
      ...fine,
    },
  }),
  jobs: {
    kinds: ["video"],
    encodeTicket: (_served, { id }) => ({ task_id: id, ...fine }),
    encodeStatus: ({ id, state }: ServedJob) => ({
      task_id: id,
      status: { queued: "Queueing", running: "Processing", done: "Success", cancelled: "Fail" }[state],
      ...(state === "done" ? { file_id: id } : {}),
      ...fine,
    }),
    encodeResult: ({ id, result }: ServedJob) => ({
      file: {
        file_id: id,
        download_url: result !== undefined && "videos" in result ? String(result.videos[0]?.video) : "",
      },
      ...fine,
    }),
  },
};

export const minimaxMediaServer = taskServer({
  id: "minimax-media",
  tasks,
  route,
  failure: (message) => ({ base_resp: { status_code: 2013, status_msg: message } }),
});

function route(method: string, path: string): Route | undefined {
  if (method === "POST" && path === "/image_generation") return { operation: "image" };
  if (method === "POST" && path === "/video_generation") return { operation: "video" };
  // The query names the job.
  if (method === "GET" && path === "/query/video_generation") return { operation: "job", jobId: "" };
  return method === "GET" && path === "/files/retrieve" ? { operation: "job-result", jobId: "" } : undefined;
}
