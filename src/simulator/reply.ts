/** Decides what a simulated model says: text about what it received, tool calls, or schema-valid JSON. */
import type { AnyMessage, ToolMessage } from "../chat/message.js";
import type { JsonSchema, NeutralRequest, NeutralTool, ToolChoice } from "../chat/request.js";
import type { ScriptedReply } from "./contract.js";
import type { Random } from "./random.js";
import { sampleSchema } from "./sample.js";

/** Longest quotation of what a user or a tool said. */
const maxQuote = 200;

/** How the reply of the simulator is made. */
export interface ReplyContext {
  readonly modelId: string;
  readonly label: string;
  readonly random: Random;
}

/** The reply to an accepted request. The same request and seed give the same reply. */
export function makeReply(request: NeutralRequest, context: ReplyContext): ScriptedReply {
  const called = toolsToCall(request);
  if (called.length > 0)
    return {
      toolCalls: called.map((tool) => ({ name: tool.name, input: sampleSchema(tool.parameters, context.random) })),
    };
  const schema = wantedSchema(request);
  if (schema !== undefined) return { output: sampleSchema(schema, context.random) };
  return { text: context.label + describe(request, context.modelId), ...found(request) };
}

/** What a built-in search finds. `.invalid` never resolves (RFC 2606). */
function found({ params }: NeutralRequest): Pick<ScriptedReply, "sources" | "meters"> {
  const names = Array.isArray(params.builtinTools) ? params.builtinTools.map(({ type }) => String(type)) : [];
  if (!names.some((name) => name.includes("search") || name.includes("grounding"))) return {};
  const web = names.some((name) => name.includes("search") && name !== "file_search");
  return {
    sources: [{ url: "https://simulator.invalid/source", title: "[simulated] A source" }],
    ...(web ? { meters: { webSearch: 1 } } : {}),
  };
}

/** A reasoning model's thoughts before its reply. */
export function makeReasoning(request: NeutralRequest): string {
  const question = quote(lastUserText(request.messages));
  return `The user wrote ${question}. ${request.tools.length} tools are offered. I compose the answer.`;
}

/** The schema of a structured answer. JSON mode has none of its own: clients then state it in the prompt. */
function wantedSchema({ output, messages }: NeutralRequest): JsonSchema | undefined {
  if (output !== undefined && output.path !== "json") return output.schema;
  return schemaIn(systemText(messages)) ?? output?.schema;
}

/** A JSON Schema on a line of its own, in a prompt that speaks of one. */
function schemaIn(prompt: string): JsonSchema | undefined {
  if (!prompt.includes("JSON Schema")) return undefined;
  for (const line of prompt.split("\n")) {
    if (!line.startsWith("{")) continue;
    try {
      return JSON.parse(line) as JsonSchema;
    } catch {
      // Prose that begins with a brace.
    }
  }
  return undefined;
}

/**
 * A forced choice is always obeyed; `auto` calls the tools that the last user message speaks of, or that the system
 * prompt orders to call, until the results are there.
 */
function toolsToCall({ tools, toolChoice = "auto", parallelTools, messages }: NeutralRequest): readonly NeutralTool[] {
  if (tools.length === 0 || toolChoice === "none") return [];
  if (typeof toolChoice === "object") return tools.filter((tool) => tool.name === toolChoice.tool).slice(0, 1);
  const last = messages.at(-1);
  if (last?.role === "tool" && toolChoice !== "required") return [];
  const spokenOf = mentioned(tools, lastUserText(messages));
  const called = spokenOf.length > 0 ? spokenOf : ordered(tools, toolChoice, systemText(messages));
  return parallelTools === false ? called.slice(0, 1) : called;
}

function ordered(tools: readonly NeutralTool[], choice: ToolChoice, prompt: string): readonly NeutralTool[] {
  const named = tools.filter(({ name }) => prompt.includes(`calling the tool ${JSON.stringify(name)}`));
  return named.length === 0 && choice === "required" ? tools.slice(0, 1) : named.slice(0, 1);
}

function mentioned(tools: readonly NeutralTool[], text: string): readonly NeutralTool[] {
  const lower = text.toLowerCase();
  return tools.filter(
    ({ name }) => lower.includes(name.toLowerCase()) || wordsOf(name).some((word) => lower.includes(word)),
  );
}

/** `get_weather`, `getWeather` speak of "weather": words too short to mean something are left out. */
function wordsOf(name: string): readonly string[] {
  return name
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .filter((word) => word.length >= 4);
}

function describe(request: NeutralRequest, modelId: string): string {
  const results = trailingResults(request.messages);
  if (results.length > 0)
    return `${modelId} read the tool results: ${results.map((result) => `${result.toolName} → ${quote(textOf(result))}`).join("; ")}.`;
  const received = [`${request.messages.length} messages`, ...mediaCounts(request.messages)].join(", ");
  return `${modelId} received ${received}. You said: ${quote(lastUserText(request.messages))}`;
}

function trailingResults(messages: readonly AnyMessage[]): readonly ToolMessage[] {
  const after = messages.findLastIndex((message) => message.role !== "tool") + 1;
  return messages.slice(after).filter((message) => message.role === "tool");
}

function mediaCounts(messages: readonly AnyMessage[]): readonly string[] {
  const counts = new Map<string, number>();
  for (const { content } of messages)
    if (typeof content !== "string")
      for (const { type } of content)
        if (type === "image" || type === "audio" || type === "video" || type === "pdf")
          counts.set(type, (counts.get(type) ?? 0) + 1);
  return [...counts].map(([type, count]) => `${count} ${type}`);
}

function systemText(messages: readonly AnyMessage[]): string {
  return messages
    .filter((message) => message.role === "system")
    .map(textOf)
    .join("\n");
}

function lastUserText(messages: readonly AnyMessage[]): string {
  const last = messages.findLast((message) => message.role === "user");
  return last === undefined ? "" : textOf(last);
}

function textOf({ content }: AnyMessage): string {
  if (typeof content === "string") return content;
  return content.map((part) => (part.type === "text" ? part.text : "")).join("");
}

/** Cut between characters, never inside one. */
function quote(text: string): string {
  const characters = [...text.slice(0, maxQuote + 1)];
  return `"${text.length <= maxQuote ? text : `${characters.slice(0, -1).join("")}…`}"`;
}
