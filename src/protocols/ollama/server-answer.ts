/** Neutral events as an answer of `POST /api/chat`, whole or line by line. https://docs.ollama.com/api/chat */
import type { FinishEvent, ProtocolEvent } from "../../chat/events.js";
import type { ErrorCode } from "../../errors.js";
import { mediaOf } from "../media.js";
import { failureStatus, finishOf, joinDeltas } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext, StreamEncoder } from "../server.js";
import type { WireToolCall } from "./wire.js";

type ToolCallEvent = ProtocolEvent & { readonly type: "tool-call" };

export function encodeChat(events: readonly ProtocolEvent[], context: AnswerContext): unknown {
  const finish = finishOf(events);
  const thinking = joinDeltas(events, "reasoning-delta");
  const calls = events.filter((event) => event.type === "tool-call");
  const images = events.flatMap((event) => (event.type === "image" ? imageOf(event) : []));
  const message = {
    role: "assistant",
    content: joinDeltas(events, "text-delta") + joinDeltas(events, "refusal-delta"),
    ...(thinking === "" ? {} : { thinking }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map(encodeCall) }),
    ...(images.length === 0 ? {} : { images }),
  };
  return { ...piece(context, message), ...ending(finish) };
}

/** Encodes events as JSON lines. Calls are sent when they are complete: the wire has no pieces of them. */
export class OllamaStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext;

  constructor(context: AnswerContext) {
    this.context = context;
  }

  encode(event: ProtocolEvent): string {
    switch (event.type) {
      case "text-delta":
      case "refusal-delta":
        return this.line({ content: event.text });
      case "reasoning-delta":
        return event.text === "" ? "" : this.line({ content: "", thinking: event.text });
      case "tool-call":
        return this.line({ content: "", tool_calls: [encodeCall(event)] });
      case "image":
        return this.line({ content: "", images: imageOf(event) });
      case "finish":
        return `${JSON.stringify({ ...piece(this.context, { role: "assistant", content: "" }), ...ending(event) })}\n`;
      // No place on this wire.
      case "start":
      case "tool-call-start":
      case "tool-call-delta":
      case "audio-delta":
      case "source":
        return "";
    }
  }

  end(): string {
    return "";
  }

  fail(_code: ErrorCode, message: string): string {
    return `${JSON.stringify({ error: message })}\n`;
  }

  private line(message: Members): string {
    return `${JSON.stringify({ ...piece(this.context, { role: "assistant", ...message }), done: false })}\n`;
  }
}

/** A failure in Ollama's error body: a text, without codes. */
export function encodeFailure(code: ErrorCode, message: string): { readonly status: number; readonly body: unknown } {
  return { status: failureStatus[code], body: { error: message } };
}

function piece({ modelId, created }: AnswerContext, message: Members): Members {
  return { model: modelId, created_at: new Date(created * 1000).toISOString(), message };
}

/** An end without a word here says its own reason. */
function ending({ finishReason, rawFinishReason, usage }: FinishEvent): Members {
  const clean = finishReason === "stop" || finishReason === "tool-calls" || finishReason === "refusal";
  const reason = clean ? "stop" : finishReason === "other" ? (rawFinishReason ?? finishReason) : finishReason;
  const counts = { prompt_eval_count: usage.inputTokens, eval_count: usage.outputTokens };
  return { done: true, done_reason: reason, ...(usage.state === "absent" ? {} : counts) };
}

function encodeCall({ id, name, input }: ToolCallEvent): WireToolCall {
  return { id, function: { name, arguments: input } };
}

function imageOf({ image }: ProtocolEvent & { readonly type: "image" }): readonly string[] {
  const media = mediaOf(image.image, image.mediaType);
  return "url" in media ? [] : [media.base64];
}
