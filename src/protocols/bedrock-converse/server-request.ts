/** A client's Converse request as neutral words. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */
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
  asTexts,
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

const inferenceParams: WireParams = {
  maxTokens: { as: "maxOutputTokens", read: asInteger },
  temperature: { as: "temperature", read: asNumber },
  topP: { as: "topP", read: asNumber },
  stopSequences: { as: "stop", read: asTexts },
};

/** Members of the models' own requests that have neutral words. */
const modelParams: WireParams = { top_k: { as: "topK", read: asInteger } };

const handled: { readonly [member: string]: true } = {
  messages: true,
  system: true,
  inferenceConfig: true,
  toolConfig: true,
  outputConfig: true,
  serviceTier: true,
  additionalModelRequestFields: true,
};

const reasoningFields: { readonly [member: string]: true } = {
  thinking: true,
  output_config: true,
  reasoningConfig: true,
  reasoning_effort: true,
};

export function decodeChat(value: unknown, { modelId = "", stream = false }: Route): ServedChat {
  const body = asObject(value, "body");
  const inference = optional(asObject, body.inferenceConfig, "inferenceConfig") ?? {};
  const fields = optional(asObject, body.additionalModelRequestFields, "additionalModelRequestFields") ?? {};
  const config = optional(asObject, body.toolConfig, "toolConfig") ?? {};
  const tools = optional(decodeTools, config.tools, "toolConfig.tools") ?? [];
  const builtinTools = optional(decodeSystemTools, config.tools, "toolConfig.tools") ?? [];
  const tier = optional(asObject, body.serviceTier, "serviceTier");
  const request: NeutralRequest = {
    messages: [...decodeSystem(body.system), ...decodeMessages(body.messages, modelId)],
    tools,
    toolChoice: optional(decodeToolChoice(tools), config.toolChoice, "toolConfig.toolChoice"),
    output: decodeOutput(body.outputConfig),
    reasoning: decodeReasoning(fields),
    params: {
      ...readParams(inference, inferenceParams, "inferenceConfig."),
      ...readParams(fields, modelParams, "additionalModelRequestFields."),
      ...(builtinTools.length === 0 ? {} : { builtinTools }),
      ...(tier === undefined ? {} : { serviceTier: asText(tier.type, "serviceTier.type") }),
    },
    extraBody: extraMembers(body, fields),
  };
  return { modelId, stream, request, wire: body };
}

function extraMembers(body: Members, fields: Members): Members | undefined {
  const others = unknownMembers(body, handled);
  const own = unknownMembers(fields, modelParams, reasoningFields);
  return own === undefined ? others : { ...others, additionalModelRequestFields: own };
}

function decodeTools(value: unknown, path: string): readonly NeutralTool[] {
  return asList(value, path).flatMap((item, i): readonly NeutralTool[] => {
    const tool = asObject(item, `${path}[${i}]`);
    // A point up to which the tools are cached says nothing about them.
    if (present(tool.cachePoint) || present(tool.systemTool)) return [];
    const at = `${path}[${i}].toolSpec`;
    const spec = asObject(tool.toolSpec, at);
    return [
      {
        name: asName(spec.name, `${at}.name`),
        description: optional(asText, spec.description, `${at}.description`),
        parameters: asObject(asObject(spec.inputSchema, `${at}.inputSchema`).json, `${at}.inputSchema.json`),
        strict: optional(asBoolean, spec.strict, `${at}.strict`),
      },
    ];
  });
}

/** Tools that the provider runs itself. */
function decodeSystemTools(value: unknown, path: string): readonly { readonly type: string }[] {
  return asList(value, path).flatMap((item, i) => {
    const at = `${path}[${i}].systemTool`;
    const tool = optional(asObject, asObject(item, `${path}[${i}]`).systemTool, at);
    return tool === undefined ? [] : [{ type: asName(tool.name, `${at}.name`) }];
  });
}

function decodeToolChoice(tools: readonly NeutralTool[]): (value: unknown, path: string) => ToolChoice {
  return (value, path) => {
    const choice = asObject(value, path);
    if (present(choice.auto)) return "auto";
    if (present(choice.any)) return "required";
    const name = asName(asObject(choice.tool, `${path}.tool`).name, `${path}.tool.name`);
    if (!tools.some((tool) => tool.name === name)) refuse(`${path}.tool.name`, `tool '${name}' is not among the tools`);
    return { tool: name };
  };
}

function decodeOutput(value: unknown): NeutralOutput | undefined {
  const format = optional(asObject, optional(asObject, value, "outputConfig")?.textFormat, "outputConfig.textFormat");
  if (format === undefined) return undefined;
  const path = "outputConfig.textFormat";
  asOneOf(format.type, ["json_schema"], `${path}.type`);
  const at = `${path}.structure.jsonSchema`;
  const schema = asObject(asObject(format.structure, `${path}.structure`).jsonSchema, at);
  return {
    name: optional(asName, schema.name, `${at}.name`) ?? "output",
    description: optional(asText, schema.description, `${at}.description`),
    schema: asObject(parsed(asText(schema.schema, `${at}.schema`), `${at}.schema`), `${at}.schema`),
    path: "schema",
  };
}

function parsed(text: string, path: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return refuse(path, "is not valid JSON");
  }
}

const efforts = ["none", "minimal", "low", "medium", "high", "xhigh", "max"] as const;
const at = "additionalModelRequestFields";

/** The models' own members: Claude's, Nova's, gpt-oss'. */
function decodeReasoning(fields: Members): NeutralReasoning | undefined {
  const reasoning: { -readonly [K in keyof NeutralReasoning]: NeutralReasoning[K] } = {};
  const level = (value: unknown, path: string) => optional((v, p) => asOneOf(v, efforts, p), value, `${at}.${path}`);
  const config = optional(asObject, fields.output_config, `${at}.output_config`);
  const nova = optional(asObject, fields.reasoningConfig, `${at}.reasoningConfig`);
  const thinking = optional(asObject, fields.thinking, `${at}.thinking`);
  reasoning.effort =
    level(config?.effort, "output_config.effort") ??
    level(nova?.maxReasoningEffort, "reasoningConfig.maxReasoningEffort") ??
    level(fields.reasoning_effort, "reasoning_effort");
  if (nova !== undefined)
    reasoning.enabled = asOneOf(nova.type, ["enabled", "disabled"], `${at}.reasoningConfig.type`) === "enabled";
  if (thinking !== undefined) {
    const type = asOneOf(thinking.type, ["enabled", "disabled", "adaptive"], `${at}.thinking.type`);
    reasoning.enabled = type !== "disabled";
    if (type === "adaptive") reasoning.budget = "auto";
    if (type === "enabled") reasoning.budget = asInteger(thinking.budget_tokens, `${at}.thinking.budget_tokens`);
    const shown = (v: unknown, p: string) => asOneOf(v, ["summarized", "omitted"], p);
    const display = optional(shown, thinking.display, `${at}.thinking.display`);
    if (display !== undefined) reasoning.summary = display === "omitted" ? "none" : "auto";
  }
  const given = Object.entries(reasoning).filter(([, member]) => member !== undefined);
  return given.length === 0 ? undefined : Object.fromEntries(given);
}
