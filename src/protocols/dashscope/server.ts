/** DashScope seen from the server. */
import { taskServer } from "../no-chat-server.js";
import { asList, asName, asObject, present } from "../served-input.js";
import type { Route, ServedJob, ServedTasks, TaskBody } from "../server.js";
import type { TaskResults } from "../task.js";

const tasks: ServedTasks = {
  decode(value, { kind }) {
    const wire = asObject(value, "body");
    const messages = asList(asObject(wire.input, "input").messages, "input.messages");
    const content = asList(asObject(messages[0], "input.messages[0]").content, "input.messages[0].content");
    const parts = content.map((part, i) => asObject(part, `input.messages[0].content[${i}]`));
    const prompt = parts.flatMap(({ text }) => (present(text) ? [text] : []))[0];
    const images = parts.flatMap(({ image }) => (typeof image === "string" ? [image] : []));
    const parameters = present(wire.parameters) ? asObject(wire.parameters, "parameters") : {};
    const { size } = parameters;
    const plain = typeof size === "string" ? { ...parameters, size: size.replace("*", "x") } : parameters;
    const paths = {
      n: "parameters.n",
      seed: "parameters.seed",
      size: "parameters.size",
      negativePrompt: "parameters.negative_prompt",
      promptExtend: "parameters.prompt_extend",
      watermark: "parameters.watermark",
    };
    const request = { prompt: asName(prompt, "input.messages[0].content"), images };
    return { kind, modelId: asName(wire.model, "model"), request, wire: { ...wire, parameters: plain }, paths };
  },
  encode: (_served, result, { id }): TaskBody => ({ json: { request_id: id, output: outputOf(result) } }),
  jobs: {
    kinds: ["image"],
    encodeTicket: (_served, { id }) => ({ request_id: id, output: { task_id: id, task_status: "PENDING" } }),
    encodeStatus: ({ id, state, result }: ServedJob) => ({
      request_id: id,
      output: {
        task_id: id,
        task_status: { queued: "PENDING", running: "RUNNING", done: "SUCCEEDED", cancelled: "CANCELED" }[state],
        ...(result === undefined ? {} : outputOf(result)),
      },
    }),
  },
};

function outputOf(result: TaskResults[keyof TaskResults]): object {
  const images = "images" in result ? result.images : [];
  const content = images.map(({ image }) => ({ image: String(image) }));
  return { choices: [{ finish_reason: "stop", message: { role: "assistant", content } }] };
}

export const dashscopeServer = taskServer({
  id: "dashscope",
  tasks,
  route,
  failure: (message) => ({ code: "InvalidParameter", message, request_id: "simulated" }),
});

function route(method: string, path: string): Route | undefined {
  if (method === "POST" && path === "/services/aigc/multimodal-generation/generation")
    return { operation: "image", atOnce: true };
  if (method === "POST" && path === "/services/aigc/image-generation/generation") return { operation: "image" };
  const [, jobId, cancel] = /^\/tasks\/([\w.-]+)(\/cancel)?$/.exec(path) ?? [];
  if (jobId === undefined) return undefined;
  if (cancel !== undefined) return method === "POST" ? { operation: "cancel-job", jobId } : undefined;
  return method === "GET" ? { operation: "job", jobId } : undefined;
}
