/** Encodes tools, the choice among them, and the structured answer with its three paths. */

import { assumeOf } from "../../catalog/capabilities.js";
import type { NeutralOutput, NeutralTool } from "../../chat/request.js";
import { CapabilityError } from "../../errors.js";
import { listOf, objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { restrictedSchema } from "../restricted-schema.js";
import type { WireObject, WireTool, WireToolChoice } from "./wire.js";

export interface EncodedTools {
  readonly toolConfig?: { readonly tools: readonly WireTool[]; readonly toolChoice?: WireToolChoice };
  readonly outputConfig?: WireObject;
  /** Text for the end of the system prompt. */
  readonly instruction?: string;
}

/** `reasons` says that the model will reason: a tool cannot be forced then. */
export function encodeTools(call: ChatCall, reasons: boolean): EncodedTools {
  const { output, parallelTools, toolChoice } = call.request;
  const tools = [
    ...call.request.tools.map((tool, i) => encodeTool(tool, call, `tools[${i}]`)),
    ...listOf(call.request.params.builtinTools).map(encodeSystemTool),
  ];
  if (parallelTools === false && tools.length > 0)
    drop(call, "parallelTools", "the API has no switch for one call at a time");
  if (tools.length === 0 && toolChoice !== undefined && output?.path !== "tool")
    drop(call, "toolChoice", "the request offers no tools");
  const own = tools.length === 0 ? {} : { toolConfig: { tools, ...encodeChoice(call) } };
  if (output === undefined) return own;
  if (output.path === "schema") return { ...own, outputConfig: encodeOutput(output, call) };
  if (output.path === "tool") return outputTool(output, tools, { call, reasons });
  const instruction = `Answer with one JSON value and nothing else. It must be valid against this JSON Schema:\n${JSON.stringify(output.schema)}`;
  return { ...own, instruction: added(call, instruction) };
}

function encodeTool({ name, description, parameters, strict }: NeutralTool, call: ChatCall, path: string): WireTool {
  const { provider, model } = call;
  const described = description === undefined ? {} : { description };
  const enforced = model.features.strictTools ?? assumeOf(provider, model) === "permissive";
  if (strict === true && !enforced) drop(call, `${path}.strict`, "the model cannot enforce a tool's schema");
  const schema = strict === true && enforced ? restrictedSchema(parameters, call, `${path}.parameters`) : parameters;
  const stated = strict === undefined || !enforced ? {} : { strict };
  return { toolSpec: { name, ...described, inputSchema: { json: schema }, ...stated } };
}

/** Tools that the provider runs itself, such as Nova's code interpreter. */
function encodeSystemTool(tool: unknown): WireTool {
  return { systemTool: { name: textOf(objectOf(tool)?.type) ?? "" } };
}

function encodeChoice({ request: { toolChoice: choice }, modelId, provider }: ChatCall): {
  readonly toolChoice?: WireToolChoice;
} {
  if (choice === undefined) return {};
  if (choice === "none")
    throw new CapabilityError("unsupported", `${modelId} cannot be kept from its tools: leave them out`, {
      provider: provider.id,
      model: modelId,
      path: "toolChoice",
    });
  if (typeof choice === "object") return { toolChoice: { tool: { name: choice.tool } } };
  return { toolChoice: choice === "required" ? { any: {} } : { auto: {} } };
}

/** The schema goes as text. https://docs.aws.amazon.com/bedrock/latest/userguide/structured-output.html */
function encodeOutput({ name, description, schema }: NeutralOutput, call: ChatCall): WireObject {
  const jsonSchema = {
    schema: JSON.stringify(restrictedSchema(schema, call, "output.schema")),
    name,
    ...(description === undefined ? {} : { description }),
  };
  return { textFormat: { type: "json_schema", structure: { jsonSchema } } };
}

/** The answer as the arguments of a tool: the only one, or one of those that the model must choose from. */
function outputTool(
  output: NeutralOutput,
  own: readonly WireTool[],
  { call, reasons }: { readonly call: ChatCall; readonly reasons: boolean },
): EncodedTools {
  const { name, description = "Gives the answer.", schema } = output;
  const tools = [...own, { toolSpec: { name, description, inputSchema: { json: schema } } }];
  const { toolChoice: from } = call.request;
  if (from !== undefined && from !== "auto")
    call.adjust({ path: "toolChoice", action: "replaced", reason: "the answer itself is a tool call", from });
  if (reasons) {
    const instruction = `Give your answer by calling the tool ${JSON.stringify(name)}.`;
    return { toolConfig: { tools, toolChoice: { auto: {} } }, instruction: added(call, instruction) };
  }
  const modes = call.model.features.toolChoice;
  const named = own.length === 0 && (modes === undefined || modes.includes("named"));
  return { toolConfig: { tools, toolChoice: named ? { tool: { name } } : { any: {} } } };
}

function added(call: ChatCall, instruction: string): string {
  const reason = "the form of the answer is asked for in the system prompt";
  call.adjust({ path: "output", action: "added", reason, to: instruction });
  return instruction;
}

function drop(call: ChatCall, path: string, reason: string): void {
  call.adjust({ path, action: "dropped", reason });
}
