/** The messages that `useChat` of the AI SDK posts, as messages for a model. */
import { toolResult } from "../chat/build.js";
import type { AnyMessage, AssistantPart, ToolMessage, UserPart } from "../chat/message.js";
import type { Media } from "../model/profile.js";
import {
  listAt,
  type Members,
  mediaPart,
  type ReadMessage,
  type ReadOptions,
  recordAt,
  textAt,
  unreadable,
} from "./read.js";

/**
 * Reads a list of UI messages. Tool calls come back with their results; calls that nobody has answered are left out,
 * and so are reasoning, sources and data parts, which no model needs again. System messages are refused: what stands
 * above the conversation is the server's to say.
 * @throws CapabilityError that names the place, for anything else.
 */
export function readUiMessages<const C extends Media = never>(
  messages: unknown,
  options: ReadOptions<C> = {},
): ReadMessage<C>[] {
  const read = listAt(messages, "messages").flatMap((value, i): readonly AnyMessage[] => {
    const path = `messages[${i}]`;
    const message = recordAt(value, path);
    const parts = listAt(message.parts, `${path}.parts`).map((part, j) => recordAt(part, `${path}.parts[${j}]`));
    if (message.role === "user") return [{ role: "user", content: userParts(parts, path, options) }];
    if (message.role === "assistant") return assistantMessages(parts, path);
    throw unreadable(`${path}.role`, '"user" or "assistant"', message.role);
  });
  // Only media of `C` got through.
  return read as ReadMessage<C>[];
}

function userParts(parts: readonly Members[], path: string, options: ReadOptions<Media>): UserPart[] {
  return parts.flatMap((part, j): UserPart[] => {
    const at = `${path}.parts[${j}]`;
    if (part.type === "text") return [{ type: "text", text: textAt(part.text, `${at}.text`) }];
    if (part.type !== "file") return [];
    const filename = part.filename === undefined ? undefined : textAt(part.filename, `${at}.filename`);
    const url = textAt(part.url, `${at}.url`);
    return [mediaPart({ url, mediaType: textAt(part.mediaType, `${at}.mediaType`), filename }, at, options)];
  });
}

/** One message per step of the answer, each followed by its results. */
function assistantMessages(parts: readonly Members[], path: string): AnyMessage[] {
  const messages: AnyMessage[] = [];
  let content: AssistantPart[] = [];
  let results: ToolMessage[] = [];
  const endStep = (): void => {
    if (content.length > 0) messages.push({ role: "assistant", content });
    messages.push(...results);
    content = [];
    results = [];
  };
  for (const [j, part] of parts.entries()) {
    const at = `${path}.parts[${j}]`;
    const type = textAt(part.type, `${at}.type`);
    if (type === "step-start") endStep();
    else if (type === "text" && part.text !== "") content.push({ type, text: textAt(part.text, `${at}.text`) });
    else if (type === "dynamic-tool" || type.startsWith("tool-")) {
      const answered = toolParts(part, type, at);
      if (answered === undefined) continue;
      content.push(answered.call);
      results.push(answered.result);
    }
  }
  endStep();
  return messages;
}

function toolParts(part: Members, type: string, at: string) {
  const name = type === "dynamic-tool" ? textAt(part.toolName, `${at}.toolName`) : type.slice("tool-".length);
  const id = textAt(part.toolCallId, `${at}.toolCallId`);
  const call = { type: "tool-call", id, name, input: part.input ?? {} } as const;
  switch (part.state) {
    case "output-available":
      return { call, result: toolResult(call, JSON.stringify(part.output) ?? "") };
    case "output-error":
      return { call, result: toolResult(call, textAt(part.errorText, `${at}.errorText`), { isError: true }) };
    case "output-denied":
      return { call, result: toolResult(call, "the user did not allow this call", { isError: true }) };
    default:
      return undefined;
  }
}
