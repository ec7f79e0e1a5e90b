/** Encodes the message history. https://platform.openai.com/docs/api-reference/chat/create#chat-create-messages */
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import type { AnyMessage, AssistantPart, ToolMessage } from "../../chat/message.js";
import { withJsonInstruction } from "../json-instruction.js";
import type { ChatCall } from "../protocol.js";
import { encodeAssistant } from "./request-assistant.js";
import { encodeParts, type MessageContext } from "./request-parts.js";
import { fittedCallId } from "./request-tool-ids.js";
import type { WireMessage, WirePart } from "./wire.js";

export function encodeMessages(call: ChatCall, dialect: OpenaiChatDialect): readonly WireMessage[] {
  const wire: WireMessage[] = [];
  // Pictures of tool results: they go to the user message behind the results, tool messages take text only.
  let pictures: WirePart[] = [];
  for (const [i, message] of withJsonInstruction(call).entries()) {
    if (message.role !== "tool") pictures = flush(wire, pictures);
    const context = { call, dialect, path: `messages[${i}]` };
    if (message.role === "tool") {
      wire.push(encodeToolResult(message, context));
      pictures.push(...picturesOf(message, context));
    } else wire.push(encodeMessage(message, context));
  }
  flush(wire, pictures);
  continueLast(wire, call, dialect);
  return wire;
}

function encodeMessage(message: Exclude<AnyMessage, ToolMessage>, context: MessageContext): WireMessage {
  switch (message.role) {
    case "system":
      return { role: context.dialect.systemRole ?? "system", content: contentOf(message, context) };
    case "user":
      return { role: "user", content: contentOf(message, context) };
    case "assistant":
      return encodeAssistant(partsOf(message.content), context);
  }
}

function partsOf(content: string | readonly AssistantPart[]): readonly AssistantPart[] {
  if (typeof content !== "string") return content;
  return content === "" ? [] : [{ type: "text", text: content }];
}

/** Plain text stays a string: not every server takes parts. */
function contentOf(
  { content }: Exclude<AnyMessage, ToolMessage | { role: "assistant" }>,
  context: MessageContext,
): string | readonly WirePart[] {
  if (typeof content === "string") return content;
  const only = content.length === 1 ? content[0] : undefined;
  if (only?.type === "text" && !marked(content, context)) return only.text;
  return encodeParts(content, context);
}

function marked(parts: readonly { readonly cache?: unknown }[], { dialect }: MessageContext): boolean {
  return dialect.cacheControl === true && parts.some((part) => part.cache !== undefined);
}

function encodeToolResult({ toolCallId, content }: ToolMessage, context: MessageContext): WireMessage {
  const head = { role: "tool", tool_call_id: fittedCallId(toolCallId, context.dialect) } as const;
  if (typeof content === "string") return { ...head, content };
  const texts = content.filter((part) => part.type === "text");
  if (marked(texts, context)) return { ...head, content: encodeParts(texts, context) };
  return { ...head, content: texts.map((part) => part.text).join("") };
}

function picturesOf({ content }: ToolMessage, context: MessageContext): readonly WirePart[] {
  if (typeof content === "string") return [];
  const images = content.filter((part) => part.type === "image");
  if (images.length > 0)
    context.call.adjust({
      path: `${context.path}.content`,
      action: "rewritten",
      reason: "tool results take text only: the pictures follow in a user message",
    });
  return encodeParts(images, context);
}

function flush(wire: WireMessage[], pictures: readonly WirePart[]): WirePart[] {
  if (pictures.length > 0) wire.push({ role: "user", content: pictures });
  return [];
}

/** Asks for the continuation of a last assistant message, where the provider needs to be asked. */
function continueLast(wire: WireMessage[], { request }: ChatCall, { prefillField }: OpenaiChatDialect): void {
  const last = wire.at(-1);
  if (prefillField === undefined || last?.role !== "assistant" || request.messages.at(-1)?.role !== "assistant") return;
  if (last.tool_calls === undefined) wire[wire.length - 1] = { ...last, [prefillField]: true };
}
