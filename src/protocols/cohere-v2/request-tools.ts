/** Encodes tools and the choice among them; a structured answer may be one. https://docs.cohere.com/docs/tool-use-overview */
import type { NeutralTool } from "../../chat/request.js";
import { CapabilityError } from "../../errors.js";
import type { ChatCall } from "../protocol.js";
import type { WireTool } from "./wire.js";

export interface EncodedTools {
  readonly tools?: readonly WireTool[];
  readonly strict_tools?: boolean;
  readonly tool_choice?: "REQUIRED" | "NONE";
}

export function encodeTools(call: ChatCall): EncodedTools {
  const { request } = call;
  const output = request.output?.path === "tool" ? request.output : undefined;
  const tools: readonly NeutralTool[] =
    output === undefined ? request.tools : [...request.tools, { ...output, parameters: output.schema }];
  if (request.parallelTools === false && tools.length > 0)
    drop(call, "parallelTools", "the API has no switch for one call at a time");
  if (tools.length === 0) {
    if (request.toolChoice !== undefined) drop(call, "toolChoice", "the request offers no tools");
    return {};
  }
  const choice = output === undefined ? toolChoice(call) : "REQUIRED";
  return {
    tools: tools.map(({ name, description, parameters }) => ({
      type: "function",
      function: { name, ...(description === undefined ? {} : { description }), parameters },
    })),
    ...strictTools(tools, call),
    ...(choice === undefined ? {} : { tool_choice: choice }),
  };
}

function toolChoice({ request, modelId, provider }: ChatCall): EncodedTools["tool_choice"] {
  const { toolChoice: choice } = request;
  if (typeof choice === "object")
    throw new CapabilityError("unsupported", `${modelId} cannot be made to call one given tool`, {
      provider: provider.id,
      model: modelId,
      path: "toolChoice",
    });
  if (choice === "required") return "REQUIRED";
  // Without a choice the model decides: there is no word for it.
  return choice === "none" ? "NONE" : undefined;
}

/** The API enforces the schemas of all tools or of none. */
function strictTools(tools: readonly NeutralTool[], call: ChatCall): Pick<EncodedTools, "strict_tools"> {
  if (tools.every((tool) => tool.strict === true)) return { strict_tools: true };
  if (tools.every((tool) => tool.strict === false)) return { strict_tools: false };
  tools.forEach((tool, i) => {
    if (tool.strict === true) drop(call, `tools[${i}].strict`, "the API enforces the schemas of all tools or of none");
  });
  return {};
}

function drop(call: ChatCall, path: string, reason: string): void {
  call.adjust({ path, action: "dropped", reason });
}
