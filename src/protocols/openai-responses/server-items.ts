/** Output items that a server builds up while it answers, and their wire form at any moment. */
import type { Members } from "../served-input.js";

export interface MessagePiece {
  readonly type: "output_text" | "refusal";
  text: string;
  readonly annotations: Members[];
}
export interface ServedMessage {
  readonly kind: "message";
  readonly index: number;
  readonly id: string;
  readonly pieces: MessagePiece[];
}
export interface ServedReasoning {
  readonly kind: "reasoning";
  readonly index: number;
  readonly id: string;
  text: string;
  encrypted: string | undefined;
}
export interface ServedCall {
  readonly kind: "call";
  readonly index: number;
  readonly id: string;
  readonly callId: string;
  readonly name: string;
  /** The tool takes free text, not JSON. */
  readonly custom: boolean;
  text: string;
  complete: boolean;
}
export interface ServedImage {
  readonly kind: "image";
  readonly index: number;
  readonly id: string;
  readonly result: string;
  readonly format: string;
}
export type ServedItem = ServedMessage | ServedReasoning | ServedCall | ServedImage;

export type ItemStatus = "in_progress" | "completed" | "incomplete";

/** The item as it stands. An item in progress shows nothing yet: its content follows in events. */
export function encodeItem(item: ServedItem, status: ItemStatus): Members {
  const begun = status === "in_progress";
  const { id } = item;
  switch (item.kind) {
    case "message":
      return { id, type: "message", status, role: "assistant", content: begun ? [] : item.pieces.map(encodePiece) };
    case "reasoning":
      return {
        id,
        type: "reasoning",
        summary: begun || item.text === "" ? [] : [encodeSummary(item.text)],
        ...(item.encrypted === undefined ? {} : { encrypted_content: item.encrypted }),
      };
    case "call":
      return {
        id,
        type: item.custom ? "custom_tool_call" : "function_call",
        status,
        [item.custom ? "input" : "arguments"]: begun ? "" : item.text,
        call_id: item.callId,
        name: item.name,
      };
    case "image":
      return {
        id,
        type: "image_generation_call",
        status,
        output_format: item.format,
        result: begun ? null : item.result,
      };
  }
}

export function encodePiece({ type, text, annotations }: MessagePiece): Members {
  return type === "refusal" ? { type, refusal: text } : { type, text, annotations, logprobs: [] };
}

export function encodeSummary(text: string): Members {
  return { type: "summary_text", text };
}
