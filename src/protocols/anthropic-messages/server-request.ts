/** A client's Messages request as neutral words. https://docs.claude.com/en/api/messages */
import type { NeutralOutput, NeutralReasoning, NeutralRequest, NeutralTool, ToolChoice } from "../../chat/request.js";
import {
  asBoolean,
  asInteger,
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
import type { Route, ServedChat } from "../server.js";
import { decodeMessages, decodeSystem } from "./server-messages.js";
import { builtinToolNames } from "./wire.js";

const efforts = ["low", "medium", "high", "xhigh", "max"] as const;

const params: WireParams = {
  temperature: { as: "temperature", read: asNumber },
  top_p: { as: "topP", read: asNumber },
  top_k: { as: "topK", read: asInteger },
  max_tokens: { as: "maxOutputTokens", read: asInteger },
  stop_sequences: {
    as: "stop",
    read: (value, path) => asList(value, path).map((item, i) => asText(item, `${path}[${i}]`)),
  },
  service_tier: { as: "serviceTier", read: asText },
};

const handled: { readonly [member: string]: true } = {
  model: true,
  anthropic_version: true,
  messages: true,
  system: true,
  stream: true,
  tools: true,
  tool_choice: true,
  thinking: true,
  output_config: true,
  output_format: true,
  metadata: true,
};

export function decodeChat(value: unknown, route: Route): ServedChat {
  const body = asObject(value, "body");
  const modelId = route.modelId ?? asName(body.model, "model");
  const stream = route.stream ?? optional(asBoolean, body.stream, "stream") ?? false;
  // The counting endpoint takes the same body without a limit.
  if (route.operation === "chat") asInteger(body.max_tokens, "max_tokens");
  const tools = optional(decodeTools, body.tools, "tools") ?? [];
  const config = optional(asObject, body.output_config, "output_config") ?? {};
  const choice = optional(asObject, body.tool_choice, "tool_choice");
  const userId = optional(asText, optional(asObject, body.metadata, "metadata")?.user_id, "metadata.user_id");
  const request: NeutralRequest = {
    messages: [...decodeSystem(body.system), ...decodeMessages(body.messages, modelId)],
    tools,
    toolChoice: choice === undefined ? undefined : decodeToolChoice(choice, body.tools, tools),
    parallelTools: optional(asBoolean, choice?.disable_parallel_tool_use, "tool_choice.disable_parallel_tool_use")
      ? false
      : undefined,
    output: decodeFormat(body, config),
    reasoning: decodeReasoning(body.thinking, config),
    params: {
      ...readParams(body, params),
      ...(userId === undefined ? {} : { user: userId }),
      ...optional(decodeBuiltinTools, body.tools, "tools"),
    },
    extraBody: unknownMembers(body, params, handled),
  };
  return { modelId, stream, request, wire: body };
}

function decodeTools(value: unknown, path: string): readonly NeutralTool[] {
  return asList(value, path).flatMap((item, i) => {
    const at = `${path}[${i}]`;
    const tool = asObject(item, at);
    if (isBuiltin(tool)) return [];
    return {
      name: asName(tool.name, `${at}.name`),
      description: optional(asText, tool.description, `${at}.description`),
      parameters: asObject(tool.input_schema, `${at}.input_schema`),
      strict: optional(asBoolean, tool.strict, `${at}.strict`),
    };
  });
}

function isBuiltin(tool: Members): boolean {
  return present(tool.type) && tool.type !== "custom";
}

/** Anthropic's own tools by their catalog names, with the exact type as the version. */
function decodeBuiltinTools(value: unknown, path: string): Members {
  const found = asList(value, path).flatMap((item, i) => {
    const { type, name, ...options } = asObject(item, `${path}[${i}]`);
    if (!isBuiltin({ type })) return [];
    const version = asName(type, `${path}[${i}].type`);
    const known = Object.keys(builtinToolNames).find((tool) => builtinToolNames[tool]?.name === name);
    return { type: known ?? asName(name, `${path}[${i}].name`), version, ...options };
  });
  return found.length === 0 ? {} : { builtinTools: found };
}

function decodeToolChoice(choice: Members, offered: unknown, tools: readonly NeutralTool[]): ToolChoice {
  const type = asOneOf(choice.type, ["auto", "any", "tool", "none"], "tool_choice.type");
  if (!Array.isArray(offered) || offered.length === 0)
    refuse("tool_choice", "may only be specified while providing tools");
  if (type === "any") return "required";
  if (type !== "tool") return type;
  const name = asName(choice.name, "tool_choice.name");
  if (!tools.some((tool) => tool.name === name))
    refuse("tool_choice.name", `tool '${name}' not found in provided tools`);
  return { tool: name };
}

/** `output_format` is the member's name of the preview. */
function decodeFormat(body: Members, config: Members): NeutralOutput | undefined {
  return (
    optional(decodeOutput, config.format, "output_config.format") ??
    optional(decodeOutput, body.output_format, "output_format")
  );
}

function decodeOutput(value: unknown, path: string): NeutralOutput {
  const format = asObject(value, path);
  asOneOf(format.type, ["json_schema"], `${path}.type`);
  return { name: "output", schema: asObject(format.schema, `${path}.schema`), path: "schema" };
}

function decodeReasoning(thinking: unknown, config: Members): NeutralReasoning | undefined {
  const effort = optional((value, path) => asOneOf(value, efforts, path), config.effort, "output_config.effort");
  const withEffort = effort === undefined ? {} : { effort };
  if (!present(thinking)) return effort === undefined ? undefined : withEffort;
  const given = asObject(thinking, "thinking");
  const type = asOneOf(given.type, ["enabled", "disabled", "adaptive"], "thinking.type");
  const display = optional(
    (value, path) => asOneOf(value, ["summarized", "omitted"], path),
    given.display,
    "thinking.display",
  );
  const shown = display === undefined ? {} : { summary: display === "omitted" ? ("none" as const) : ("auto" as const) };
  if (type === "disabled") return { ...withEffort, enabled: false };
  if (type === "adaptive") return { ...withEffort, enabled: true, budget: "auto", ...shown };
  return { ...withEffort, enabled: true, budget: asInteger(given.budget_tokens, "thinking.budget_tokens"), ...shown };
}
