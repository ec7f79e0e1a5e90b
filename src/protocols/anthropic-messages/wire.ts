/** The Messages API on the wire: what is sent, typed; how what arrives is read; and what the replays of this room hold. */
import type { Replay } from "../../chat/message.js";
import type { ChatCall } from "../protocol.js";

/** A JSON object of unknown members. Answers are read member by member: only what is used is looked at. */
export type WireObject = { readonly [member: string]: unknown };

export interface WireCacheControl {
  readonly type: "ephemeral";
  readonly ttl?: "1h";
}

export type WireSource =
  | { readonly type: "base64"; readonly media_type: string; readonly data: string }
  | { readonly type: "url"; readonly url: string };

interface Cacheable {
  readonly cache_control?: WireCacheControl;
}
export interface WireText extends Cacheable {
  readonly type: "text";
  readonly text: string;
  readonly citations?: unknown;
}
export interface WireMedia extends Cacheable {
  readonly type: "image" | "document";
  readonly source: WireSource;
  readonly title?: string;
}
export interface WireThinking {
  readonly type: "thinking";
  readonly thinking: string;
  readonly signature?: string;
}
export interface WireToolUse {
  readonly type: "tool_use";
  readonly id: string;
  readonly name: string;
  readonly input: unknown;
  readonly caller?: unknown;
}
export interface WireToolResult extends Cacheable {
  readonly type: "tool_result";
  readonly tool_use_id: string;
  readonly content: string | readonly (WireText | WireMedia)[];
  readonly is_error?: boolean;
}
/** A block that goes back as it came: redacted thinking, server-side tools and their results, compaction. */
export interface WireOpaque {
  readonly type: string;
  readonly [member: string]: unknown;
}
export type WireBlock = WireText | WireMedia | WireThinking | WireToolUse | WireToolResult | WireOpaque;

export interface WireMessage {
  /** `system` stands only after a turn of the user, and before an answer or at the end. */
  readonly role: "user" | "assistant" | "system";
  readonly content: WireBlock[];
}

export interface WireTool {
  readonly name: string;
  readonly description?: string;
  readonly input_schema: WireObject;
  readonly strict?: boolean;
}

/** A tool of Anthropic's own. Its type ends with a date. */
export interface WireBuiltinTool {
  readonly type: string;
  readonly name: string;
  readonly [option: string]: unknown;
}

/**
 * Anthropic's own tools by catalog name: the type that most models take, the fixed name, and the word of the beta header
 * where one is asked for. https://platform.claude.com/docs/en/agents-and-tools/tool-use/tool-reference
 */
export const builtinToolNames: {
  readonly [tool: string]: { readonly type: string; readonly name: string; readonly beta?: string };
} = {
  web_search: { type: "web_search_20250305", name: "web_search" },
  web_fetch: { type: "web_fetch_20250910", name: "web_fetch", beta: "web-fetch-2025-09-10" },
  code_execution: { type: "code_execution_20250825", name: "code_execution", beta: "code-execution-2025-08-25" },
  computer_use: { type: "computer_20250124", name: "computer", beta: "computer-use-2025-01-24" },
  bash: { type: "bash_20250124", name: "bash" },
  text_editor: { type: "text_editor_20250728", name: "str_replace_based_edit_tool" },
  memory: { type: "memory_20250818", name: "memory", beta: "context-management-2025-06-27" },
};

export type WireToolChoice =
  | { readonly type: "auto" | "any"; readonly disable_parallel_tool_use?: true }
  | { readonly type: "tool"; readonly name: string; readonly disable_parallel_tool_use?: true }
  | { readonly type: "none" };

export type WireThinkingConfig =
  | { readonly type: "disabled" }
  | { readonly type: "enabled"; readonly budget_tokens: number; readonly display?: WireThinkingDisplay }
  | { readonly type: "adaptive"; readonly display?: WireThinkingDisplay };
export type WireThinkingDisplay = "summarized" | "omitted";

/**
 * What `Replay.data` holds, by the part it stands on. Texts and tool calls without citations and callers need none.
 * - `ReasoningPart`: `{ type: "thinking", signature? }`; the thinking itself is the part's text.
 * - `TextPart`: `{ type: "text", citations }`.
 * - `ToolCallPart`: `{ type: "tool_use", caller }`, for calls that code of the model made.
 * - `OpaquePart`: the whole block.
 */
export type ReplayData =
  | { readonly type: "thinking"; readonly signature?: string }
  | { readonly type: "text"; readonly citations: readonly unknown[] }
  | { readonly type: "tool_use"; readonly caller: unknown }
  | WireOpaque;

export const protocolId = "anthropic-messages";

/** Sent with every request. https://docs.claude.com/en/api/versioning */
export const versionHeaders = { "anthropic-version": "2023-06-01" };

export function replayOf(call: ChatCall, data: ReplayData): Replay {
  return { protocol: protocolId, provider: call.provider.id, model: call.modelId, data };
}
