/** A client's `generateContent` request as neutral words. https://ai.google.dev/api/generate-content */
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
import { decodeContents, decodeSystem } from "./server-contents.js";
import { camelCased, jsonSchemaOf } from "./server-spelling.js";

const efforts = ["minimal", "low", "medium", "high"] as const;

/** Members of `generationConfig` that are plain parameters. */
const params: WireParams = {
  temperature: { as: "temperature", read: asNumber },
  topP: { as: "topP", read: asNumber },
  topK: { as: "topK", read: asNumber },
  maxOutputTokens: { as: "maxOutputTokens", read: asInteger },
  stopSequences: {
    as: "stop",
    read: (value, path) => asList(value, path).map((item, i) => asText(item, `${path}[${i}]`)),
  },
  seed: { as: "seed", read: asInteger },
  candidateCount: { as: "n", read: asInteger },
  presencePenalty: { as: "presencePenalty", read: asNumber },
  frequencyPenalty: { as: "frequencyPenalty", read: asNumber },
  responseLogprobs: { as: "logprobs", read: asBoolean },
  logprobs: { as: "topLogprobs", read: asInteger },
  mediaResolution: { as: "mediaResolution", read: asText },
  responseModalities: { as: "responseModalities", read: asList },
  speechConfig: { as: "speechConfig", read: asObject },
  imageConfig: { as: "imageConfig", read: asObject },
};

const handledConfig = { thinkingConfig: true, responseMimeType: true, responseSchema: true, responseJsonSchema: true };

/** Members of the body. */
const handled = { contents: true, systemInstruction: true, tools: true, toolConfig: true, generationConfig: true };

export function decodeChat(value: unknown, route: Route): ServedChat {
  const given = camelCased(asObject(value, "body"));
  // The counting endpoint wraps the request when more than contents is to be counted.
  const body =
    route.operation === "count-tokens" && present(given.generateContentRequest)
      ? camelCased(asObject(given.generateContentRequest, "generateContentRequest"))
      : given;
  const modelId = asName(route.modelId, "model");
  const config = camelCased(optional(asObject, body.generationConfig, "generationConfig") ?? {});
  const { functions, builtin } = decodeTools(body.tools);
  const extraConfig = unknownMembers(config, params, handledConfig);
  const extraBody = {
    ...unknownMembers(body, handled),
    ...(extraConfig === undefined ? {} : { generationConfig: extraConfig }),
  };
  const request: NeutralRequest = {
    messages: [...decodeSystem(body.systemInstruction, modelId), ...decodeContents(body.contents, modelId)],
    tools: functions,
    toolChoice: decodeToolChoice(body.toolConfig, functions),
    output: decodeOutput(config),
    reasoning: optional(decodeReasoning, config.thinkingConfig, "generationConfig.thinkingConfig"),
    params: {
      ...readParams(config, params, "generationConfig."),
      ...(builtin.length === 0 ? {} : { builtinTools: builtin }),
    },
    extraBody: Object.keys(extraBody).length === 0 ? undefined : extraBody,
  };
  return { modelId, stream: route.stream === true, request, wire: { ...body, generationConfig: config } };
}

/** One object counts as a list of one, and may hold several tools. */
function decodeTools(value: unknown): {
  readonly functions: readonly NeutralTool[];
  readonly builtin: readonly Members[];
} {
  if (!present(value)) return { functions: [], builtin: [] };
  const tools = (Array.isArray(value) ? value : [value]).map((item, i) => camelCased(asObject(item, `tools[${i}]`)));
  const functions = tools.flatMap((tool, i) =>
    (optional(asList, tool.functionDeclarations, `tools[${i}].functionDeclarations`) ?? []).map((item, j) =>
      decodeFunction(item, `tools[${i}].functionDeclarations[${j}]`),
    ),
  );
  return { functions, builtin: tools.flatMap(decodeBuiltinTools) };
}

/** Google's own tools by their catalog names: members beside the functions. */
function decodeBuiltinTools(tool: Members): readonly Members[] {
  return Object.entries(tool).flatMap(([name, options]) =>
    name === "functionDeclarations" || !present(options)
      ? []
      : { type: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`), ...asObject(options, `tools.${name}`) },
  );
}

function decodeFunction(item: unknown, path: string): NeutralTool {
  const declared = camelCased(asObject(item, path));
  const jsonSchema = optional(asObject, declared.parametersJsonSchema, `${path}.parametersJsonSchema`);
  const openApi = optional(asObject, declared.parameters, `${path}.parameters`);
  if (jsonSchema !== undefined && openApi !== undefined)
    refuse(path, "give parameters or parametersJsonSchema, not both");
  return {
    name: asName(declared.name, `${path}.name`),
    description: optional(asText, declared.description, `${path}.description`),
    parameters: jsonSchema ?? (openApi === undefined ? { type: "object", properties: {} } : jsonSchemaOf(openApi)),
  };
}

function decodeToolChoice(value: unknown, tools: readonly NeutralTool[]): ToolChoice | undefined {
  if (!present(value)) return undefined;
  const path = "toolConfig.functionCallingConfig";
  const config = optional(asObject, camelCased(asObject(value, "toolConfig")).functionCallingConfig, path);
  if (config === undefined) return undefined;
  const { mode, allowedFunctionNames } = camelCased(config);
  const names = optional(asList, allowedFunctionNames, `${path}.allowedFunctionNames`) ?? [];
  const allowed = names.map((name, i) => asName(name, `${path}.allowedFunctionNames[${i}]`));
  const unknown = allowed.find((name) => !tools.some((tool) => tool.name === name));
  if (unknown !== undefined) refuse(`${path}.allowedFunctionNames`, `'${unknown}' is not declared`);
  const word = typeof mode === "string" ? mode.toUpperCase() : (mode ?? "AUTO");
  const words = ["MODE_UNSPECIFIED", "AUTO", "ANY", "NONE", "VALIDATED"] as const;
  switch (asOneOf(word, words, `${path}.mode`)) {
    case "NONE":
      return "none";
    case "ANY":
      return allowed.length === 1 && allowed[0] !== undefined ? { tool: allowed[0] } : "required";
    default:
      return "auto";
  }
}

function decodeOutput(config: Members): NeutralOutput | undefined {
  const mimeType = optional(asText, config.responseMimeType, "generationConfig.responseMimeType") ?? "text/plain";
  const jsonSchema = optional(asObject, config.responseJsonSchema, "generationConfig.responseJsonSchema");
  const openApi = optional(asObject, config.responseSchema, "generationConfig.responseSchema");
  const schema = jsonSchema ?? (openApi === undefined ? undefined : jsonSchemaOf(openApi));
  const type = asOneOf(mimeType, ["text/plain", "application/json"], "generationConfig.responseMimeType");
  if (type === "text/plain") {
    if (schema !== undefined) refuse("generationConfig.responseMimeType", "must be 'application/json' with a schema");
    return undefined;
  }
  if (schema === undefined) return { name: "output", schema: { type: "object" }, path: "json" };
  return { name: "output", schema, path: "schema" };
}

function decodeReasoning(value: unknown, path: string): NeutralReasoning {
  const config = camelCased(asObject(value, path));
  const budget = optional(asInteger, config.thinkingBudget, `${path}.thinkingBudget`);
  const level = typeof config.thinkingLevel === "string" ? config.thinkingLevel.toLowerCase() : config.thinkingLevel;
  const effort = optional((given, at) => asOneOf(given, efforts, at), level, `${path}.thinkingLevel`);
  const shown = optional(asBoolean, config.includeThoughts, `${path}.includeThoughts`);
  return {
    ...(budget === undefined ? {} : budget === 0 ? { enabled: false } : { budget: budget === -1 ? "auto" : budget }),
    ...(effort === undefined ? {} : { effort }),
    ...(shown === undefined ? {} : { summary: shown ? "auto" : "none" }),
  };
}
