/** Replicate's predictions seen from the server. */
import { taskServer } from "../no-chat-server.js";
import { asName, asObject, present } from "../served-input.js";
import type { Route, ServedJob, ServedTasks } from "../server.js";

const tasks: ServedTasks = {
  decode(value, { kind, route }) {
    const wire = asObject(value, "body");
    const input = asObject(wire.input, "input");
    const images = [input.image, input.input_image, input.image_prompt].filter(present) as string[];
    const request = { prompt: asName(input.prompt, "input.prompt"), images };
    const paths = {
      n: "input.num_outputs",
      seed: "input.seed",
      size: "input.size",
      aspectRatio: "input.aspect_ratio",
      outputFormat: "input.output_format",
    };
    return {
      kind,
      modelId: route.modelId ?? asName(wire.version, "version"),
      request,
      wire: { ...input, ...wire },
      paths,
    };
  },
  encode: () => ({ json: {} }),
  jobs: {
    kinds: ["image", "video"],
    encodeTicket: ({ modelId }, { id }) => ({ id, model: modelId, status: "starting", error: null }),
    encodeStatus: ({ id, modelId, state, result }: ServedJob) => ({
      id,
      model: modelId,
      status: { queued: "starting", running: "processing", done: "succeeded", cancelled: "canceled" }[state],
      error: null,
      ...(result === undefined ? {} : { output: urlsOf(result) }),
    }),
  },
};

function urlsOf(result: NonNullable<ServedJob["result"]>): readonly string[] {
  if ("images" in result) return result.images.map(({ image }) => String(image));
  return "videos" in result ? result.videos.map(({ video }) => String(video)) : [];
}

export const replicatePredictionsServer = taskServer({
  id: "replicate-predictions",
  tasks,
  route,
  failure: (message) => ({ title: "Request failed", detail: message }),
});

function route(method: string, path: string): Route | undefined {
  const [, modelId] = /^\/models\/([\w.-]+\/[\w.-]+)\/predictions$/.exec(path) ?? [];
  if (method === "POST" && (modelId !== undefined || path === "/predictions")) return { operation: "image", modelId };
  const [, jobId, cancel] = /^\/predictions\/([\w.-]+)(\/cancel)?$/.exec(path) ?? [];
  if (jobId === undefined) return undefined;
  if (cancel !== undefined) return method === "POST" ? { operation: "cancel-job", jobId } : undefined;
  return method === "GET" ? { operation: "job", jobId } : undefined;
}
