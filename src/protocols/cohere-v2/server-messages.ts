/** The history of a chat request as neutral messages. */

import type { AnyMessage, AssistantPart, ReasoningPart, TextPart, UserPart } from "../../chat/message.js";
import { asList, asName, asObject, asOneOf, asText, type Members, optional, present, refuse } from "../served-input.js";
import { functionCall } from "../served-tools.js";
import { protocolId, type ReplayData } from "./wire.js";

export function decodeMessages(value: unknown, modelId: string): readonly AnyMessage[] {
  const list = asList(value, "messages");
  if (list.length === 0) refuse("messages", "at least one message is required");
  const toolNames = new Map<string, string>();
  return list.map((item, i) =>
    decodeMessage(asObject(item, `messages[${i}]`), { path: `messages[${i}]`, modelId, toolNames }),
  );
}

interface Place {
  readonly path: string;
  readonly modelId: string;
  /** Names by call id, for the tool results that follow. */
  readonly toolNames: Map<string, string>;
}

function decodeMessage(message: Members, place: Place): AnyMessage {
  const at = `${place.path}.content`;
  switch (asOneOf(message.role, ["system", "user", "assistant", "tool"], `${place.path}.role`)) {
    case "system":
      return { role: "system", content: partsOf(message.content, at, textPart) };
    case "user":
      return { role: "user", content: partsOf(message.content, at, userPart) };
    case "assistant":
      return assistantMessage(message, place);
    case "tool": {
      const toolCallId = asName(message.tool_call_id, `${place.path}.tool_call_id`);
      const toolName = place.toolNames.get(toolCallId) ?? "";
      return { role: "tool", toolCallId, toolName, content: partsOf(message.content, at, resultPart) };
    }
  }
}

function partsOf<Part>(
  value: unknown,
  path: string,
  read: (part: Members, path: string) => Part,
): string | readonly Part[] {
  if (typeof value === "string") return value;
  return asList(value, path).map((item, i) => read(asObject(item, `${path}[${i}]`), `${path}[${i}]`));
}

function textPart(part: Members, path: string): TextPart {
  asOneOf(part.type, ["text"], `${path}.type`);
  return { type: "text", text: asText(part.text, `${path}.text`) };
}

function userPart(part: Members, path: string): UserPart {
  if (asOneOf(part.type, ["text", "image_url"], `${path}.type`) === "text") return textPart(part, path);
  const at = `${path}.image_url`;
  const image = asObject(part.image_url, at);
  const detail = optional((v, p) => asOneOf(v, ["low", "high", "auto"], p), image.detail, `${at}.detail`);
  return {
    type: "image",
    image: asName(image.url, `${at}.url`),
    ...(detail === undefined ? {} : { detail }),
  };
}

/** A document has no neutral part of its own; its data is what the model reads. */
function resultPart(part: Members, path: string): TextPart {
  if (asOneOf(part.type, ["text", "document"], `${path}.type`) === "text") return textPart(part, path);
  const { data } = asObject(part.document, `${path}.document`);
  return {
    type: "text",
    text: typeof data === "string" ? data : JSON.stringify(asObject(data, `${path}.document.data`)),
  };
}

function assistantMessage(message: Members, place: Place): AnyMessage {
  const { path, modelId } = place;
  const plan = optional(asText, message.tool_plan, `${path}.tool_plan`) ?? "";
  const calls = (optional(asList, message.tool_calls, `${path}.tool_calls`) ?? []).map((item, i) =>
    functionCall(item, `${path}.tool_calls[${i}]`, place.toolNames),
  );
  const said = present(message.content)
    ? partsOf(message.content, `${path}.content`, (part, at) => saidPart(part, at, modelId))
    : "";
  if (plan === "" && calls.length === 0) return { role: "assistant", content: said };
  const parts: readonly AssistantPart[] = typeof said === "string" ? [{ type: "text", text: said }] : said;
  // Clients send an empty text beside calls.
  const spoken = parts.filter((part) => part.type !== "text" || part.text !== "");
  const planned = plan === "" ? [] : [reasoningPart("tool_plan", plan, modelId)];
  return { role: "assistant", content: [...spoken, ...planned, ...calls] };
}

function saidPart(part: Members, path: string, modelId: string): TextPart | ReasoningPart {
  if (asOneOf(part.type, ["text", "thinking"], `${path}.type`) === "text") return textPart(part, path);
  return reasoningPart("thinking", asText(part.thinking, `${path}.thinking`), modelId);
}

function reasoningPart(type: ReplayData["type"], text: string, model: string): ReasoningPart {
  return { type: "reasoning", text, replay: { protocol: protocolId, provider: "", model, data: { type } } };
}
