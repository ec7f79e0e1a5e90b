/** Cohere's chat API on the wire: what is sent, typed; how what arrives is read; and what the replays of this room hold. */
import type { Replay } from "../../chat/message.js";
import type { ChatCall } from "../protocol.js";

/** A JSON object of unknown members. Answers are read member by member: only what is used is looked at. */
export type WireObject = { readonly [member: string]: unknown };

export interface WireText {
  readonly type: "text";
  readonly text: string;
}
export interface WireThinking {
  readonly type: "thinking";
  readonly thinking: string;
}
export interface WireImage {
  readonly type: "image_url";
  readonly image_url: { readonly url: string; readonly detail?: string };
}
export interface WireToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
}

export type WireMessage =
  | { readonly role: "system"; readonly content: string | readonly WireText[] }
  | { readonly role: "user"; readonly content: string | readonly (WireText | WireImage)[] }
  | {
      readonly role: "assistant";
      readonly content?: string | readonly (WireText | WireThinking)[];
      readonly tool_plan?: string;
      readonly tool_calls?: readonly WireToolCall[];
    }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string | readonly WireText[] };

export interface WireTool {
  readonly type: "function";
  readonly function: { readonly name: string; readonly description?: string; readonly parameters: WireObject };
}

/** What `Replay.data` of a `ReasoningPart` holds: the member that its text goes back in. Nothing here is signed. */
export interface ReplayData {
  readonly type: "thinking" | "tool_plan";
}

export const protocolId = "cohere-v2";

export function replayOf(call: ChatCall, data: ReplayData): Replay {
  return { protocol: protocolId, provider: call.provider.id, model: call.modelId, data };
}
