/** A whole answer as events. Also takes the array of chunks that a stream without `alt=sse` is. */
import type { ProtocolEvent } from "../../chat/events.js";
import { TransportError } from "../../errors.js";
import type { ChatCall } from "../protocol.js";
import { AnswerReader } from "./response-reader.js";

/** Throws `ProviderError` for an error body, `TransportError` ("invalid-response") for one without any answer. */
export function decodeChat(body: unknown, call: ChatCall): ProtocolEvent[] {
  const out: ProtocolEvent[] = [];
  const reader = new AnswerReader(call);
  for (const chunk of Array.isArray(body) ? (body as readonly unknown[]) : [body]) reader.read(chunk, out);
  if (!reader.answered) throw new TransportError("invalid-response", "the answer holds no candidate");
  reader.close(out);
  return out;
}
