/** Turns what the caller passed into the neutral request. */
import { assumeOf, forcedTool, structuredOutputPath } from "../catalog/capabilities.js";
import { refusesOutput } from "../catalog/sentences.js";
import { toJsonSchema } from "../chat/json-schema.js";
import type { AnyMessage } from "../chat/message.js";
import type { JsonSchema, NeutralOutput, NeutralRequest, NeutralTool, OutputPath } from "../chat/request.js";
import { strictSchema } from "../chat/strict-schema.js";
import { CapabilityError } from "../errors.js";
import { type AnyTools, type ChatOptions, chatParamNames } from "./options.js";
import type { ReadOptions } from "./read-options.js";
import type { Target } from "./target.js";

/** The name of the output where the caller gives none. */
const defaultOutputName = "answer";

export async function prepareRequest(read: ReadOptions, target: Target): Promise<NeutralRequest> {
  const { options } = read;
  return {
    messages: messagesOf(options.messages),
    tools: options.tools === undefined ? [] : await toolsOf(options.tools),
    toolChoice: options.toolChoice,
    parallelTools: options.parallelTools,
    output: options.output === undefined ? undefined : await outputOf(read, target),
    reasoning: options.reasoning,
    params: paramsOf(options),
    extraBody: options.extraBody,
    extraHeaders: options.extraHeaders,
  };
}

function messagesOf(messages: ChatOptions["messages"]): readonly AnyMessage[] {
  return typeof messages === "string" ? [{ role: "user", content: messages }] : messages;
}

function toolsOf(tools: AnyTools): Promise<NeutralTool[]> {
  return Promise.all(
    Object.entries(tools).map(async ([name, { description, input, strict }]) => {
      const path = `tools.${name}.input`;
      const parameters = await toJsonSchema(input, path);
      if (parameters.type !== "object") throw invalid(`${path} must be the schema of an object`, path);
      return { name, description, parameters: (strict === true && strictSchema(parameters)) || parameters, strict };
    }),
  );
}

async function outputOf({ options, marked }: ReadOptions, target: Target): Promise<NeutralOutput> {
  const { model, modelId } = target;
  const { schema, name = defaultOutputName, description } = outputOption(options.output);
  const path = outputPath(target, options) ?? (marked.has("output") ? "schema" : undefined);
  if (path === undefined)
    throw new CapabilityError("unsupported", refusesOutput(modelId), {
      provider: target.provider.id,
      model: modelId,
      path: "output",
    });
  const converted: JsonSchema = await toJsonSchema(schema, "output");
  if (path === "tool" && converted.type !== "object") throw invalid("output must be the schema of an object", "output");
  const strict = model.features.structuredOutput === "strict" ? strictSchema(converted) : undefined;
  return { name, description, schema: strict ?? converted, path, strict: strict === undefined ? undefined : true };
}

interface OutputOption {
  readonly schema: unknown;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** The schema that the caller gave, alone or with name and description. */
export function outputOption(output: unknown): OutputOption {
  const isOption =
    typeof output === "object" && output !== null && "schema" in output && !("~standard" in output || "type" in output);
  return isOption ? (output as OutputOption) : { schema: output };
}

/** A forced tool also where the provider's own way does not go together with tools. */
function outputPath({ provider, model }: Target, options: ChatOptions): OutputPath | undefined {
  const assume = assumeOf(provider, model);
  const path = structuredOutputPath(model, assume);
  const beside = options.tools !== undefined && model.features.structuredOutputWithTools === false;
  return beside && path !== undefined && forcedTool(model, assume) !== undefined ? "tool" : path;
}

function paramsOf(options: ChatOptions): NeutralRequest["params"] {
  const params: { [name: string]: unknown } = {};
  for (const name in options) {
    const value = options[name as keyof ChatOptions];
    if (value !== undefined && chatParamNames.has(name)) params[name] = value;
  }
  if (options.builtinTools !== undefined) params.builtinTools = options.builtinTools.map((type) => ({ type }));
  for (const [name, value] of Object.entries(options.options ?? {})) if (value !== undefined) params[name] = value;
  return params;
}

function invalid(message: string, path: string): CapabilityError {
  return new CapabilityError("invalid-request", message, { path });
}
