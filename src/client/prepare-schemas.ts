/** Turns tools and output that the caller passed into their neutral form: schemas become JSON Schema. */
import { type Assume, assumeOf, forcedTool, structuredOutputPath } from "../catalog/capabilities.js";
import { toolChoicesWhile } from "../catalog/conditions.js";
import type { ModelFacts } from "../catalog/facts.js";
import { refusesOutput } from "../catalog/sentences.js";
import { toJsonSchema } from "../chat/json-schema.js";
import type { JsonSchema, NeutralOutput, NeutralTool, OutputPath } from "../chat/request.js";
import { strictSchema } from "../chat/strict-schema.js";
import { CapabilityError } from "../errors.js";
import type { AnyTools, ChatOptions } from "./options.js";
import { outputOption } from "./output.js";
import { chooserOf } from "./passed-output.js";
import type { ReadOptions } from "./read-options.js";
import type { ModelTarget } from "./target.js";

/** The name of the output where the caller gives none. */
const defaultOutputName = "answer";

export function toolsOf(tools: AnyTools): Promise<NeutralTool[]> {
  return Promise.all(
    Object.entries(tools).map(async ([name, { description, input, strict }]) => {
      const path = `tools.${name}.input`;
      const parameters = await toJsonSchema(input, path);
      if (parameters.type !== "object") throw invalid(`${path} must be the schema of an object`, path);
      return { name, description, parameters: (strict === true && strictSchema(parameters)) || parameters, strict };
    }),
  );
}

export async function outputOf({ options, marked }: ReadOptions, target: ModelTarget): Promise<NeutralOutput> {
  const { provider } = target;
  const model = underRules(target.model, options);
  const choose = chooserOf(options.output);
  if (choose !== undefined) {
    const about = { assume: assumeOf(provider, model), hasTools: options.tools !== undefined };
    return choose(model, about) ?? refuseOutput(target);
  }
  const { schema, name = defaultOutputName, description } = outputOption(options.output);
  const assume = assumeOf(provider, model);
  const path =
    outputPath(model, assume, options) ??
    // Where nothing else is left, the tool is offered, and not forced.
    outputPath(target.model, assume, options) ??
    (marked.has("output") ? "schema" : refuseOutput(target));
  const converted: JsonSchema = await toJsonSchema(schema, "output");
  if (path === "tool" && converted.type !== "object") throw invalid("output must be the schema of an object", "output");
  const strict = model.features.structuredOutput === "strict" ? strictSchema(converted) : undefined;
  return { name, description, schema: strict ?? converted, path, strict: strict === undefined ? undefined : true };
}

function refuseOutput({ provider, modelId }: ModelTarget): never {
  const about = { provider: provider.id, model: modelId, path: "output" };
  throw new CapabilityError("unsupported", refusesOutput(modelId), about);
}

/** The model as its rules leave it for this call: some cannot be forced to call a tool while they reason. */
function underRules(model: ModelFacts, { reasoning }: ChatOptions): ModelFacts {
  const toolChoice = toolChoicesWhile(model, reasoning);
  if (toolChoice === undefined || toolChoice === model.features.toolChoice) return model;
  return { ...model, features: { ...model.features, toolChoice } };
}

/** A forced tool also where the provider's own way does not go together with tools. */
function outputPath(model: ModelFacts, assume: Assume, options: ChatOptions): OutputPath | undefined {
  const path = structuredOutputPath(model, assume);
  const beside = options.tools !== undefined && model.features.structuredOutputWithTools === false;
  return beside && path !== undefined && forcedTool(model, assume) !== undefined ? "tool" : path;
}

function invalid(message: string, path: string): CapabilityError {
  return new CapabilityError("invalid-request", message, { path });
}
