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

/** The value when it is an object that is no array. */
export function objectOf(value: unknown): WireObject | undefined {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? (value as WireObject) : undefined;
}

/** The objects of a list; none when it is no list. */
export function objectsOf(value: unknown): readonly WireObject[] {
  return Array.isArray(value) ? value.map(objectOf).filter((member) => member !== undefined) : [];
}

/** The value when it is a string that says something. */
export function textOf(value: unknown): string | undefined {
  return typeof value === "string" && value !== "" ? value : undefined;
}
