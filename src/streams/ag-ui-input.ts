/** What an AG-UI client posts to start a run, as messages and tools for a model. */
import { toolResult } from "../chat/build.js";
import type { AnyMessage, AssistantPart, UserPart } from "../chat/message.js";
import type { Media } from "../model/profile.js";
import type { Tool } from "../model/schema.js";
import {
  isRecord,
  listAt,
  type Members,
  mediaPart,
  type ReadMessage,
  type ReadOptions,
  recordAt,
  textAt,
  unreadable,
} from "./read.js";

/** A run to start. */
export interface AgUiInput<C extends Media = never> {
  readonly threadId: string;
  readonly runId: string;
  readonly messages: ReadMessage<C>[];
  /** The client's own tools, to be offered beside those of the server: their calls are handed to the client. */
  readonly tools: { readonly [name: string]: Tool<unknown> };
}

/**
 * Reads a RunAgentInput. Reasoning and activity are left out; system and developer messages are refused: what stands
 * above the conversation is the server's to say.
 * @throws CapabilityError that names the place, for anything else.
 */
export function readAgUiInput<const C extends Media = never>(
  input: unknown,
  options: ReadOptions<C> = {},
): AgUiInput<C> {
  const run = recordAt(input, "input");
  const names = new Map<string, string>();
  const messages = listAt(run.messages, "messages").flatMap((value, i) => {
    const path = `messages[${i}]`;
    return messageOf(recordAt(value, path), { path, names, options });
  });
  return {
    threadId: textAt(run.threadId, "threadId"),
    runId: textAt(run.runId, "runId"),
    // Only media of `C` got through.
    messages: messages as ReadMessage<C>[],
    tools: toolsOf(listAt(run.tools ?? [], "tools")),
  };
}

interface Place {
  readonly path: string;
  /** Names of the tools that were called, by the call's id. */
  readonly names: Map<string, string>;
  readonly options: ReadOptions<Media>;
}

function messageOf(message: Members, { path, names, options }: Place): readonly AnyMessage[] {
  switch (message.role) {
    case "user":
      return [{ role: "user", content: userContent(message.content, `${path}.content`, options) }];
    case "assistant": {
      const content = assistantContent(message, path);
      for (const part of content) if (part.type === "tool-call") names.set(part.id, part.name);
      return content.length === 0 ? [] : [{ role: "assistant", content }];
    }
    case "tool": {
      const id = textAt(message.toolCallId, `${path}.toolCallId`);
      const name = names.get(id);
      if (name === undefined) throw unreadable(`${path}.toolCallId`, "the id of an earlier tool call", id);
      const isError = typeof message.error === "string";
      return [
        toolResult({ id, name }, resultOf(message.content, `${path}.content`), isError ? { isError } : undefined),
      ];
    }
    case "reasoning":
    case "activity":
      return [];
    default:
      throw unreadable(`${path}.role`, '"user", "assistant" or "tool"', message.role);
  }
}

function resultOf(content: unknown, path: string): string {
  return typeof content === "string" ? content : JSON.stringify(listAt(content, path));
}

function userContent(content: unknown, path: string, options: ReadOptions<Media>): string | UserPart[] {
  if (typeof content === "string") return content;
  return listAt(content, path).map((value, j): UserPart => {
    const at = `${path}[${j}]`;
    const part = recordAt(value, at);
    if (part.type === "text") return { type: "text", text: textAt(part.text, `${at}.text`) };
    const source = recordAt(part.source, `${at}.source`);
    const mediaType = textAt(source.mimeType, `${at}.source.mimeType`);
    const text = textAt(source.value, `${at}.source.value`);
    if (source.type === "data") return mediaPart({ url: `data:${mediaType};base64,${text}`, mediaType }, at, options);
    if (source.type === "url") return mediaPart({ url: text, mediaType }, at, options);
    throw unreadable(`${at}.source.type`, '"data" or "url"', source.type);
  });
}

function assistantContent(message: Members, path: string): AssistantPart[] {
  const { content = "", toolCalls = [] } = message;
  const text = textAt(content, `${path}.content`);
  const calls = listAt(toolCalls, `${path}.toolCalls`).map((value, j): AssistantPart => {
    const at = `${path}.toolCalls[${j}]`;
    const call = recordAt(value, at);
    const called = recordAt(call.function, `${at}.function`);
    const input = argumentsOf(textAt(called.arguments, `${at}.function.arguments`), `${at}.function.arguments`);
    return {
      type: "tool-call",
      id: textAt(call.id, `${at}.id`),
      name: textAt(called.name, `${at}.function.name`),
      input,
    };
  });
  return text === "" ? calls : [{ type: "text", text }, ...calls];
}

function argumentsOf(text: string, path: string): unknown {
  try {
    return text === "" ? {} : JSON.parse(text);
  } catch {
    throw unreadable(path, "JSON", text);
  }
}

function toolsOf(list: readonly unknown[]): AgUiInput["tools"] {
  const tools = list.map((value, i): [string, Tool<unknown>] => {
    const tool = recordAt(value, `tools[${i}]`);
    const description = textAt(tool.description ?? "", `tools[${i}].description`);
    const input = isRecord(tool.parameters) ? tool.parameters : {};
    return [textAt(tool.name, `tools[${i}].name`), { description, input: { type: "object", ...input } }];
  });
  return Object.fromEntries(tools);
}
