/** Neutral tools, tool choice and forced-tool output as function declarations. https://ai.google.dev/gemini-api/docs/function-calling */
import type { NeutralTool } from "../../chat/request.js";
import type { WireBody } from "../body.js";
import { builtinTools } from "../builtin-tools.js";
import type { ChatCall } from "../protocol.js";
import { geminiSchema } from "./schema.js";
import type { WireFunctionDeclaration, WireToolConfig } from "./wire.js";

export function encodeTools({ request, adjust }: ChatCall): readonly WireFunctionDeclaration[] {
  const { tools, output } = request;
  const declarations = tools.map((tool, i) => declaration(tool, `tools[${i}].parameters`, adjust));
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

/** Google's own tools, each an object with one member named after it. */
export function encodeBuiltinTools(call: ChatCall): readonly WireBody[] {
  return builtinTools(call).map(({ type, options }) => {
    const given = Object.keys(options).length > 0;
    return { [camelCase(type)]: type === "computer_use" && !given ? { environment: "ENVIRONMENT_BROWSER" } : options };
  });
}

function camelCase(name: string): string {
  return name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/** Undefined where the protocol's default, `AUTO`, is meant. */
export function encodeToolConfig(call: ChatCall): WireToolConfig | undefined {
  if (call.request.parallelTools === false)
    call.adjust({ path: "parallelTools", action: "dropped", reason: "the protocol cannot ask for one call at a time" });
  const config = callingConfig(call);
  return config === undefined ? undefined : { functionCallingConfig: config };
}

function callingConfig(call: ChatCall): WireToolConfig["functionCallingConfig"] | undefined {
  const { tools, toolChoice, output } = call.request;
  // The answer is a call as well: beside other tools the model picks which one.
  if (output?.path === "tool")
    return tools.length === 0 ? { mode: "ANY", allowedFunctionNames: [output.name] } : { mode: "ANY" };
  if (tools.length === 0) return undefined;
  if (typeof toolChoice === "object") return { mode: "ANY", allowedFunctionNames: [toolChoice.tool] };
  if (toolChoice === "required") return { mode: "ANY" };
  if (toolChoice === "none") return { mode: "NONE" };
  if (isStrict(call)) return { mode: "VALIDATED" };
  return toolChoice === "auto" ? { mode: "AUTO" } : undefined;
}

/** The wire holds all functions to their schemas or none: one strict tool is enough. */
function isStrict({ request, model, adjust }: ChatCall): boolean {
  const strict = request.tools.findIndex((tool) => tool.strict === true);
  if (strict >= 0 && model.features.strictTools !== true)
    adjust({ path: `tools[${strict}].strict`, action: "dropped", reason: "the model cannot enforce a tool's schema" });
  return strict >= 0 && model.features.strictTools === true;
}
