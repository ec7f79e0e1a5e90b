/** The members of the OpenAI chat wire that are read or written here. https://platform.openai.com/docs/api-reference/chat */
import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import type { ChatCall } from "../protocol.js";

/** A JSON object as it came: every member may be missing, null or of another type. */
export type Members = { readonly [member: string]: unknown };

/** The value when it is a JSON object. */
export function membersOf(value: unknown): Members | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
}

/** The value when it is text, else the empty text. */
export function textOf(value: unknown): string {
  return typeof value === "string" ? value : "";
}

/** Switches of the provider, overridden by the model's. */
export function dialectOf({ provider, model }: Pick<ChatCall, "provider" | "model">): OpenaiChatDialect {
  const own = model.dialect?.["openai-chat"];
  const shared = provider.dialect?.["openai-chat"] ?? {};
  return own === undefined ? shared : { ...shared, ...own };
}

/** What `Replay.data` of this protocol's reasoning holds: OpenRouter's signed blocks, or nothing beside the text. */
export interface ReasoningReplay {
  readonly reasoning_details?: readonly unknown[];
}

/** What `Replay.data` of a tool call holds: Gemini's signature on its OpenAI-compatible surface. */
export interface ToolCallReplay {
  readonly extra_content: unknown;
}

export interface WireToolCall {
  readonly id: string;
  readonly type: "function";
  readonly function: { readonly name: string; readonly arguments: string };
  readonly extra_content?: unknown;
}

/** `cache_control` stands on a part: Anthropic's marks, passed on by OpenRouter and Alibaba. */
export type WirePart = { readonly type: string; readonly [member: string]: unknown };

export type WireMessage =
  | { readonly role: "system" | "developer" | "user"; readonly content: string | readonly WirePart[] }
  | WireAssistantMessage
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string | readonly WirePart[] };

export interface WireAssistantMessage {
  readonly role: "assistant";
  readonly content: string | null | readonly WirePart[];
  readonly reasoning?: string;
  readonly reasoning_content?: string;
  readonly reasoning_details?: readonly unknown[];
  readonly tool_calls?: readonly WireToolCall[];
  readonly prefix?: true;
  readonly partial?: true;
}
