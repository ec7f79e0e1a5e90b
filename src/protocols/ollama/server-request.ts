/** A client's chat request to Ollama as neutral words. https://docs.ollama.com/api/chat */

import type { NeutralOutput, NeutralReasoning, NeutralRequest, NeutralTool } from "../../chat/request.js";
import {
  asBoolean,
  asInteger,
  asIs,
  asList,
  asName,
  asNumber,
  asObject,
  asOneOf,
  asTexts,
  type Members,
  optional,
  present,
  readParams,
  refuse,
  unknownMembers,
  type WireParams,
} from "../served-input.js";
import { functionTool } from "../served-tools.js";
import type { Route, ServedChat, ServedEmbedding } from "../server.js";
import { decodeMessages } from "./server-messages.js";

const options: WireParams = {
  num_predict: { as: "maxOutputTokens", read: asInteger },
  num_ctx: { as: "contextTokens", read: asInteger },
  temperature: { as: "temperature", read: asNumber },
  top_p: { as: "topP", read: asNumber },
  top_k: { as: "topK", read: asInteger },
  min_p: { as: "minP", read: asNumber },
  seed: { as: "seed", read: asInteger },
  stop: { as: "stop", read: asTexts },
  frequency_penalty: { as: "frequencyPenalty", read: asNumber },
  presence_penalty: { as: "presencePenalty", read: asNumber },
  repeat_penalty: { as: "repetitionPenalty", read: asNumber },
};

const params: WireParams = {
  keep_alive: { as: "keepAlive", read: asIs },
  logprobs: { as: "logprobs", read: asBoolean },
  top_logprobs: { as: "topLogprobs", read: asInteger },
};

/** Members that become something other than a parameter. */
const handled: { readonly [member: string]: true } = {
  model: true,
  messages: true,
  stream: true,
  tools: true,
  format: true,
  think: true,
  options: true,
};

export function decodeChat(value: unknown, _route: Route): ServedChat {
  const body = asObject(value, "body");
  const modelId = asName(body.model, "model");
  const run = optional(asObject, body.options, "options") ?? {};
  const more = unknownMembers(run, options);
  const extra = { ...unknownMembers(body, params, handled), ...(more === undefined ? {} : { options: more }) };
  const request: NeutralRequest = {
    messages: decodeMessages(body.messages),
    tools: optional(decodeTools, body.tools, "tools") ?? [],
    output: present(body.format) && body.format !== "" ? decodeFormat(body.format) : undefined,
    reasoning: optional(decodeThink, body.think, "think"),
    params: { ...readParams(body, params), ...readParams(run, options, "options.") },
    extraBody: Object.keys(extra).length === 0 ? undefined : extra,
  };
  // Ollama streams unless told not to.
  return { modelId, stream: optional(asBoolean, body.stream, "stream") ?? true, request, wire: body };
}

function decodeTools(value: unknown, path: string): readonly NeutralTool[] {
  return asList(value, path).map((item, i) => {
    const tool = asObject(item, `${path}[${i}]`);
    asOneOf(tool.type ?? "function", ["function"], `${path}[${i}].type`);
    const at = `${path}[${i}].function`;
    return functionTool(asObject(tool.function, at), at);
  });
}

/** `"json"`, or a JSON Schema. */
function decodeFormat(format: unknown): NeutralOutput {
  if (format === "json") return { name: "output", schema: { type: "object" }, path: "json" };
  return { name: "output", schema: asObject(format, "format"), path: "schema" };
}

function decodeThink(think: unknown, path: string): NeutralReasoning {
  if (typeof think === "boolean") return { enabled: think };
  return { effort: asOneOf(think, ["low", "medium", "high", "max"], path) };
}

export function decodeEmbedding(value: unknown, route: Route): ServedEmbedding {
  const body: Members = asObject(value, "body");
  const modelId = asName(body.model, "model");
  // `prompt` is the member of the older endpoint, which takes one text.
  const single = body.input === undefined && route.operation === "embed" && present(body.prompt);
  const input = asTexts(single ? body.prompt : body.input, single ? "prompt" : "input");
  if (input.length === 0) refuse("input", "must not be empty");
  const dimensions = optional(asInteger, body.dimensions, "dimensions");
  return { modelId, input, params: dimensions === undefined ? {} : { dimensions }, ...(single ? { single } : {}) };
}
