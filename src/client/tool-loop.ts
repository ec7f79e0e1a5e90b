/** Runs the tools that an answer calls. */
import { toolResult } from "../chat/build.js";
import { validate } from "../chat/json-schema.js";
import type { ToolCallPart, ToolMessage } from "../chat/message.js";
import { TransportError } from "../errors.js";
import type { Step } from "../model/reply.js";
import type { AnyTool, AnyTools } from "./options.js";

type ToolResult = Step["toolResults"][number];

/** The tool of a call. Throws "invalid-tool-call" for a name that was not offered. */
function toolOf(tools: AnyTools, call: ToolCallPart): AnyTool {
  const tool = Object.hasOwn(tools, call.name) ? tools[call.name] : undefined;
  if (tool !== undefined) return tool;
  throw new TransportError(
    "invalid-tool-call",
    `the model called ${JSON.stringify(call.name)}, which is no tool of the request`,
  );
}

/** True when every call can be answered without the caller. */
export function canRunAll(tools: AnyTools, calls: readonly ToolCallPart[]): boolean {
  return calls.every((call) => toolOf(tools, call).execute !== undefined);
}

/**
 * Runs all calls at once. Arguments that do not fit and tools that throw become results with `isError`, which the model
 * is told; it may correct itself.
 */
export function runTools(
  tools: AnyTools,
  calls: readonly ToolCallPart[],
  signal: AbortSignal | undefined,
): Promise<ToolResult[]> {
  return Promise.all(
    calls.map(async (call) => {
      const about = { toolCallId: call.id, toolName: call.name };
      const tool = toolOf(tools, call);
      try {
        const checked = await validate(tool.input, call.input);
        if ("problem" in checked) return { ...about, output: `invalid arguments: ${checked.problem}`, isError: true };
        const output: unknown = await tool.execute?.(checked.value as never, { toolCallId: call.id, signal });
        return { ...about, output, isError: false };
      } catch (error) {
        return { ...about, output: error instanceof Error ? error.message : String(error), isError: true };
      }
    }),
  );
}

/** A result as the model is told. */
export function toolMessage({ toolCallId, toolName, output, isError }: ToolResult): ToolMessage {
  return toolResult({ id: toolCallId, name: toolName }, output, isError ? { isError } : undefined);
}

/** The calls that go to the caller, with arguments as the tools' schemas give them. Throws "invalid-tool-call". */
export function checkedCalls(tools: AnyTools, calls: readonly ToolCallPart[]): Promise<ToolCallPart[]> {
  return Promise.all(
    calls.map(async (call) => {
      const checked = await validate(toolOf(tools, call).input, call.input);
      if (!("problem" in checked)) return { ...call, input: checked.value };
      throw new TransportError(
        "invalid-tool-call",
        `the arguments of the call of ${JSON.stringify(call.name)} do not fit: ${checked.problem}`,
        { text: JSON.stringify(call.input) },
      );
    }),
  );
}
