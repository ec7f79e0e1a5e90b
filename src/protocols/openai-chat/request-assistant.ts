/** Encodes what the model said before: text, tool calls, and the reasoning that has to go back. */
import type { AssistantPart, ReasoningPart, Replay, TextPart, ToolCallPart } from "../../chat/message.js";
import { encodeParts, type MessageContext } from "./request-parts.js";
import { fittedCallId } from "./request-tool-ids.js";
import { membersOf, type WireAssistantMessage, type WirePart, type WireToolCall } from "./wire.js";

export function encodeAssistant(parts: readonly AssistantPart[], context: MessageContext): WireAssistantMessage {
  const texts: TextPart[] = [];
  const calls: WireToolCall[] = [];
  const reasoning: ReasoningPart[] = [];
  for (const [i, part] of parts.entries()) {
    const place = { ...context, path: `${context.path}.content[${i}]` };
    if (part.type === "text") texts.push(part);
    else if (part.type === "tool-call") calls.push(encodeCall(part, place));
    else if (part.type === "reasoning" && goesBack(part, place)) reasoning.push(part);
    else if (part.type === "audio" && part.transcript !== undefined && !parts.some(({ type }) => type === "text")) {
      // The provider keeps the sound itself for an hour only: what was said is what lasts.
      context.call.adjust({ path: place.path, action: "rewritten", reason: "sound goes back as its transcript" });
      texts.push({ type: "text", text: part.transcript });
    } else if (part.type !== "reasoning") drop(place, `the wire has no place for ${part.type} parts of the assistant`);
  }
  const echo = encodeEcho(reasoning, calls.length > 0, context);
  return {
    role: "assistant",
    content: contentOf(texts, { thinking: echo.thinking, hasCalls: calls.length > 0, context }),
    ...echo.members,
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
  };
}

function contentOf(
  texts: readonly TextPart[],
  about: { readonly thinking: WirePart | undefined; readonly hasCalls: boolean; readonly context: MessageContext },
): WireAssistantMessage["content"] {
  const { thinking, hasCalls, context } = about;
  const marked = context.dialect.cacheControl === true && texts.some((part) => part.cache !== undefined);
  if (marked || thinking !== undefined)
    return [...(thinking === undefined ? [] : [thinking]), ...encodeParts(texts, context)];
  if (texts.length === 0) return hasCalls ? null : "";
  return texts.map((part) => part.text).join("");
}

function encodeCall({ id, name, input, replay }: ToolCallPart, context: MessageContext): WireToolCall {
  const fitted = fittedCallId(id, context.dialect);
  if (fitted !== id)
    context.call.adjust({
      path: `${context.path}.id`,
      action: "rewritten",
      reason: "the provider accepts no such id",
      from: id,
      to: fitted,
    });
  const extra = replay !== undefined && isOwn(replay, context) ? membersOf(replay.data)?.extra_content : undefined;
  return {
    id: fitted,
    type: "function",
    function: { name, arguments: JSON.stringify(input ?? {}) },
    ...(extra === undefined ? {} : { extra_content: extra }),
  };
}

/** Reasoning goes back only to the provider and model it came from, and only where the catalog says how. */
function goesBack(part: ReasoningPart, context: MessageContext): boolean {
  const { call, dialect } = context;
  if (dialect.reasoningEcho === undefined || call.model.reasoning?.replay === "forbidden") {
    drop(context, "the model takes no earlier reasoning");
    return false;
  }
  if (part.replay === undefined || isOwn(part.replay, context)) return true;
  drop(context, "reasoning of another model");
  return false;
}

/** A replay without a provider came through a gateway, whose client only knows the model it asked. */
function isOwn({ protocol, provider, model }: Replay, { call }: MessageContext): boolean {
  if (protocol !== "openai-chat") return false;
  return provider === "" || (provider === call.provider.id && model === call.modelId);
}

interface Echo {
  readonly members: Pick<WireAssistantMessage, "reasoning" | "reasoning_content" | "reasoning_details">;
  readonly thinking: WirePart | undefined;
}

function encodeEcho(parts: readonly ReasoningPart[], hasCalls: boolean, context: MessageContext): Echo {
  const { call, dialect } = context;
  const text = parts.map((part) => part.text).join("");
  switch (dialect.reasoningEcho) {
    case "reasoning_details": {
      const details = parts.flatMap((part) => detailsOf(part.replay));
      if (details.length > 0) return { members: { reasoning_details: details }, thinking: undefined };
      return { members: text === "" ? {} : { reasoning: text }, thinking: undefined };
    }
    case "reasoning_content": {
      // DeepSeek and Moonshot refuse a history whose calls stand without it, as those of other models do.
      const missing = text === "" && hasCalls && call.model.reasoning?.replay === "required";
      if (missing)
        call.adjust({
          path: context.path,
          action: "added",
          reason: "the provider demands reasoning beside tool calls",
        });
      return { members: text === "" && !missing ? {} : { reasoning_content: text }, thinking: undefined };
    }
    case "reasoning":
      return { members: text === "" ? {} : { reasoning: text }, thinking: undefined };
    case "thinking":
      return {
        members: {},
        thinking: text === "" ? undefined : { type: "thinking", thinking: [{ type: "text", text }] },
      };
    default:
      return { members: {}, thinking: undefined };
  }
}

function detailsOf(replay: Replay | undefined): readonly unknown[] {
  const details = membersOf(replay?.data)?.reasoning_details;
  return Array.isArray(details) ? details : [];
}

function drop({ call, path }: MessageContext, reason: string): void {
  call.adjust({ path, action: "dropped", reason });
}
