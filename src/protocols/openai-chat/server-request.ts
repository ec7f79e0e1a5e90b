/** A client's chat completion request as neutral words. https://platform.openai.com/docs/api-reference/chat/create */

import type { NeutralOutput, NeutralReasoning, NeutralRequest, NeutralTool, ToolChoice } from "../../chat/request.js";
import {
  asBoolean,
  asInteger,
  asIs,
  asList,
  asName,
  asNumber,
  asObject,
  asOneOf,
  asText,
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
import type { Route, ServedChat } from "../server.js";
import { decodeMessages } from "./server-messages.js";

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "default"] as const;

/** Members that are plain parameters, with dialect extensions (vLLM, OpenRouter, Mistral). */
const params: WireParams = {
  temperature: { as: "temperature", read: asNumber },
  top_p: { as: "topP", read: asNumber },
  top_k: { as: "topK", read: asNumber },
  min_p: { as: "minP", read: asNumber },
  top_a: { as: "topA", read: asNumber },
  frequency_penalty: { as: "frequencyPenalty", read: asNumber },
  presence_penalty: { as: "presencePenalty", read: asNumber },
  repetition_penalty: { as: "repetitionPenalty", read: asNumber },
  max_tokens: { as: "maxOutputTokens", read: asInteger },
  max_completion_tokens: { as: "maxOutputTokens", read: asInteger },
  max_new_tokens: { as: "maxOutputTokens", read: asInteger },
  seed: { as: "seed", read: asInteger },
  random_seed: { as: "seed", read: asInteger },
  stop: { as: "stop", read: asTexts },
  n: { as: "n", read: asInteger },
  logit_bias: { as: "logitBias", read: asObject },
  logprobs: { as: "logprobs", read: asBoolean },
  top_logprobs: { as: "topLogprobs", read: asInteger },
  verbosity: { as: "verbosity", read: asText },
  service_tier: { as: "serviceTier", read: asText },
  user: { as: "user", read: asText },
  store: { as: "store", read: asBoolean },
  metadata: { as: "metadata", read: asObject },
  modalities: { as: "modalities", read: asTexts },
  prediction: { as: "prediction", read: asObject },
  prompt_cache_key: { as: "promptCacheKey", read: asText },
  prompt_cache_retention: { as: "promptCacheRetention", read: asText },
  safety_identifier: { as: "safetyIdentifier", read: asText },
  web_search_options: { as: "webSearchOptions", read: asObject },
};

/** Members that become something other than a parameter. */
const handled: { readonly [member: string]: true } = {
  model: true,
  messages: true,
  stream: true,
  stream_options: true,
  tools: true,
  tool_choice: true,
  parallel_tool_calls: true,
  response_format: true,
  audio: true,
  reasoning_effort: true,
  reasoning: true,
  enable_thinking: true,
  thinking_budget: true,
  thinking: true,
  chat_template_kwargs: true,
  chat_template_args: true,
  tool_stream: true,
};

export function decodeChat(value: unknown, _route: Route): ServedChat {
  const body = asObject(value, "body");
  const modelId = asName(body.model, "model");
  const stream = optional(asBoolean, body.stream, "stream") ?? false;
  const tools = optional(decodeTools, body.tools, "tools") ?? [];
  if (present(body.stream_options) && !stream) refuse("stream_options", "only allowed when 'stream' is true");
  const request: NeutralRequest = {
    messages: decodeMessages(body.messages, modelId),
    tools,
    toolChoice: optional(decodeToolChoice(body.tools, tools), body.tool_choice, "tool_choice"),
    parallelTools: optional(asBoolean, body.parallel_tool_calls, "parallel_tool_calls"),
    output: optional(decodeOutput, body.response_format, "response_format"),
    reasoning: decodeReasoning(body),
    params: {
      ...readParams(body, params),
      ...decodeAudio(body),
      ...optional(decodeBuiltinTools, body.tools, "tools"),
    },
    extraBody: unknownMembers(body, params, handled),
  };
  return { modelId, stream, request, wire: body };
}

function decodeTools(value: unknown, path: string): readonly NeutralTool[] {
  return asList(value, path).flatMap((item, i) => {
    const tool = asObject(item, `${path}[${i}]`);
    if (isBuiltin(tool, `${path}[${i}].type`)) return [];
    const at = `${path}[${i}].function`;
    return functionTool(asObject(tool.function, at), at);
  });
}

function isBuiltin({ type }: Members, path: string): boolean {
  return (optional(asName, type, path) ?? "function") !== "function";
}

/** Tools of the provider's own: whatever is no function. */
function decodeBuiltinTools(value: unknown, path: string): Members {
  const found = asList(value, path)
    .map((item, i) => asObject(item, `${path}[${i}]`))
    .filter((tool, i) => isBuiltin(tool, `${path}[${i}].type`));
  return found.length === 0 ? {} : { builtinTools: found };
}

function decodeToolChoice(
  offered: unknown,
  tools: readonly NeutralTool[],
): (value: unknown, path: string) => ToolChoice {
  return (value, path) => {
    if (!Array.isArray(offered) || offered.length === 0) refuse(path, "only allowed when 'tools' are specified");
    // Mistral says "any" for "required".
    if (value === "any") return "required";
    if (typeof value === "string") return asOneOf(value, ["auto", "none", "required"], path);
    const choice = asObject(value, path);
    asOneOf(choice.type, ["function"], `${path}.type`);
    const name = asName(asObject(choice.function, `${path}.function`).name, `${path}.function.name`);
    if (!tools.some((tool) => tool.name === name)) refuse(path, `tool '${name}' is not among the tools`);
    return { tool: name };
  };
}

function decodeOutput(value: unknown, path: string): NeutralOutput | undefined {
  const format = asObject(value, path);
  const type = asOneOf(format.type, ["text", "json_object", "json_schema"], `${path}.type`);
  if (type === "text") return undefined;
  if (type === "json_object") return { name: "output", schema: { type: "object" }, path: "json" };
  const at = `${path}.json_schema`;
  const schema = asObject(format.json_schema, at);
  return {
    name: asName(schema.name, `${at}.name`),
    description: optional(asText, schema.description, `${at}.description`),
    schema: asObject(schema.schema, `${at}.schema`),
    strict: optional(asBoolean, schema.strict, `${at}.strict`),
    path: "schema",
  };
}

/** The dialects' ways to control reasoning: OpenAI, OpenRouter, Qwen, DeepSeek and Z.ai, vLLM templates. */
function decodeReasoning(body: Members): NeutralReasoning | undefined {
  const reasoning: { -readonly [K in keyof NeutralReasoning]: NeutralReasoning[K] } = {};
  if (present(body.reasoning_effort)) reasoning.effort = asOneOf(body.reasoning_effort, efforts, "reasoning_effort");
  if (present(body.reasoning)) {
    const given = asObject(body.reasoning, "reasoning");
    reasoning.effort ??= optional((v, p) => asOneOf(v, efforts, p), given.effort, "reasoning.effort");
    reasoning.budget = optional(asInteger, given.max_tokens, "reasoning.max_tokens");
    reasoning.enabled = optional(asBoolean, given.enabled, "reasoning.enabled");
    if (optional(asBoolean, given.exclude, "reasoning.exclude") === true) reasoning.summary = "none";
  }
  if (present(body.enable_thinking)) reasoning.enabled = asBoolean(body.enable_thinking, "enable_thinking");
  if (present(body.thinking_budget)) reasoning.budget = asInteger(body.thinking_budget, "thinking_budget");
  if (present(body.thinking)) {
    const given = asObject(body.thinking, "thinking");
    const type = asOneOf(given.type, ["enabled", "disabled", "auto"], "thinking.type");
    if (type !== "auto") reasoning.enabled = type === "enabled";
    reasoning.budget ??= optional(asInteger, given.budget_tokens, "thinking.budget_tokens");
  }
  const template =
    optional(asObject, body.chat_template_kwargs, "chat_template_kwargs") ??
    optional(asObject, body.chat_template_args, "chat_template_args");
  const templateSwitch = template?.enable_thinking ?? template?.thinking;
  if (present(templateSwitch)) reasoning.enabled = asBoolean(templateSwitch, "chat_template_kwargs.enable_thinking");
  const given = Object.entries(reasoning).filter(([, member]) => member !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}

function decodeAudio(body: Members): { readonly [name: string]: unknown } {
  if (!present(body.audio)) return {};
  const audio = asObject(body.audio, "audio");
  return {
    voice: asIs(audio.voice, "audio.voice"),
    audioFormat: asText(audio.format, "audio.format"),
  };
}
