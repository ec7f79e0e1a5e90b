/** fal's queue seen from the server. */
import { taskServer } from "../no-chat-server.js";
import { asName, asObject, present } from "../served-input.js";
import type { Route, ServedJob, ServedTasks } from "../server.js";

const tasks: ServedTasks = {
  decode(value, { kind, route }) {
    const wire = asObject(value, "body");
    const images = [wire.image_url, wire.image_urls].flat().filter(present) as string[];
    const request = { prompt: asName(wire.prompt, "prompt"), images };
    const paths = { n: "num_images", size: "image_size", aspectRatio: "aspect_ratio", outputFormat: "output_format" };
    return { kind, modelId: route.modelId ?? "", request, wire, paths };
  },
  encode: () => ({ json: {} }),
  jobs: {
    kinds: ["image", "video"],
    encodeTicket: (_served, { id }) => ({ request_id: id, status: "IN_QUEUE", queue_position: 0 }),
    encodeStatus: ({ state }) => ({
      status: { queued: "IN_QUEUE", running: "IN_PROGRESS", done: "COMPLETED", cancelled: "CANCELED" }[state],
    }),
    encodeResult: ({ result }: ServedJob) =>
      result !== undefined && "videos" in result
        ? { video: { url: String(result.videos[0]?.video), content_type: "video/mp4" } }
        : {
            images:
              result !== undefined && "images" in result
                ? result.images.map(({ image }) => ({ url: String(image) }))
                : [],
          },
  },
};

export const falQueueServer = taskServer({
  id: "fal-queue",
  tasks,
  route,
  failure: (message) => ({ detail: message }),
});

function route(method: string, path: string): Route | undefined {
  const [, jobId, action] = /^\/[\w.-]+\/[\w.-]+\/requests\/([\w.-]+)(?:\/(status|cancel))?$/.exec(path) ?? [];
  if (jobId !== undefined) {
    if (action === "cancel") return method === "PUT" ? { operation: "cancel-job", jobId } : undefined;
    if (method !== "GET") return undefined;
    return { operation: action === "status" ? "job" : "job-result", jobId };
  }
  // The whole path is the model's name.
  return method === "POST" ? { operation: "image", modelId: decodeURIComponent(path.slice(1)) } : undefined;
}
