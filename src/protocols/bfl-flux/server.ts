/** Black Forest Labs seen from the server. */
import { taskServer } from "../no-chat-server.js";
import { asName, asObject, present } from "../served-input.js";
import type { Route, ServedJob, ServedTasks } from "../server.js";

const tasks: ServedTasks = {
  decode(value, { kind, route }) {
    const wire = asObject(value, "body");
    const images = [wire.input_image, wire.image_prompt, wire.image].filter(present) as string[];
    const request = { prompt: asName(wire.prompt, "prompt"), images };
    const size = present(wire.width) ? { size: `${String(wire.width)}x${String(wire.height)}` } : {};
    const paths = { aspectRatio: "aspect_ratio", outputFormat: "output_format" };
    return { kind, modelId: route.modelId ?? "", request, wire: { ...wire, ...size }, paths };
  },
  encode: () => ({ json: {} }),
  jobs: {
    kinds: ["image"],
    // Relative to the base URL: the simulator knows no origin of its own.
    encodeTicket: (_served, { id }) => ({ id, polling_url: `get_result?id=${id}` }),
    encodeStatus: ({ id, state, progress, result }: ServedJob) => ({
      id,
      status: { queued: "Pending", running: "Pending", done: "Ready", cancelled: "Error" }[state],
      progress,
      result: result !== undefined && "images" in result ? { sample: String(result.images[0]?.image) } : null,
    }),
  },
};

export const bflFluxServer = taskServer({ id: "bfl-flux", tasks, route, failure: (message) => ({ detail: message }) });

function route(method: string, path: string): Route | undefined {
  if (method === "GET") return path === "/get_result" ? { operation: "job", jobId: "" } : undefined;
  const [, modelId] = /^\/([\w.-]+)$/.exec(path) ?? [];
  return method === "POST" && modelId !== undefined ? { operation: "image", modelId } : undefined;
}
