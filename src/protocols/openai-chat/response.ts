/** Decodes a whole answer. https://platform.openai.com/docs/api-reference/chat/object */

import type { ProtocolEvent } from "../../chat/events.js";
import { unreadable } from "../failure.js";
import { listOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { errorInAnswer, failureIn } from "./error.js";
import { AnswerReader } from "./response-answer.js";
import { membersOf } from "./wire.js";

/** The events of a whole answer. Throws `ProviderError` for a failure inside a 200, `TransportError` ("invalid-response"). */
export function decodeChat(body: unknown, call: ChatCall): ProtocolEvent[] {
  const answer = membersOf(body);
  if (answer === undefined) throw unreadable(call, "the answer is no JSON object");
  const failure = failureIn(answer);
  if (failure !== undefined) throw errorInAnswer(failure, call);
  const choices = listOf(answer.choices);
  // Only choice 0 is read: one call gives one answer.
  const choice = membersOf(choices.find((value) => membersOf(value)?.index === 0) ?? choices[0]);
  const message = membersOf(choice?.message) ?? membersOf(choice?.delta);
  if (choice === undefined || message === undefined) throw unreadable(call, "the answer has no message");
  const out: ProtocolEvent[] = [];
  const reader = new AnswerReader(call, out);
  reader.readHead(answer, true);
  reader.readChoice(choice, message);
  reader.finish();
  return out;
}
