/** Neutral events as a whole Converse answer. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */

import type { FinishReason, ProtocolEvent } from "../../chat/events.js";
import type { AssistantPart } from "../../chat/message.js";
import type { Usage } from "../../chat/usage.js";
import { CapabilityError } from "../../errors.js";
import { listOf, objectOf } from "../lenient.js";
import { mediaOf } from "../media.js";
import { finishOf, replayData, sealReplay, signatureOf } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext } from "../server.js";
import { protocolId } from "./wire.js";
import { formatOf } from "./wire-formats.js";

export const stopReasons: { readonly [R in FinishReason]: string } = {
  stop: "end_turn",
  length: "max_tokens",
  "tool-calls": "tool_use",
  "content-filter": "content_filtered",
  refusal: "content_filtered",
  error: "malformed_model_output",
  other: "end_turn",
};

export function encodeChat(events: readonly ProtocolEvent[], _context: AnswerContext): unknown {
  const { message, finishReason, usage } = finishOf(events);
  const parts: readonly AssistantPart[] =
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
  return {
    output: { message: { role: "assistant", content: parts.map(encodeBlock) } },
    stopReason: stopReasons[finishReason],
    usage: encodeUsage(usage),
    metrics: { latencyMs: 0 },
  };
}

/** The total counts cache reads and writes, `inputTokens` does not. */
export function encodeUsage({ buckets, inputTokens, outputTokens }: Usage): Members {
  const { cacheRead = 0, cacheWrite = 0, cacheWrite1h = 0 } = buckets;
  const details = cacheWrite1h === 0 ? {} : { cacheDetails: [{ ttl: "1h", inputTokens: cacheWrite1h }] };
  return {
    inputTokens: inputTokens - cacheRead - cacheWrite - cacheWrite1h,
    outputTokens,
    totalTokens: inputTokens + outputTokens,
    cacheReadInputTokens: cacheRead,
    cacheWriteInputTokens: cacheWrite + cacheWrite1h,
    ...details,
  };
}

export function encodeBlock(part: AssistantPart): Members {
  switch (part.type) {
    case "text": {
      const citations = listOf(replayData(part.replay, protocolId)?.citations);
      return citations.length === 0
        ? { text: part.text }
        : { citationsContent: { content: [{ text: part.text }], citations } };
    }
    case "reasoning": {
      const signature = signatureOf(part.replay, protocolId);
      const signed = signature === "" ? {} : { signature };
      return { reasoningContent: { reasoningText: { text: part.text, ...signed } } };
    }
    case "tool-call":
      return { toolUse: { toolUseId: part.id, name: part.name, input: part.input } };
    case "opaque":
      return (
        objectOf(replayData(part.replay, protocolId)?.block) ?? {
          reasoningContent: { redactedContent: btoa(sealReplay(part.replay)) },
        }
      );
    case "image": {
      const media = mediaOf(part.image, part.mediaType);
      if ("url" in media) return refuseMedia("a picture by URL");
      return { image: { format: formatOf(media.mediaType), source: { bytes: media.base64 } } };
    }
    case "audio":
      return refuseMedia("audio");
  }
}

export function refuseMedia(what: string): never {
  throw new CapabilityError("unsupported", `a Converse answer has no place for ${what}`);
}
