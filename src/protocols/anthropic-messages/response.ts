/** Decodes a whole answer into the events that a stream of it would give. */

import type { ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { TransportError } from "../../errors.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { errorInside, failureIn } from "./error.js";
import { BlockReader } from "./response-blocks.js";
import { finishReason, laterUsage, usageFrom } from "./response-usage.js";
import type { WireObject } from "./wire.js";

/** Throws `ProviderError` for a failure with status 200, `TransportError` ("invalid-response") for anything but a message. */
export function decodeChat(body: unknown, call: ChatCall): ProtocolEvent[] {
  const message = objectOf(body);
  const failure = message === undefined ? undefined : failureIn(message);
  if (failure !== undefined) throw errorInside(failure, call);
  if (message === undefined || !Array.isArray(message.content)) throw noMessage(call);
  const events: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(events);
  builder.start(textOf(message.id), textOf(message.model));
  const stopReason = textOf(message.stop_reason);
  const reason = finishReason(stopReason);
  const blocks = new BlockReader(builder, call);
  const content = message.content.map(objectOf).filter((block) => block !== undefined);
  for (const block of reason === "length" ? withoutCutCall(content) : content) blocks.start(undefined, block);
  blocks.finish();
  builder.usage = usageFrom(laterUsage({}, message.usage), true, blocks.meters);
  builder.finish(reason, stopReason);
  return events;
}

/** A call at which the token limit struck may lack arguments although those it has are valid JSON. */
function withoutCutCall(content: readonly WireObject[]): readonly WireObject[] {
  return content.at(-1)?.type === "tool_use" ? content.slice(0, -1) : content;
}

function noMessage(call: ChatCall): TransportError {
  const place = `${call.provider.id}/${call.modelId}`;
  return new TransportError("invalid-response", `${place}: the answer is no message with content`, {
    provider: call.provider.id,
    model: call.modelId,
  });
}
