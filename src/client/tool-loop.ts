/** Runs the tools that an answer calls, once those that need it are approved. */
import { toolResult } from "../chat/build.js";
import { validate } from "../chat/json-schema.js";
import type { ToolCallPart, ToolMessage } from "../chat/message.js";
import { TransportError } from "../errors.js";
import type { Step } from "../model/reply.js";
import type { Approve } from "../model/tool-loop.js";
import { onAbort } from "../transport/abort.js";
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

/** A call, its tool, and its arguments as the tool's schema gives them. */
interface CheckedCall {
  readonly call: ToolCallPart;
  readonly tool: AnyTool;
  readonly checked: Awaited<ReturnType<typeof validate>>;
}

/**
 * Runs all calls at once, or none: undefined when one of them is the caller's to answer. Arguments that do not fit,
 * calls that are denied and tools that throw become results with `isError`, which the model is told; it may correct
 * itself.
 */
export async function runTools(
  tools: AnyTools,
  calls: readonly ToolCallPart[],
  { approve, signal }: { readonly approve: Approve<never> | undefined; readonly signal: AbortSignal | undefined },
): Promise<ToolResult[] | undefined> {
  if (!calls.every((call) => toolOf(tools, call).execute !== undefined)) return undefined;
  const checkedCalls = await Promise.all(
    calls.map(async (call): Promise<CheckedCall> => {
      const tool = toolOf(tools, call);
      return { call, tool, checked: await validated(tool, call) };
    }),
  );
  const denials = await untilAborted(denialsOf(checkedCalls, approve, signal), signal);
  if (denials === undefined) return undefined;
  return Promise.all(checkedCalls.map((checked, i) => runTool(checked, denials[i], signal)));
}

/** A schema that throws is as good as one that refuses. */
async function validated(tool: AnyTool, call: ToolCallPart): Promise<CheckedCall["checked"]> {
  try {
    return await validate(tool.input, call.input);
  } catch (error) {
    return { problem: error instanceof Error ? error.message : String(error) };
  }
}

/** Why each call may not run; undefined in the place of all when there is nobody to ask. */
async function denialsOf(
  calls: readonly CheckedCall[],
  approve: Approve<never> | undefined,
  signal: AbortSignal | undefined,
): Promise<(string | undefined)[] | undefined> {
  const asks = await Promise.all(calls.map((call) => needsApproval(call, signal)));
  if (approve === undefined) return asks.includes(true) ? undefined : calls.map(() => undefined);
  const denials: (string | undefined)[] = [];
  // One question at a time: there may be one person to answer.
  for (const [i, { call, checked }] of calls.entries()) {
    if (!asks[i] || "problem" in checked || signal?.aborted) {
      denials.push(undefined);
      continue;
    }
    const asked = { id: call.id, name: call.name, input: checked.value };
    const approval = await approve(asked as never, { toolCallId: call.id, signal });
    if (approval === true) denials.push(undefined);
    else denials.push(approval === false ? "the user did not allow this call" : `not allowed: ${approval.denied}`);
  }
  return denials;
}

function needsApproval(
  { call, tool, checked }: CheckedCall,
  signal: AbortSignal | undefined,
): boolean | Promise<boolean> {
  // It will not run in any case.
  if ("problem" in checked) return false;
  if (typeof tool.needsApproval !== "function") return tool.needsApproval === true;
  return tool.needsApproval(checked.value as never, { toolCallId: call.id, signal });
}

async function runTool(
  { call, tool, checked }: CheckedCall,
  denial: string | undefined,
  signal: AbortSignal | undefined,
): Promise<ToolResult> {
  const about = { toolCallId: call.id, toolName: call.name };
  if ("problem" in checked) return { ...about, output: `invalid arguments: ${checked.problem}`, isError: true };
  if (denial !== undefined) return { ...about, output: denial, isError: true };
  try {
    const output: unknown = await tool.execute?.(checked.value as never, { toolCallId: call.id, signal });
    return { ...about, output, isError: false };
  } catch (error) {
    return { ...about, output: error instanceof Error ? error.message : String(error), isError: true };
  }
}

/** A question that nobody answers ends with the call. */
async function untilAborted<Value>(value: Promise<Value>, signal: AbortSignal | undefined): Promise<Value> {
  if (signal === undefined) return value;
  let unlisten: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    const end = (): void => reject(new TransportError("aborted", "the call was aborted", { cause: signal.reason }));
    if (signal.aborted) end();
    else unlisten = onAbort(signal, end);
  });
  try {
    return await Promise.race([value, aborted]);
  } finally {
    unlisten?.();
  }
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
