/** The history of a Messages request as neutral messages. */
import type {
  AnyMessage,
  AssistantPart,
  CacheMark,
  Replay,
  TextPart,
  ToolCallPart,
  ToolMessage,
  UserPart,
} from "../../chat/message.js";
import { dataUrl } from "../media.js";
import { openReplay } from "../served-answer.js";
import {
  asBoolean,
  asList,
  asName,
  asObject,
  asOneOf,
  asText,
  type Members,
  optional,
  present,
  refuse,
} from "../served-input.js";

const protocol = "anthropic-messages";

export function decodeSystem(value: unknown): readonly AnyMessage[] {
  if (!present(value)) return [];
  return [{ role: "system", content: texts(value, "system") }];
}

export function decodeMessages(value: unknown, modelId: string): readonly AnyMessage[] {
  const list = asList(value, "messages");
  if (list.length === 0) refuse("messages", "at least one message is required");
  const toolNames = new Map<string, string>();
  return list.flatMap((item, i) =>
    turn(asObject(item, `messages[${i}]`), { path: `messages[${i}]`, modelId, toolNames }),
  );
}

function turn(message: Members, { path, ...rest }: Place): readonly AnyMessage[] {
  const place = { ...rest, path: `${path}.content` };
  switch (asOneOf(message.role, ["user", "assistant", "system"], `${path}.role`)) {
    case "user":
      return userMessages(message.content, place);
    case "assistant":
      return [assistantMessage(message.content, place)];
    case "system":
      return [{ role: "system", content: texts(message.content, place.path) }];
  }
}

interface Place {
  readonly path: string;
  readonly modelId: string;
  /** Names by call id, for the tool results that follow. */
  readonly toolNames: Map<string, string>;
}

function texts(value: unknown, path: string): string | readonly TextPart[] {
  if (typeof value === "string") return value;
  return asList(value, path).map((item, i) => {
    const block = asObject(item, `${path}[${i}]`);
    asOneOf(block.type, ["text"], `${path}[${i}].type`);
    return textPart(block, `${path}[${i}]`);
  });
}

function textPart(block: Members, path: string): TextPart {
  return { type: "text", text: asText(block.text, `${path}.text`), ...cacheOf(block, path) };
}

function cacheOf(block: Members, path: string): { readonly cache?: CacheMark } {
  const control = optional(asObject, block.cache_control, `${path}.cache_control`);
  if (control === undefined) return {};
  asOneOf(control.type, ["ephemeral"], `${path}.cache_control.type`);
  const ttl = optional((v, p) => asOneOf(v, ["5m", "1h"], p), control.ttl, `${path}.cache_control.ttl`);
  return { cache: ttl ?? "5m" };
}

/** Tool results become messages of their own; what else the user says follows them. */
function userMessages(content: unknown, place: Place): readonly AnyMessage[] {
  if (typeof content === "string") return [{ role: "user", content }];
  const results: ToolMessage[] = [];
  const parts: UserPart[] = [];
  for (const [i, item] of asList(content, place.path).entries()) {
    const path = `${place.path}[${i}]`;
    const block = asObject(item, path);
    if (block.type === "tool_result") results.push(toolResult(block, path, place.toolNames));
    else parts.push(userPart(block, path));
  }
  return parts.length === 0 && results.length > 0 ? results : [...results, { role: "user", content: parts }];
}

function userPart(block: Members, path: string): UserPart {
  switch (asOneOf(block.type, ["text", "image", "document"], `${path}.type`)) {
    case "text":
      return textPart(block, path);
    case "image":
      return imagePart(block, path);
    case "document":
      return documentPart(block, path);
  }
}

function imagePart(block: Members, path: string): Extract<UserPart, { type: "image" }> {
  return { type: "image", ...mediaOf(block, path, "image"), ...cacheOf(block, path) };
}

/** A source as a URL or a `data:` URL; stored files cannot leave the provider. */
function mediaOf<M extends "image" | "pdf">(block: Members, path: string, member: M): { readonly [K in M]: string } {
  const at = `${path}.source`;
  const source = asObject(block.source, at);
  const url =
    asOneOf(source.type, ["base64", "url"], `${at}.type`) === "url"
      ? asName(source.url, `${at}.url`)
      : dataUrl(asName(source.data, `${at}.data`), asName(source.media_type, `${at}.media_type`));
  return { [member]: url } as { readonly [K in M]: string };
}

function documentPart(block: Members, path: string): UserPart {
  const source = asObject(block.source, `${path}.source`);
  // A plain text document has no neutral part of its own; its text is what the model reads.
  if (source.type === "text")
    return { type: "text", text: asText(source.data, `${path}.source.data`), ...cacheOf(block, path) };
  const title = optional(asText, block.title, `${path}.title`);
  return {
    type: "pdf",
    ...mediaOf(block, path, "pdf"),
    ...(title === undefined ? {} : { filename: title }),
    ...cacheOf(block, path),
  };
}

function toolResult(block: Members, path: string, toolNames: ReadonlyMap<string, string>): ToolMessage {
  const toolCallId = asName(block.tool_use_id, `${path}.tool_use_id`);
  const isError = optional(asBoolean, block.is_error, `${path}.is_error`);
  return {
    role: "tool",
    toolCallId,
    toolName: toolNames.get(toolCallId) ?? "",
    content: resultContent(block, path),
    ...(isError === undefined ? {} : { isError }),
  };
}

function resultContent(block: Members, path: string): ToolMessage["content"] {
  const { content } = block;
  if (!present(content)) return "";
  if (typeof content === "string") return content;
  const parts = asList(content, `${path}.content`).map((item, i) => {
    const at = `${path}.content[${i}]`;
    const part = asObject(item, at);
    return asOneOf(part.type, ["text", "image"], `${at}.type`) === "text" ? textPart(part, at) : imagePart(part, at);
  });
  const mark = cacheOf(block, path);
  return mark.cache === undefined
    ? parts
    : parts.map((part, i) => (i === parts.length - 1 ? { ...part, ...mark } : part));
}

function assistantMessage(content: unknown, place: Place): AnyMessage {
  if (typeof content === "string") return { role: "assistant", content };
  const blocks = asList(content, place.path);
  return {
    role: "assistant",
    content: blocks.map((item, i) =>
      assistantPart(asObject(item, `${place.path}[${i}]`), { ...place, path: `${place.path}[${i}]` }),
    ),
  };
}

/** Blocks of server-side tools and the like go back as they came. */
function assistantPart(block: Members, { path, modelId, toolNames }: Place): AssistantPart {
  const own = (data: unknown): Replay => ({ protocol, provider: "", model: modelId, data });
  switch (asName(block.type, `${path}.type`)) {
    case "text":
      return present(block.citations)
        ? { ...textPart(block, path), replay: own({ type: "text", citations: block.citations }) }
        : textPart(block, path);
    case "thinking": {
      const signature = asText(block.signature, `${path}.signature`);
      const replay = openReplay(signature) ?? own({ type: "thinking", signature });
      return { type: "reasoning", text: asText(block.thinking, `${path}.thinking`), replay };
    }
    case "redacted_thinking":
      return { type: "opaque", replay: openReplay(asText(block.data, `${path}.data`)) ?? own(block) };
    case "tool_use":
      return toolCall(block, path, toolNames);
    case "image":
    case "document":
    case "tool_result":
      return refuse(`${path}.type`, `'${String(block.type)}' is not allowed in an assistant message`);
    default:
      return { type: "opaque", replay: own(block) };
  }
}

function toolCall(block: Members, path: string, toolNames: Map<string, string>): ToolCallPart {
  const id = asName(block.id, `${path}.id`);
  const name = asName(block.name, `${path}.name`);
  toolNames.set(id, name);
  return { type: "tool-call", id, name, input: asObject(block.input, `${path}.input`) };
}
