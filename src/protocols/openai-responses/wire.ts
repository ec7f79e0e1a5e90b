/** The Responses API on the wire: what is sent, typed; how what arrives is read; and what the replays of this room hold. */

import type { Replay } from "../../chat/message.js";
import { objectOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";

/** A JSON object of unknown members. Answers are read member by member: only what is used is looked at. */
export type WireObject = { readonly [member: string]: unknown };

export interface WireInputText {
  readonly type: "input_text";
  readonly text: string;
}
export interface WireInputImage {
  readonly type: "input_image";
  /** An `https:` or `data:` URL. */
  readonly image_url: string;
  readonly detail?: "low" | "high" | "auto";
}
export interface WireInputFile {
  readonly type: "input_file";
  readonly file_url?: string;
  readonly filename?: string;
  /** A `data:` URL; needs a `filename`. */
  readonly file_data?: string;
}
export interface WireInputAudio {
  readonly type: "input_audio";
  readonly input_audio: { readonly data: string; readonly format: "mp3" | "wav" };
}
export type WireInputPart = WireInputText | WireInputImage | WireInputFile | WireInputAudio;

export interface WireInputMessage {
  readonly role: "system" | "user" | "assistant";
  readonly content: string | readonly WireInputPart[];
}
/** An earlier message of the model, with what only it has: its id and its phase. */
export interface WireOutputMessage {
  readonly type: "message";
  readonly role: "assistant";
  readonly content: readonly [
    { readonly type: "output_text"; readonly text: string; readonly annotations: readonly [] },
  ];
  readonly [member: string]: unknown;
}
export interface WireCallOutput {
  readonly type: "function_call_output" | "custom_tool_call_output";
  readonly call_id: string;
  readonly output: string | readonly WireInputPart[];
}
/** Calls, reasoning, and items that go back as they came: hosted tools, compaction. */
export interface WireItem {
  readonly type: string;
  readonly [member: string]: unknown;
}
export type WireInputItem = WireInputMessage | WireOutputMessage | WireCallOutput | WireItem;

export interface WireFunctionTool {
  readonly type: "function";
  readonly name: string;
  readonly description?: string;
  readonly parameters: WireObject;
  readonly strict: boolean;
}

export type WireToolChoice = "auto" | "none" | "required" | { readonly type: "function"; readonly name: string };

export type WireTextFormat =
  | { readonly type: "json_object" }
  | {
      readonly type: "json_schema";
      readonly name: string;
      readonly description?: string;
      readonly schema: WireObject;
      readonly strict?: boolean;
    };

export const protocolId = "openai-responses";

/** Asks for the encrypted form of the reasoning, without which a server that keeps nothing cannot take it back. */
export const encryptedReasoning = "reasoning.encrypted_content";

/**
 * `Replay.data` is the output item as it came, less what the part itself holds:
 * - `ReasoningPart`, `OpaquePart`: the whole item.
 * - `TextPart`: the message without its content.
 * - `ToolCallPart`: the whole call; its `arguments` text keeps the cached prefix byte for byte.
 * - `ImagePart`: the `image_generation_call` without its `result`.
 */
export function replayOf(call: ChatCall, data: WireObject): Replay {
  return { protocol: protocolId, provider: call.provider.id, model: call.modelId, data };
}

/**
 * The item of a replay of this provider and model; undefined for any other replay. A replay without a provider came
 * through a gateway, whose client only knows the model it asked.
 */
export function ownItem(call: ChatCall, replay: Replay | undefined): WireObject | undefined {
  if (replay === undefined || replay.protocol !== protocolId) return undefined;
  const own = replay.provider === "" || (replay.provider === call.provider.id && replay.model === call.modelId);
  return own ? objectOf(replay.data) : undefined;
}

/** The item without the named members. */
export function without(item: WireObject, ...names: readonly string[]): WireObject {
  return Object.fromEntries(Object.entries(item).filter(([name]) => !names.includes(name)));
}

/** The one hosted tool whose catalog name is not its type. */
export const computerTool = { name: "computer_use", type: "computer_use_preview" } as const;
