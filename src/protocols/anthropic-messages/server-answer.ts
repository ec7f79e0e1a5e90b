/** Neutral events as a Messages answer, whole. https://docs.claude.com/en/api/messages */
import type { FinishReason, ProtocolEvent } from "../../chat/events.js";
import type { AssistantPart } from "../../chat/message.js";
import { noUsage, type Usage } from "../../chat/usage.js";
import { CapabilityError } from "../../errors.js";
import { finishOf, replayData, sealReplay, signatureOf } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext } from "../server.js";
import { protocolId } from "./wire.js";

export const stopReasons: { readonly [R in FinishReason]: string } = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  "content-filter": "refusal",
  refusal: "refusal",
  // Not a word of Anthropic's: clients show unknown reasons as they are.
  error: "error",
  other: "end_turn",
};

export function encodeChat(events: readonly ProtocolEvent[], context: AnswerContext): unknown {
  const { message, finishReason, usage } = finishOf(events);
  const parts: readonly AssistantPart[] =
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
  return {
    ...encodeHead(context),
    content: parts.map(encodeBlock),
    stop_reason: stopReasons[finishReason],
    usage: encodeUsage(usage),
  };
}

/** What stands in a whole answer and in `message_start` alike. */
export function encodeHead(context: AnswerContext): Members {
  return {
    id: context.id,
    type: "message",
    role: "assistant",
    model: context.modelId,
    content: [],
    stop_reason: null,
    stop_sequence: null,
    usage: encodeUsage(context.promptUsage ?? noUsage),
  };
}

/** Cache reads and writes stand beside `input_tokens`, not in it. */
export function encodeUsage({ buckets, inputTokens, outputTokens, meters }: Usage): Members {
  const { cacheRead = 0, cacheWrite = 0, cacheWrite1h = 0 } = buckets;
  return {
    input_tokens: inputTokens - cacheRead - cacheWrite - cacheWrite1h,
    cache_creation_input_tokens: cacheWrite + cacheWrite1h,
    cache_read_input_tokens: cacheRead,
    cache_creation: { ephemeral_5m_input_tokens: cacheWrite, ephemeral_1h_input_tokens: cacheWrite1h },
    output_tokens: outputTokens,
    service_tier: "standard",
    ...(meters?.webSearch === undefined ? {} : { server_tool_use: { web_search_requests: meters.webSearch } }),
  };
}

export function encodeBlock(part: AssistantPart): Members {
  switch (part.type) {
    case "text": {
      const citations = replayData(part.replay, protocolId)?.citations;
      return { type: "text", text: part.text, ...(citations === undefined ? {} : { citations }) };
    }
    case "reasoning":
      return { type: "thinking", thinking: part.text, signature: signatureOf(part.replay, protocolId) };
    case "tool-call": {
      const caller = replayData(part.replay, protocolId)?.caller;
      return {
        type: "tool_use",
        id: part.id,
        name: part.name,
        input: part.input,
        ...(caller === undefined ? {} : { caller }),
      };
    }
    case "opaque":
      return replayData(part.replay, protocolId) ?? { type: "redacted_thinking", data: sealReplay(part.replay) };
    default:
      return refuseMedia(part.type);
  }
}

export function refuseMedia(what: string): never {
  throw new CapabilityError("unsupported", `a Messages answer has no place for ${what}`);
}
