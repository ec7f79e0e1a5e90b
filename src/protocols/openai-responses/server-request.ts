/** A client's Responses request as neutral words. https://platform.openai.com/docs/api-reference/responses/create */

import type { AnyMessage } from "../../chat/message.js";
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
import { decodeInput } from "./server-input.js";
import { computerTool, encryptedReasoning } from "./wire.js";

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max", "default"] as const;

/** Members that are plain parameters. */
const params: WireParams = {
  temperature: { as: "temperature", read: asNumber },
  top_p: { as: "topP", read: asNumber },
  max_output_tokens: { as: "maxOutputTokens", read: asInteger },
  top_logprobs: { as: "topLogprobs", read: asInteger },
  max_tool_calls: { as: "maxToolCalls", read: asInteger },
  service_tier: { as: "serviceTier", read: asText },
  truncation: { as: "truncation", read: asText },
  metadata: { as: "metadata", read: asObject },
  store: { as: "store", read: asBoolean },
  background: { as: "background", read: asBoolean },
  previous_response_id: { as: "previousResponseId", read: asText },
  conversation: { as: "conversation", read: asIs },
  prompt_cache_key: { as: "promptCacheKey", read: asText },
  prompt_cache_retention: { as: "promptCacheRetention", read: asText },
  safety_identifier: { as: "safetyIdentifier", read: asText },
  user: { as: "user", read: asText },
};

/** Members that become something other than a parameter. */
const handled: { readonly [member: string]: true } = {
  model: true,
  input: true,
  instructions: true,
  stream: true,
  stream_options: true,
  tools: true,
  tool_choice: true,
  parallel_tool_calls: true,
  text: true,
  reasoning: true,
  include: true,
};

export function decodeChat(value: unknown, _route: Route): ServedChat {
  const body = asObject(value, "body");
  const modelId = asName(body.model, "model");
  const text = optional(asObject, body.text, "text") ?? {};
  const tools = optional(asList, body.tools, "tools") ?? [];
  const functions = tools.flatMap((tool, i) => decodeTool(asObject(tool, `tools[${i}]`), `tools[${i}]`));
  const request: NeutralRequest = {
    messages: decodeMessages(body, modelId),
    tools: functions,
    toolChoice: decodeToolChoice(body, functions),
    parallelTools: optional(asBoolean, body.parallel_tool_calls, "parallel_tool_calls"),
    output: optional(decodeOutput, text.format, "text.format"),
    reasoning: optional(decodeReasoning, body.reasoning, "reasoning"),
    params: {
      ...readParams(body, params),
      ...readParams(text, { verbosity: { as: "verbosity", read: asText } }, "text."),
      ...listParams(body, tools),
    },
    extraBody: extraOf(body),
  };
  return { modelId, stream: optional(asBoolean, body.stream, "stream") ?? false, request, wire: body };
}

function decodeMessages(body: Members, modelId: string): readonly AnyMessage[] {
  const instructions = optional(asText, body.instructions, "instructions");
  const messages = present(body.input) ? decodeInput(body.input, modelId) : [];
  if (messages.length === 0 && !present(body.previous_response_id)) refuse("input", "must hold at least one item");
  return instructions === undefined ? messages : [{ role: "system", content: instructions }, ...messages];
}

function decodeTool(tool: Members, path: string): readonly NeutralTool[] {
  if (asName(tool.type, `${path}.type`) !== "function" || isHosted(tool)) return [];
  return [functionTool(tool, path)];
}

/** The provider runs the tool or, for a deferred function, shows it to the model when its search finds it. */
function isHosted(tool: Members): boolean {
  return tool.type !== "function" || tool.defer_loading === true;
}

/** Tools that the provider runs, and what else than encrypted reasoning is to be included: an encoder asks for that itself. */
function listParams(body: Members, tools: readonly unknown[]): { readonly [name: string]: unknown } {
  const builtin = tools
    .map((tool) => tool as Members)
    .filter(isHosted)
    .map(byName);
  const include = (optional(asList, body.include, "include") ?? []).filter((word) => word !== encryptedReasoning);
  return {
    ...(builtin.length === 0 ? {} : { builtinTools: builtin }),
    ...(include.length === 0 ? {} : { include }),
  };
}

/** By its catalog name; what the wire says exactly is kept where it is another word, such as a dated one. */
function byName(tool: Members): Members {
  const { type, ...options } = tool;
  if (type === computerTool.type) return { ...tool, type: computerTool.name };
  const dated = /^(\w+?)_\d{4}_\d{2}_\d{2}$/.exec(String(type));
  return dated === null ? tool : { type: dated[1], version: type, ...options };
}

function decodeToolChoice(body: Members, tools: readonly NeutralTool[]): ToolChoice | undefined {
  const choice = body.tool_choice;
  if (!present(choice)) return undefined;
  if (typeof choice === "string") return asOneOf(choice, ["auto", "none", "required"], "tool_choice");
  const members = asObject(choice, "tool_choice");
  if (members.type !== "function") return undefined;
  const name = asName(members.name, "tool_choice.name");
  if (!tools.some((tool) => tool.name === name)) refuse("tool_choice", `tool '${name}' is not among the tools`);
  return { tool: name };
}

function decodeOutput(value: unknown, path: string): NeutralOutput | undefined {
  const format = asObject(value, path);
  const type = asOneOf(format.type, ["text", "json_object", "json_schema"], `${path}.type`);
  if (type === "text") return undefined;
  if (type === "json_object") return { name: "output", schema: { type: "object" }, path: "json" };
  return {
    name: asName(format.name, `${path}.name`),
    description: optional(asText, format.description, `${path}.description`),
    schema: asObject(format.schema, `${path}.schema`),
    strict: optional(asBoolean, format.strict, `${path}.strict`),
    path: "schema",
  };
}

function decodeReasoning(value: unknown, path: string): NeutralReasoning | undefined {
  const given = asObject(value, path);
  const effort = optional((v, p) => asOneOf(v, efforts, p), given.effort, `${path}.effort`);
  const summaries = ["auto", "concise", "detailed"] as const;
  const summary = optional((v, p) => asOneOf(v, summaries, p), given.summary, `${path}.summary`);
  if (effort === undefined && summary === undefined) return undefined;
  return { ...(effort === undefined ? {} : { effort }), ...(summary === undefined ? {} : { summary }) };
}

/** Members without neutral words go on as they are: those of the body, of `reasoning`, and choices of hosted tools. */
function extraOf(body: Members): Members | undefined {
  const reasoning = unknownMembers((body.reasoning ?? {}) as Members, { effort: true, summary: true });
  const choice = body.tool_choice as Members | string | null | undefined;
  const hosted = typeof choice === "object" && choice !== null && choice.type !== "function";
  const extra = {
    ...unknownMembers(body, params, handled),
    ...(reasoning === undefined ? {} : { reasoning }),
    ...(hosted ? { tool_choice: choice } : {}),
  };
  return Object.keys(extra).length === 0 ? undefined : extra;
}
