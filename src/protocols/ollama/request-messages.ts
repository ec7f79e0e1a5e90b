/** The history as messages of Ollama: one text each, with pictures beside it. */
import type { AnyMessage, AssistantPart, TextPart, ToolMessage, UserPart } from "../../chat/message.js";
import { CapabilityError } from "../../errors.js";
import { mediaOf } from "../media.js";
import type { ChatCall } from "../protocol.js";
import { protocolId, type WireMessage, type WireToolCall } from "./wire.js";

export function encodeMessages(call: ChatCall): readonly WireMessage[] {
  return call.request.messages.map((message, i) => encodeMessage(message, `messages[${i}]`, call));
}

function encodeMessage(message: AnyMessage, path: string, call: ChatCall): WireMessage {
  switch (message.role) {
    case "system":
    case "user":
      return { role: message.role, ...encodeContent(message.content, path) };
    case "assistant":
      return typeof message.content === "string"
        ? { role: "assistant", content: message.content }
        : encodeAssistant(message.content, path, call);
    case "tool":
      return encodeToolResult(message, path);
  }
}

function encodeContent(
  content: string | readonly (TextPart | UserPart)[],
  path: string,
): { readonly content: string; readonly images?: readonly string[] } {
  if (typeof content === "string") return { content };
  const texts: string[] = [];
  const images: string[] = [];
  content.forEach((part, i) => {
    if (part.type === "text") texts.push(part.text);
    else images.push(encodeImage(part, `${path}.content[${i}]`));
  });
  return { content: texts.join("\n"), ...(images.length === 0 ? {} : { images }) };
}

function encodeImage(part: UserPart, path: string): string {
  if (part.type !== "image") return refuse(part.type, path);
  const media = mediaOf(part.image, part.mediaType);
  return "url" in media ? refuse("pictures by URL", path) : media.base64;
}

function encodeAssistant(parts: readonly AssistantPart[], path: string, call: ChatCall): WireMessage {
  let content = "";
  let thinking = "";
  const tool_calls: WireToolCall[] = [];
  parts.forEach((part, i) => {
    if (part.type === "text") content += part.text;
    else if (part.type === "tool-call") tool_calls.push(encodeToolCall(part));
    else if (part.type === "reasoning" && goesBack(part, call)) thinking += part.text;
    else {
      const reason = `${part.type} parts of answers cannot be sent back to this model`;
      call.adjust({ path: `${path}.content[${i}]`, action: "dropped", reason });
    }
  });
  return {
    role: "assistant",
    content,
    ...(thinking === "" ? {} : { thinking }),
    ...(tool_calls.length === 0 ? {} : { tool_calls }),
  };
}

function encodeToolCall({ id, name, input }: AssistantPart & { readonly type: "tool-call" }): WireToolCall {
  return { ...(id === "" ? {} : { id }), function: { name, arguments: input ?? {} } };
}

/** Plain thoughts may go back; signed ones are another protocol's. */
function goesBack({ replay }: AssistantPart & { readonly type: "reasoning" }, { model }: ChatCall): boolean {
  return model.reasoning?.replay !== "forbidden" && (replay === undefined || replay.protocol === protocolId);
}

function encodeToolResult({ toolCallId, toolName, content }: ToolMessage, path: string): WireMessage {
  return { role: "tool", ...encodeContent(content, path), tool_name: toolName, tool_call_id: toolCallId };
}

function refuse(what: string, path: string): never {
  throw new CapabilityError("unsupported", `${path}: Ollama does not take ${what}`, { path });
}
