/** Ollama's own API on the wire: what is sent, typed, and how what arrives is read. */

/** A JSON object of unknown members. Answers are read member by member: only what is used is looked at. */
export type WireObject = { readonly [member: string]: unknown };

export interface WireToolCall {
  readonly id?: string;
  /** Arguments are a JSON value here, not its text. */
  readonly function: { readonly name: string; readonly arguments: unknown };
}

export interface WireMessage {
  readonly role: "system" | "user" | "assistant" | "tool";
  readonly content: string;
  /** Base64 without a `data:` head. */
  readonly images?: readonly string[];
  readonly thinking?: string;
  readonly tool_calls?: readonly WireToolCall[];
  readonly tool_name?: string;
  readonly tool_call_id?: string;
}

export interface WireTool {
  readonly type: "function";
  readonly function: { readonly name: string; readonly description?: string; readonly parameters: WireObject };
}

export const protocolId = "ollama";
