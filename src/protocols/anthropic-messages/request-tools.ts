/** Encodes tools, the choice among them, and the structured answer with its three paths. */
import { assumeOf } from "../../catalog/capabilities.js";
import type { NeutralOutput, NeutralTool } from "../../chat/request.js";
import { type BuiltinTool, builtinTools } from "../builtin-tools.js";
import type { ChatCall } from "../protocol.js";
import { restrictedSchema } from "../restricted-schema.js";
import { builtinToolNames, type WireBuiltinTool, type WireObject, type WireTool, type WireToolChoice } from "./wire.js";

export interface EncodedTools {
  readonly tools?: readonly (WireTool | WireBuiltinTool)[];
  readonly toolChoice?: WireToolChoice | undefined;
  /** `output_config.format`. */
  readonly format?: WireObject;
  /** Text for the end of the system prompt. */
  readonly instruction?: string;
}

/** `thinking` says that the model will think: the API then refuses to force a tool. */
export function encodeTools(call: ChatCall, thinking: boolean): EncodedTools {
  const { output } = call.request;
  const tools = [
    ...call.request.tools.map((tool, i) => encodeTool(tool, call, `tools[${i}]`)),
    ...builtinTools(call).map(encodeBuiltinTool),
  ];
  const own = tools.length === 0 ? withoutTools(call) : { tools, toolChoice: toolChoice(call) };
  if (output === undefined) return own;
  if (output.path === "schema") {
    const schema = restrictedSchema(output.schema, call, "output.schema");
    return { ...own, format: { type: "json_schema", schema } };
  }
  if (output.path === "tool") return { ...own, ...outputTool(output, tools, { call, thinking }) };
  const instruction = `Answer with one JSON value and nothing else. It must be valid against this JSON Schema:\n${JSON.stringify(output.schema)}`;
  return { ...own, instruction: added(call, instruction) };
}

function encodeTool({ name, description, parameters, strict }: NeutralTool, call: ChatCall, path: string): WireTool {
  const { provider, model, adjust } = call;
  const tool = { name, ...(description === undefined ? {} : { description }), input_schema: parameters };
  const enforced = model.features.strictTools ?? assumeOf(provider, model) === "permissive";
  if (strict === true && !enforced)
    adjust({ path: `${path}.strict`, action: "dropped", reason: "the model cannot enforce a tool's schema" });
  if (strict === undefined || !enforced) return tool;
  return strict
    ? { ...tool, input_schema: restrictedSchema(parameters, call, `${path}.parameters`), strict }
    : { ...tool, strict };
}

function encodeBuiltinTool({ type, version, options }: BuiltinTool): WireBuiltinTool {
  const known = Object.hasOwn(builtinToolNames, type) ? builtinToolNames[type] : undefined;
  return { type: version ?? known?.type ?? type, name: known?.name ?? type, ...options };
}

/** The API refuses a choice where there is nothing to choose from. */
function withoutTools(call: ChatCall): EncodedTools {
  const { toolChoice: from, output } = call.request;
  if (from !== undefined && output?.path !== "tool")
    call.adjust({ path: "toolChoice", action: "dropped", reason: "the request offers no tools", from });
  return {};
}

function toolChoice({ request }: ChatCall): WireToolChoice | undefined {
  const { toolChoice: choice, parallelTools } = request;
  if (choice === "none") return { type: "none" };
  const single = parallelTools === false ? ({ disable_parallel_tool_use: true } as const) : {};
  if (typeof choice === "object") return { type: "tool", name: choice.tool, ...single };
  if (choice === "required") return { type: "any", ...single };
  return choice === "auto" || parallelTools === false ? { type: "auto", ...single } : undefined;
}

/** The answer as the arguments of a tool: the only one, or one of those that the model must choose from. */
function outputTool(
  output: NeutralOutput,
  tools: readonly (WireTool | WireBuiltinTool)[],
  { call, thinking }: { readonly call: ChatCall; readonly thinking: boolean },
): EncodedTools {
  const description = output.description ?? "Gives the answer.";
  const all = [...tools, { name: output.name, description, input_schema: output.schema }];
  const alone = tools.length === 0;
  const { toolChoice: from, parallelTools } = call.request;
  if (from !== undefined && from !== "auto")
    call.adjust({ path: "toolChoice", action: "replaced", reason: "the answer itself is a tool call", from });
  const single = alone || parallelTools === false ? ({ disable_parallel_tool_use: true } as const) : {};
  if (thinking) {
    const instruction = `Give your answer by calling the tool ${JSON.stringify(output.name)}.`;
    return { tools: all, toolChoice: { type: "auto", ...single }, instruction: added(call, instruction) };
  }
  return {
    tools: all,
    toolChoice: alone ? { type: "tool", name: output.name, ...single } : { type: "any", ...single },
  };
}

function added(call: ChatCall, instruction: string): string {
  const reason = "the form of the answer is asked for in the system prompt";
  call.adjust({ path: "output", action: "added", reason, to: instruction });
  return instruction;
}
