/** A client's chat request as neutral words. https://docs.cohere.com/reference/chat */

import type { NeutralOutput, NeutralReasoning, NeutralRequest, NeutralTool, ToolChoice } from "../../chat/request.js";
import {
  asBoolean,
  asInteger,
  asList,
  asName,
  asNumber,
  asObject,
  asOneOf,
  asTexts,
  optional,
  present,
  readParams,
  refuse,
  unknownMembers,
  type WireParams,
} from "../served-input.js";
import { functionTool } from "../served-tools.js";
import type { Route, ServedChat } from "../server.js";
import { decodeMessages } from "./server-messages.js";

const params: WireParams = {
  temperature: { as: "temperature", read: asNumber },
  p: { as: "topP", read: asNumber },
  k: { as: "topK", read: asInteger },
  max_tokens: { as: "maxOutputTokens", read: asInteger },
  stop_sequences: { as: "stop", read: asTexts },
  seed: { as: "seed", read: asInteger },
  frequency_penalty: { as: "frequencyPenalty", read: asNumber },
  presence_penalty: { as: "presencePenalty", read: asNumber },
  logprobs: { as: "logprobs", read: asBoolean },
};

/** Members that become something other than a parameter. The rest, such as `documents`, goes through as it is. */
const handled: { readonly [member: string]: true } = {
  model: true,
  messages: true,
  stream: true,
  tools: true,
  strict_tools: true,
  tool_choice: true,
  response_format: true,
  thinking: true,
};

export function decodeChat(value: unknown, _route: Route): ServedChat {
  const body = asObject(value, "body");
  const modelId = asName(body.model, "model");
  const strict = optional(asBoolean, body.strict_tools, "strict_tools");
  const tools = optional(asList, body.tools, "tools") ?? [];
  const choice = optional((v, p) => asOneOf(v, ["REQUIRED", "NONE"], p), body.tool_choice, "tool_choice");
  if (choice !== undefined && tools.length === 0) refuse("tool_choice", "may only be specified while providing tools");
  const request: NeutralRequest = {
    messages: decodeMessages(body.messages, modelId),
    tools: tools.map((item, i) => decodeTool(item, `tools[${i}]`, strict)),
    toolChoice: choice === undefined ? undefined : choices[choice],
    output: optional(decodeOutput, body.response_format, "response_format"),
    reasoning: optional(decodeThinking, body.thinking, "thinking"),
    params: readParams(body, params),
    extraBody: unknownMembers(body, params, handled),
  };
  return { modelId, stream: optional(asBoolean, body.stream, "stream") ?? false, request, wire: body };
}

const choices: { readonly [choice in "REQUIRED" | "NONE"]: ToolChoice } = { REQUIRED: "required", NONE: "none" };

function decodeTool(item: unknown, path: string, strict: boolean | undefined): NeutralTool {
  const tool = asObject(item, path);
  asOneOf(tool.type, ["function"], `${path}.type`);
  const at = `${path}.function`;
  return { ...functionTool(asObject(tool.function, at), at), strict };
}

/** The guides call the schema's member `schema`, the reference `json_schema`. */
function decodeOutput(value: unknown, path: string): NeutralOutput | undefined {
  const format = asObject(value, path);
  if (asOneOf(format.type, ["text", "json_object"], `${path}.type`) === "text") return undefined;
  const schema =
    optional(asObject, format.json_schema, `${path}.json_schema`) ??
    optional(asObject, format.schema, `${path}.schema`);
  if (schema === undefined) return { name: "output", schema: { type: "object" }, path: "json" };
  return { name: "output", schema, path: "schema" };
}

function decodeThinking(value: unknown, path: string): NeutralReasoning {
  const thinking = asObject(value, path);
  if (asOneOf(thinking.type, ["enabled", "disabled"], `${path}.type`) === "disabled") return { enabled: false };
  if (!present(thinking.token_budget)) return { enabled: true };
  return { enabled: true, budget: asInteger(thinking.token_budget, `${path}.token_budget`) };
}
