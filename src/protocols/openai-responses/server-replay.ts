/** Replays of other protocols' models, sealed for a client to send back. */

import type { AssistantPart, Replay } from "../../chat/message.js";
import { objectOf } from "../lenient.js";
import { openReplay, sealReplay } from "../served-answer.js";
import { protocolId } from "./wire.js";

/** A replay and the part it belongs to. */
export interface SealedReplay {
  readonly type: "reasoning" | "opaque" | "text" | "image" | "tool-call";
  readonly replay: Replay;
  /** Of the call, where it belongs to one. */
  readonly toolCallId?: string;
}

const types = ["opaque", "text", "image", "tool-call"] as const;

/**
 * Sealed in `encrypted_content` of a reasoning item, the one place that clients of this wire return unread. Ids cannot
 * hold it: they are out before the replay is known. Undefined when nothing has to go back, or the item itself
 * says it.
 */
export function sealPart(part: AssistantPart): string | undefined {
  if (!("replay" in part) || part.replay === undefined) return undefined;
  const { type, replay } = part;
  if (type === "reasoning") return sealReplay(replay);
  if (type === "opaque") return `${type}.${sealReplay(replay)}`;
  if (replay.protocol === protocolId) return undefined;
  const owner = type === "tool-call" ? { toolCallId: part.id } : {};
  return `${type}.${sealReplay({ ...replay, data: { ...owner, data: replay.data } })}`;
}

/** Undefined for `encrypted_content` that some other server made. */
export function openPart(encrypted: unknown): SealedReplay | undefined {
  if (typeof encrypted !== "string") return undefined;
  const type = types.find((name) => encrypted.startsWith(`${name}.`));
  const replay = openReplay(type === undefined ? encrypted : encrypted.slice(type.length + 1));
  if (replay === undefined) return undefined;
  if (type === undefined || type === "opaque") return { type: type ?? "reasoning", replay };
  const owned = objectOf(replay.data);
  const owner = typeof owned?.toolCallId === "string" ? { toolCallId: owned.toolCallId } : {};
  return { type, replay: { ...replay, data: owned?.data }, ...owner };
}
