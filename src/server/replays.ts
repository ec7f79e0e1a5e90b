/** Signed reasoning on its way through clients: it comes back knowing its model, and goes to no other. */
import type { ProtocolEvent } from "../chat/events.js";
import type { AnyMessage, AssistantPart, Replay } from "../chat/message.js";
import type { StartableModel } from "../client/run.js";

/**
 * No room's protocol: encoders seal replays of foreign ones, together with the provider and model that they are bound
 * to, where a signature of their own wire would travel without.
 */
const sealedProtocol = "modelwright";

/** The event with the replays of its reasoning made to be sealed. */
export function withSealedReplays(event: ProtocolEvent): ProtocolEvent {
  if (event.type === "reasoning-delta" && event.replay !== undefined)
    return { ...event, replay: wrapped(event.replay) };
  if (event.type !== "finish" || typeof event.message.content === "string") return event;
  const content = event.message.content.map((part) =>
    part.type === "reasoning" && part.replay !== undefined ? { ...part, replay: wrapped(part.replay) } : part,
  );
  return { ...event, message: { ...event.message, content } };
}

function wrapped(replay: Replay): Replay {
  const { provider, model } = replay;
  return { protocol: sealedProtocol, provider, model, data: replay };
}

/**
 * The history with every replay bound to a model. One that a client got elsewhere does not say whose it is: it is taken
 * for that of the only model that may answer, and is left out where there are several.
 */
export function boundReplays(
  messages: readonly AnyMessage[],
  targets: readonly StartableModel[],
): readonly AnyMessage[] {
  return messages.map((message) => {
    if (message.role !== "assistant" || typeof message.content === "string") return message;
    return { ...message, content: message.content.flatMap((part) => boundPart(part, targets)) };
  });
}

function boundPart(part: AssistantPart, targets: readonly StartableModel[]): readonly AssistantPart[] {
  if (!("replay" in part) || part.replay === undefined) return [part];
  const replay = bound(part.replay, targets);
  if (replay !== undefined) return [{ ...part, replay }];
  const { replay: _unbound, ...bare } = part;
  return bare.type === "opaque" ? [] : [bare];
}

function bound(replay: Replay, targets: readonly StartableModel[]): Replay | undefined {
  if (replay.protocol === sealedProtocol) return unwrapped(replay);
  if (replay.provider !== "") return replay;
  const [target, ...others] = targets;
  if (target === undefined || others.length > 0) return undefined;
  return { ...replay, provider: target.provider.id, model: target.modelId };
}

/** The client may have changed what it was given: without its protocol it fits no model. */
function unwrapped({ provider, model, data }: Replay): Replay | undefined {
  const inner = typeof data === "object" && data !== null ? (data as Partial<Replay>) : {};
  return typeof inner.protocol === "string"
    ? { protocol: inner.protocol, provider, model, data: inner.data }
    : undefined;
}
