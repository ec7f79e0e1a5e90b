/** Amazon's Converse API on the wire: what is sent, typed; how what arrives is read; and what the replays of this room hold. */
import type { Replay } from "../../chat/message.js";
import type { ChatCall } from "../protocol.js";

/** A JSON object of unknown members. Answers are read member by member: only what is used is looked at. */
export type WireObject = { readonly [member: string]: unknown };

/** A block of content has one member, whose name is its kind. */
export type WireBlock =
  | { readonly text: string }
  | { readonly [medium in "image" | "document" | "video" | "audio"]?: WireMedia }
  | { readonly toolUse: WireToolUse }
  | { readonly toolResult: WireToolResult }
  | { readonly reasoningContent: WireReasoning }
  | { readonly cachePoint: WireCachePoint }
  /** A block that goes back as it came: cited text, redacted reasoning, tools that the provider runs. */
  | WireObject;

export interface WireMedia {
  readonly format: string;
  /** Documents only. */
  readonly name?: string;
  /** Base64, or an object of S3. */
  readonly source: { readonly bytes: string } | { readonly s3Location: { readonly uri: string } };
}
export interface WireToolUse {
  readonly toolUseId: string;
  readonly name: string;
  readonly input: unknown;
}
export interface WireToolResult {
  readonly toolUseId: string;
  readonly content: readonly WireBlock[];
  readonly status?: "success" | "error";
}
export interface WireReasoning {
  readonly reasoningText: { readonly text: string; readonly signature?: string };
}
export interface WireCachePoint {
  readonly type: "default";
  readonly ttl?: "1h";
}

export interface WireMessage {
  readonly role: "user" | "assistant";
  readonly content: WireBlock[];
}

export type WireTool =
  | {
      readonly toolSpec: {
        readonly name: string;
        readonly description?: string;
        readonly inputSchema: { readonly json: WireObject };
        readonly strict?: boolean;
      };
    }
  | { readonly systemTool: { readonly name: string } };

export type WireToolChoice =
  | { readonly auto: WireObject }
  | { readonly any: WireObject }
  | { readonly tool: { readonly name: string } };

/**
 * What `Replay.data` holds, by the part it stands on. Plain texts and tool calls need none.
 * - `ReasoningPart`: `{ type: "reasoning", signature? }`; the reasoning itself is the part's text.
 * - `TextPart`: `{ type: "citations", citations }`.
 * - `OpaquePart`: `{ type: "block", block }`, the whole block.
 */
export type ReplayData =
  | { readonly type: "reasoning"; readonly signature?: string }
  | { readonly type: "citations"; readonly citations: readonly unknown[] }
  | { readonly type: "block"; readonly block: WireObject };

export const protocolId = "bedrock-converse";

export function replayOf(call: ChatCall, data: ReplayData): Replay {
  return { protocol: protocolId, provider: call.provider.id, model: call.modelId, data };
}
