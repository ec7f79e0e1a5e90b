/** Encodes the message history. https://docs.cohere.com/reference/chat#request.body.messages */

import type {
  AnyMessage,
  AssistantMessage,
  ImagePart,
  ReasoningPart,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserPart,
} from "../../chat/message.js";
import { CapabilityError } from "../../errors.js";
import { withJsonInstruction } from "../json-instruction.js";
import { objectOf } from "../lenient.js";
import { dataUrl, mediaOf } from "../media.js";
import type { ChatCall } from "../protocol.js";
import {
  protocolId,
  type ReplayData,
  type WireImage,
  type WireMessage,
  type WireText,
  type WireThinking,
  type WireToolCall,
} from "./wire.js";

export function encodeMessages(call: ChatCall): readonly WireMessage[] {
  return withJsonInstruction(call).map((message, i) => encodeMessage(message, { call, path: `messages[${i}]` }));
}

/** Where a message stands. */
interface Place {
  readonly call: ChatCall;
  readonly path: string;
}

function encodeMessage(message: AnyMessage, place: Place): WireMessage {
  switch (message.role) {
    case "system":
      return { role: "system", content: encodeTexts(message, place) };
    case "user":
      return { role: "user", content: encodeParts(message.content, place, encodeUserPart) };
    case "assistant":
      return encodeAssistant(message, place);
    case "tool":
      return encodeToolResult(message, place);
  }
}

function encodeTexts({ content }: SystemMessage, place: Place): string | readonly WireText[] {
  return encodeParts(content, place, encodeText);
}

function encodeParts<Part, Wire>(
  content: string | readonly Part[],
  place: Place,
  encode: (part: Part, place: Place) => Wire,
): string | readonly Wire[] {
  if (typeof content === "string") return content;
  return content.map((part, j) => encode(part, { ...place, path: `${place.path}.content[${j}]` }));
}

function encodeText({ text, cache }: TextPart, place: Place): WireText {
  if (cache !== undefined) dropMark(place);
  return { type: "text", text };
}

/** Where caching is implicit, marks are ignored as everywhere. */
function dropMark({ call, path }: Place): void {
  if (call.model.features.promptCaching !== "implicit")
    call.adjust({ path: `${path}.cache`, action: "dropped", reason: "the API takes no cache marks" });
}

function encodeUserPart(part: UserPart, place: Place): WireText | WireImage {
  if (part.type === "text") return encodeText(part, place);
  if (part.type !== "image") throw unsupported(part.type, place);
  if (part.cache !== undefined) dropMark(place);
  return encodeImage(part);
}

function encodeImage({ image, mediaType, detail }: ImagePart): WireImage {
  const media = mediaOf(image, mediaType);
  const url = "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
  return { type: "image_url", image_url: { url, ...(detail === undefined ? {} : { detail }) } };
}

function encodeAssistant({ content }: AssistantMessage, place: Place): WireMessage {
  const blocks: (WireText | WireThinking)[] = [];
  const calls: WireToolCall[] = [];
  let plan = "";
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
  for (const [j, part] of parts.entries()) {
    const at = { ...place, path: `${place.path}.content[${j}]` };
    if (part.type === "text" && part.text === "" && parts.length > 1) drop(at, "text without content is refused");
    else if (part.type === "text") blocks.push(encodeText(part, at));
    else if (part.type === "tool-call") calls.push(toolCall(part.id, part.name, part.input));
    else if (part.type !== "reasoning") drop(at, `the API takes no ${part.type} of the assistant`);
    else if (memberOf(part, at) === "tool_plan") plan += part.text;
    else if (memberOf(part, at) === "thinking") blocks.push({ type: "thinking", thinking: part.text });
    else drop(at, "reasoning of another model cannot be sent back");
  }
  const [only] = blocks;
  const plain = blocks.length === 1 && only?.type === "text" ? only.text : blocks;
  return {
    role: "assistant",
    ...(blocks.length === 0 && calls.length > 0 ? {} : { content: plain }),
    ...(plan === "" ? {} : { tool_plan: plan }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function toolCall(id: string, name: string, input: unknown): WireToolCall {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input ?? {}) } };
}

/**
 * The member in which a piece of reasoning goes back; undefined when it does not. A replay without a provider came
 * through a gateway, whose client only knows the model it asked.
 */
function memberOf({ replay }: ReasoningPart, { call }: Place): ReplayData["type"] | undefined {
  if (replay?.protocol !== protocolId || call.model.reasoning?.replay === "forbidden") return undefined;
  if (replay.provider !== "" && replay.provider !== call.provider.id) return undefined;
  const type = objectOf(replay.data)?.type;
  return type === "thinking" || type === "tool_plan" ? type : undefined;
}

function encodeToolResult({ toolCallId, content, isError }: ToolMessage, place: Place): WireMessage {
  if (isError === true)
    place.call.adjust({
      path: `${place.path}.isError`,
      action: "dropped",
      reason: "the API has no mark for failed tools: only the text says so",
    });
  const parts = encodeParts(content, place, (part, at) => {
    if (part.type !== "text") throw unsupported(`${part.type} in tool results`, at);
    return encodeText(part, at);
  });
  return { role: "tool", tool_call_id: toolCallId, content: parts };
}

function unsupported(what: string, { call, path }: Place): CapabilityError {
  const { provider, modelId } = call;
  return new CapabilityError("unsupported", `${path}: Cohere's chat API takes no ${what}`, {
    provider: provider.id,
    model: modelId,
    path,
  });
}

function drop({ call, path }: Place, reason: string): void {
  call.adjust({ path, action: "dropped", reason });
}
