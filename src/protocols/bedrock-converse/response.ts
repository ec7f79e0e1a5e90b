/** Decodes a whole answer into the events that a stream of it would give. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_Converse.html */

import type { ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { withMeters } from "../../chat/usage.js";
import { brokenAnswer } from "../failure.js";
import { listOf, objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { BlockReader } from "./response-blocks.js";
import { finishReason, usageFrom } from "./response-usage.js";
import type { WireObject } from "./wire.js";

/** Throws `TransportError` ("invalid-response") for anything but a message. */
export function decodeChat(body: unknown, call: ChatCall): ProtocolEvent[] {
  const answer = objectOf(body) ?? {};
  const message = objectOf(objectOf(answer.output)?.message);
  if (message === undefined) throw brokenAnswer("invalid-response", "the answer has no message", { call });
  const events: ProtocolEvent[] = [];
  const builder = new ReplyBuilder(events);
  builder.start();
  const blocks = new BlockReader(builder, call);
  const stopReason = textOf(answer.stopReason);
  const reason = finishReason(stopReason);
  const content = listOf(message.content)
    .map(objectOf)
    .filter((block) => block !== undefined);
  for (const block of reason === "length" ? withoutCutCall(content) : content) blocks.whole(block);
  builder.usage = withMeters(usageFrom(answer.usage), blocks.meters);
  builder.finish(reason, stopReason);
  return events;
}

/** A call at which the token limit struck may lack arguments although those it has are valid. */
function withoutCutCall(content: readonly WireObject[]): readonly WireObject[] {
  return content.at(-1)?.toolUse === undefined ? content : content.slice(0, -1);
}
