/** Refuses histories whose turns or tool calls do not fit together, each protocol by its own rules, read off the wire. */
import type { ChatProtocolId } from "../catalog/facts.js";
import { camelCased } from "../protocols/google-generative-ai/server-spelling.js";
import { badValue, type Check, chatDialect, type Inspection, type Refusal } from "./inspection.js";
import { converseHistory } from "./refuse-converse.js";

type Members = { readonly [name: string]: unknown };

const byProtocol: { readonly [P in ChatProtocolId]?: Check } = {
  "openai-chat": openaiHistory,
  "openai-responses": responsesHistory,
  "anthropic-messages": anthropicHistory,
  "google-generative-ai": geminiHistory,
  "cohere-v2": openaiHistory,
  "bedrock-converse": converseHistory,
};

export const historyChecks: readonly Check[] = [prefill, (inspection) => byProtocol[inspection.protocol]?.(inspection)];

function prefill({ model, served }: Inspection): Refusal | undefined {
  const last = served.request.messages.length - 1;
  if (model.features.prefill !== false || served.request.messages[last]?.role !== "assistant") return undefined;
  return badValue("messages", "the conversation must end with a user message, this model does not support prefill");
}

function listOf(value: unknown): readonly Members[] {
  return Array.isArray(value) ? (value as readonly Members[]) : [];
}

/** Every call is answered by tool messages before anyone else speaks, and every tool message answers a call. */
function openaiHistory({ served, provider, model }: Inspection): Refusal | undefined {
  const dialect = chatDialect(provider, model);
  let open = new Set<string>();
  for (const [i, message] of listOf(served.wire.messages).entries()) {
    const path = `messages[${i}]`;
    if (message.role === "tool") {
      if (!open.delete(String(message.tool_call_id)))
        return badValue(
          `${path}.role`,
          "messages with role 'tool' must be a response to a preceeding message with 'tool_calls'",
        );
      continue;
    }
    if (open.size > 0) return unanswered(path, open);
    const ids = listOf(message.tool_calls).map(({ id }) => String(id));
    open = new Set(ids);
    if (open.size < ids.length) return badValue(`${path}.tool_calls`, "ids must be unique");
    const misfit = ids.findIndex((id) => dialect.toolCallId !== undefined && !fitsId(id, dialect.toolCallId));
    if (misfit >= 0) return badValue(`${path}.tool_calls[${misfit}].id`, "is no valid tool call id of this provider");
  }
  return open.size > 0 ? unanswered("messages", open) : undefined;
}

function unanswered(path: string, open: ReadonlySet<string>): Refusal {
  return badValue(
    path,
    `an assistant message with 'tool_calls' must be followed by tool messages responding to each 'tool_call_id', these had none: ${[...open].join(", ")}`,
  );
}

function fitsId(
  id: string,
  rule: { readonly maxLength: number; readonly exact?: boolean; readonly alphanumeric?: boolean },
): boolean {
  if (rule.exact === true ? id.length !== rule.maxLength : id.length > rule.maxLength) return false;
  return rule.alphanumeric !== true || /^[a-zA-Z0-9]+$/.test(id);
}

/** Calls and their outputs are items joined by `call_id`, in any later place. */
function responsesHistory({ served, previous }: Inspection): Refusal | undefined {
  const called = new Set<string>(previous?.calls);
  const answered = new Set<string>();
  for (const [i, item] of listOf(served.wire.input).entries()) {
    const id = String(item.call_id);
    if (item.type === "function_call") called.add(id);
    if (item.type !== "function_call_output") continue;
    if (!called.has(id))
      return badValue(`input[${i}].call_id`, `no tool call found for function call output with call_id ${id}`);
    answered.add(id);
  }
  const open = [...called].find((id) => !answered.has(id));
  return open === undefined ? undefined : badValue("input", `no tool output found for function call ${open}`);
}

const anthropicId = /^[a-zA-Z0-9_-]+$/;

/** Results stand in the message right after their calls, and first in it. Text is never empty. */
function anthropicHistory({ served, provider, model }: Inspection): Refusal | undefined {
  const messages = listOf(served.wire.messages);
  if (messages[0]?.role !== "user") return badValue("messages[0].role", "first message must use the 'user' role");
  const { systemInside } = { ...provider.dialect?.["anthropic-messages"], ...model.dialect?.["anthropic-messages"] };
  const misplaced = messages.findIndex(
    ({ role }, i) =>
      role === "system" &&
      (systemInside !== true ||
        messages[i - 1]?.role !== "user" ||
        (messages[i + 1]?.role ?? "assistant") !== "assistant"),
  );
  if (misplaced >= 0)
    return badValue(
      `messages[${misplaced}].role`,
      systemInside === true
        ? "'system' stands after a 'user' message, and last or before an 'assistant' message"
        : "role 'system' is not supported on this model",
    );
  let open: readonly string[] = [];
  let toolsUsed = false;
  for (const [i, message] of messages.entries()) {
    const path = `messages[${i}].content`;
    const blocks =
      typeof message.content === "string" ? [{ type: "text", text: message.content }] : listOf(message.content);
    const refusal = emptyContent(blocks, path, i === messages.length - 1 && message.role === "assistant");
    if (refusal !== undefined) return refusal;
    const results = blocks.filter(({ type }) => type === "tool_result").map((block) => String(block.tool_use_id));
    const missing = open.find((id) => !results.includes(id));
    if (missing !== undefined)
      return badValue(path, `'tool_use' ids were found without 'tool_result' blocks immediately after: ${missing}`);
    const stray = results.find((id) => !open.includes(id));
    if (stray !== undefined) return badValue(path, `unexpected 'tool_use_id' found in 'tool_result' blocks: ${stray}`);
    open = blocks.filter(({ type }) => type === "tool_use").map(({ id }) => String(id));
    toolsUsed ||= open.length > 0;
    const misfit = open.find((id, at) => !anthropicId.test(id) || open.indexOf(id) < at);
    if (misfit !== undefined) return badValue(path, `'tool_use' ids must be unique and match '${anthropicId.source}'`);
  }
  if (open.length > 0)
    return badValue("messages", `'tool_use' ids were found without 'tool_result' blocks: ${open.join(", ")}`);
  if (toolsUsed && served.request.tools.length === 0)
    return badValue("tools", "requests which include 'tool_use' or 'tool_result' blocks must define tools");
  return undefined;
}

function emptyContent(blocks: readonly Members[], path: string, prefilled: boolean): Refusal | undefined {
  if (blocks.length === 0 && !prefilled) return badValue(path, "all messages must have non-empty content");
  const empty = blocks.findIndex(
    ({ type, text }) => type === "text" && (typeof text !== "string" || text.trim() === ""),
  );
  if (empty >= 0 && !prefilled)
    return badValue(`${path}[${empty}].text`, "text content blocks must contain non-whitespace text");
  const last = blocks.at(-1);
  if (prefilled && typeof last?.text === "string" && last.text !== last.text.trimEnd())
    return badValue(path, "final assistant content cannot end with trailing whitespace");
  return undefined;
}

/** A turn of calls is followed by as many responses, by name. */
function geminiHistory({ served }: Inspection): Refusal | undefined {
  let open: readonly string[] = [];
  for (const { path, role, parts } of geminiTurns(served.wire.contents)) {
    if (parts.length === 0) return badValue(path, "must not be empty");
    const responses = namesOf(parts, "functionResponse");
    if (responses.length !== open.length)
      return badValue(
        path,
        "please ensure that the number of function response parts is equal to the number of function call parts of the function call turn",
      );
    const stray = responses.find((name) => !open.includes(name));
    if (stray !== undefined)
      return badValue(path, `function response name '${stray}' does not match the function call`);
    open = namesOf(parts, "functionCall");
    if (open.length > 0 && role !== "model") return badValue(path, "function calls belong to the 'model' role");
  }
  if (open.length === 0) return undefined;
  return badValue("contents", "a function call turn must be followed by a function response turn");
}

interface Turn {
  readonly path: string;
  readonly role: unknown;
  readonly parts: Members[];
}

/** Contents of one role that follow each other are one turn: the official client keeps each chunk as a content. */
function geminiTurns(contents: unknown): readonly Turn[] {
  const turns: Turn[] = [];
  for (const [i, { role = "user", parts }] of oneOrMore(contents).entries()) {
    const last = turns.at(-1);
    const own = oneOrMore(parts).map(camelCased);
    if (last !== undefined && last.role === role) last.parts.push(...own);
    else turns.push({ path: `contents[${i}].parts`, role, parts: own });
  }
  return turns;
}

/** Where a list is meant one object will do, and a plain string is the user's text. */
function oneOrMore(value: unknown): readonly Members[] {
  const list: readonly unknown[] = Array.isArray(value) ? value : [value];
  return list.map((item) =>
    typeof item === "object" && item !== null ? (item as Members) : { parts: [{ text: item }] },
  );
}

function namesOf(parts: readonly Members[], member: "functionCall" | "functionResponse"): readonly string[] {
  return parts.flatMap((part) => {
    const value = part[member];
    return typeof value === "object" && value !== null ? [String((value as Members).name)] : [];
  });
}
