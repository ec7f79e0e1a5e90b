/** Refuses by capability: kind of model, modalities, tools, structured output, streaming, roles, context. */
import type { Modality, ModelKind } from "../catalog/facts.js";
import type { MediaSource } from "../chat/message.js";
import {
  assumesYes,
  badValue,
  type Check,
  chatDialect,
  type Inspection,
  type Refusal,
  unsupported,
} from "./inspection.js";
import { countPrompt } from "./tokens.js";
import { requestValue, valueAt, wirePath } from "./wire-view.js";

/** Kinds that a chat endpoint serves; image models of Gemini answer there, too. */
const chatKinds: readonly ModelKind[] = ["chat", "completion", "image"];

export const capabilityChecks: readonly Check[] = [
  kind,
  members,
  streaming,
  systemRole,
  modalities,
  tools,
  builtinTools,
  toolChoice,
  parallelTools,
  output,
  context,
];

function kind({ model, modelId }: Inspection): Refusal | undefined {
  if (chatKinds.includes(model.kind)) return undefined;
  return { code: "not-found", message: `The model '${modelId}' is not a chat model.`, param: "model" };
}

/** First-party services refuse members that they do not know; the others ignore them. */
function members({ provider, model, protocol, served }: Inspection): Refusal | undefined {
  if (provider.role !== "lab" || assumesYes({ provider, model })) return undefined;
  // The client that misspells a parameter in its own case is what this is for: provider options pass by name.
  if (protocol === "google-generative-ai") return undefined;
  const stray = Object.keys(served.wire).find((name) => camelCased.has(name));
  return stray === undefined ? undefined : unsupported(stray, "is not a member of this request");
}

const camelCased = new Set([
  "topP",
  "topK",
  "minP",
  "maxTokens",
  "maxOutputTokens",
  "stopSequences",
  "toolChoice",
  "parallelTools",
  "frequencyPenalty",
  "presencePenalty",
  "logitBias",
  "topLogprobs",
  "serviceTier",
  "responseFormat",
]);

function streaming({ model, served }: Inspection): Refusal | undefined {
  const { streaming: stated } = model.features;
  if (stated === false && served.stream) return unsupported("stream");
  if (stated === "required" && !served.stream) return badValue("stream", "this model only streams");
  return undefined;
}

function systemRole({ model, protocol, served }: Inspection): Refusal | undefined {
  if (model.features.systemRole !== false) return undefined;
  if (served.request.messages.every((message) => message.role !== "system")) return undefined;
  const params = {
    "anthropic-messages": "system",
    "google-generative-ai": "systemInstruction",
    "bedrock-converse": "system",
  };
  const param = params[protocol as keyof typeof params] as string | undefined;
  return unsupported(param ?? "messages[0].role", "'system' does not work with this model");
}

function modalities(inspection: Inspection): Refusal | undefined {
  const counts = new Map<Modality, number>();
  for (const [i, message] of inspection.served.request.messages.entries()) {
    if (typeof message.content === "string") continue;
    for (const [j, part] of message.content.entries()) {
      const found = mediaIn(part);
      if (found === undefined || message.role === "assistant") continue;
      const count = (counts.get(found.modality) ?? 0) + 1;
      counts.set(found.modality, count);
      const refusal = medium(found, { inspection, path: `messages[${i}].content[${j}]`, count });
      if (refusal !== undefined) return refusal;
    }
  }
  return undefined;
}

interface Medium {
  readonly modality: Modality;
  readonly source: MediaSource;
}

function mediaIn(part: { readonly type: string }): Medium | undefined {
  const { type } = part;
  if (type !== "image" && type !== "audio" && type !== "video" && type !== "pdf") return undefined;
  return { modality: type, source: (part as unknown as { readonly [member: string]: MediaSource })[type] ?? "" };
}

function medium(
  { modality, source }: Medium,
  { inspection, path, count }: { readonly inspection: Inspection; readonly path: string; readonly count: number },
): Refusal | undefined {
  const { model } = inspection;
  const taken = model.input.includes(modality) || (modality === "pdf" && model.input.includes("file"));
  if (!taken && !(model.inputUnstated === true && assumesYes(inspection)))
    return {
      code: "unsupported",
      message: `Invalid content type at '${path}': this model does not support ${modality} input.`,
      param: path,
    };
  const facts = model.media?.[modality];
  if (facts?.maxCount !== undefined && count > facts.maxCount)
    return badValue(path, `at most ${facts.maxCount} parts of type ${modality} are allowed`);
  const dataType = typeof source === "string" ? /^data:([^;,]+)/i.exec(source)?.[1]?.toLowerCase() : undefined;
  const remote = dataType === undefined && typeof source === "string" && /^[a-z]+:/i.test(source);
  if (remote && facts?.sources !== undefined && !facts.sources.includes("url"))
    return badValue(path, `${modality} by URL is not supported`);
  if (dataType !== undefined && facts?.mime !== undefined && !facts.mime.includes(dataType))
    return badValue(path, `'${dataType}' is not one of ${facts.mime.join(", ")}`);
  return undefined;
}

function tools(inspection: Inspection): Refusal | undefined {
  const { model, served } = inspection;
  const offered = served.request.tools;
  if (offered.length === 0) return undefined;
  if (!(model.features.tools ?? assumesYes(inspection))) return unsupported("tools");
  if (model.limits.tools !== undefined && offered.length > model.limits.tools)
    return badValue("tools", `array too long, at most ${model.limits.tools} tools are allowed`);
  const i = offered.findIndex((tool) => !/^[a-zA-Z0-9_.:-]{1,128}$/.test(tool.name));
  if (i >= 0) return badValue(`tools[${i}].name`, "does not match '^[a-zA-Z0-9_-]+$'");
  const twice = offered.findIndex((tool, at) => offered.findIndex(({ name }) => name === tool.name) < at);
  if (twice >= 0) return badValue(`tools[${twice}].name`, "tool names must be unique");
  const strict = offered.findIndex((tool) => tool.strict === true);
  if (strict >= 0 && model.features.strictTools === false) return unsupported(`tools[${strict}].strict`);
  return undefined;
}

function builtinTools({ model, served }: Inspection): Refusal | undefined {
  const { builtinTools: asked } = served.request.params;
  if (!Array.isArray(asked)) return undefined;
  const names = asked.map(({ type }: { readonly type?: unknown }) => String(type));
  const refused = names.find((name) => model.features.builtinTools?.includes(name) === false);
  return refused === undefined ? undefined : unsupported(`the tool '${refused}'`);
}

function toolChoice(inspection: Inspection): Refusal | undefined {
  const { model, served, protocol, provider } = inspection;
  const choice = served.request.toolChoice;
  if (choice === undefined) return undefined;
  const mode = typeof choice === "object" ? "named" : choice;
  const param = protocol === "google-generative-ai" ? "toolConfig.functionCallingConfig.mode" : "tool_choice";
  const modes = model.features.toolChoice;
  if (modes === undefined ? mode !== "auto" && !assumesYes(inspection) : !modes.includes(mode))
    return unsupported(param, `'${mode}' is not supported with this model`);
  const dialect = chatDialect(provider, model);
  const spelled = dialect.toolChoiceRequired ?? "required";
  const wire = served.wire.tool_choice;
  if (protocol === "openai-chat" && mode === "required" && wire !== spelled)
    return badValue(param, `'${String(wire)}' is not one of 'none', 'auto', '${spelled}'`);
  return undefined;
}

function parallelTools(inspection: Inspection): Refusal | undefined {
  const value = requestValue(inspection, "parallelTools");
  if (value === undefined || inspection.model.features.parallelTools !== false) return undefined;
  // One call at a time is all that such a model does anyway, where the protocol asks for it by another switch.
  if (inspection.protocol === "anthropic-messages") return undefined;
  return unsupported(wirePath(inspection, "parallelTools"));
}

const outputParams: { readonly [protocol: string]: string } = {
  "openai-chat": "response_format",
  "openai-responses": "text.format",
  "anthropic-messages": "output_config.format",
  "google-generative-ai": "generationConfig.responseJsonSchema",
  "cohere-v2": "response_format",
  "bedrock-converse": "outputConfig.textFormat",
};

function output(inspection: Inspection): Refusal | undefined {
  const { model, served, protocol } = inspection;
  const asked = served.request.output;
  if (asked === undefined) return undefined;
  const param = outputParams[protocol] ?? "output";
  const stated = model.features.structuredOutput;
  const taken =
    stated === undefined
      ? assumesYes(inspection)
      : asked.path === "json"
        ? stated !== "none"
        : stated === "schema" || stated === "strict";
  if (!taken)
    return unsupported(
      param,
      `of type '${asked.path === "json" ? "json_object" : "json_schema"}' is not supported with this model`,
    );
  if (served.request.tools.length > 0 && model.features.structuredOutputWithTools === false)
    return unsupported(param, "cannot be combined with tools on this model");
  return droppedKeyword(inspection, param);
}

/** Schema keywords that the provider is known to reject. */
function droppedKeyword({ provider, model, protocol, served }: Inspection, param: string): Refusal | undefined {
  const dialect = chatDialect(provider, model);
  if (protocol !== "openai-chat" || dialect.schemaDrop === undefined) return undefined;
  const schema = valueAt(served.wire, "response_format.json_schema.schema");
  const found = dialect.schemaDrop.find((keyword) => holdsKeyword(schema, keyword, 0));
  return found === undefined ? undefined : badValue(param, `schema keyword '${found}' is not permitted`);
}

/** Whether a schema uses a keyword. Names of properties are no keywords. */
function holdsKeyword(schema: unknown, keyword: string, depth: number): boolean {
  if (typeof schema !== "object" || schema === null || depth > 64) return false;
  if (Array.isArray(schema)) return schema.some((item) => holdsKeyword(item, keyword, depth + 1));
  return Object.entries(schema).some(([name, value]) => {
    if (name === "properties" || name === "$defs" || name === "definitions")
      return Object.values((value ?? {}) as object).some((member) => holdsKeyword(member, keyword, depth + 1));
    return name === keyword || (name !== "enum" && name !== "const" && holdsKeyword(value, keyword, depth + 1));
  });
}

function context({ model, served }: Inspection): Refusal | undefined {
  const limit = model.limits.input ?? model.limits.context;
  const tokens = countPrompt(served.request);
  if (limit === undefined || tokens <= limit) return undefined;
  return {
    code: "context-length",
    message: `prompt is too long: this model's maximum context length is ${limit} tokens, your messages resulted in ${tokens} tokens.`,
    param: "messages",
  };
}
