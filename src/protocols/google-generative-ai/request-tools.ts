/** Neutral tools, tool choice and forced-tool output as function declarations. https://ai.google.dev/gemini-api/docs/function-calling */
import type { NeutralTool } from "../../chat/request.js";
import type { ChatCall } from "../protocol.js";
import { geminiSchema } from "./schema.js";
import type { WireFunctionDeclaration, WireToolConfig } from "./wire.js";

export function encodeTools({ request, adjust }: ChatCall): readonly WireFunctionDeclaration[] {
  const { tools, output } = request;
  const declarations = tools.map((tool) => declaration(tool, `tools.${tool.name}.parameters`, adjust));
  if (output?.path !== "tool") return declarations;
  const { name, description, schema } = output;
  return [...declarations, declaration({ name, description, parameters: schema }, "output.schema", adjust)];
}

function declaration(tool: NeutralTool, path: string, adjust: ChatCall["adjust"]): WireFunctionDeclaration {
  return {
    name: tool.name,
    ...(tool.description === undefined ? {} : { description: tool.description }),
    parametersJsonSchema: geminiSchema(tool.parameters, path, adjust),
  };
}

/** Undefined where the protocol's default, `AUTO`, is meant. */
export function encodeToolConfig({ request, adjust }: ChatCall): WireToolConfig | undefined {
  if (request.parallelTools === false)
    adjust({ path: "parallelTools", action: "dropped", reason: "the protocol cannot ask for one call at a time" });
  const config = callingConfig(request);
  return config === undefined ? undefined : { functionCallingConfig: config };
}

function callingConfig({
  tools,
  toolChoice,
  output,
}: ChatCall["request"]): WireToolConfig["functionCallingConfig"] | undefined {
  // The answer is a call as well: beside other tools the model picks which one.
  if (output?.path === "tool")
    return tools.length === 0 ? { mode: "ANY", allowedFunctionNames: [output.name] } : { mode: "ANY" };
  if (tools.length === 0) return undefined;
  if (typeof toolChoice === "object") return { mode: "ANY", allowedFunctionNames: [toolChoice.tool] };
  if (toolChoice === "required") return { mode: "ANY" };
  if (toolChoice === "none") return { mode: "NONE" };
  if (tools.some((tool) => tool.strict === true)) return { mode: "VALIDATED" };
  return toolChoice === "auto" ? { mode: "AUTO" } : undefined;
}
