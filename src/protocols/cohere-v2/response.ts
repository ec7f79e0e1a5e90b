/** Decodes a whole answer into the events that a stream of it would give. https://docs.cohere.com/reference/chat */

import type { ProtocolEvent } from "../../chat/events.js";
import { brokenAnswer } from "../failure.js";
import { listOf, objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { errorInside, failureAtEnd } from "./error.js";
import { AnswerReader } from "./response-answer.js";

/** Throws `ProviderError` for a failure with status 200, `TransportError` ("invalid-response") for anything but a message. */
export function decodeChat(body: unknown, call: ChatCall): ProtocolEvent[] {
  const answer = objectOf(body) ?? {};
  const message = objectOf(answer.message);
  const failure = failureAtEnd(answer);
  if (failure !== undefined && message === undefined) throw errorInside(failure, call);
  if (message === undefined) throw brokenAnswer("invalid-response", "the answer has no message", { call });
  const reader = new AnswerReader(call);
  const events: ProtocolEvent[] = [];
  reader.builder.out = events;
  reader.builder.start(textOf(answer.id));
  const { content } = message;
  if (typeof content === "string") reader.content({ text: content });
  for (const block of listOf(content).map(objectOf)) {
    reader.endPart();
    if (block !== undefined) reader.content(block);
  }
  reader.toolPlan(message.tool_plan);
  for (const [i, value] of listOf(message.tool_calls).entries()) reader.toolCallStart(i, objectOf(value) ?? {});
  for (const citation of listOf(message.citations)) reader.citation(citation);
  reader.finish(answer);
  return events;
}
