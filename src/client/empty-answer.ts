/** Refuses an answer that ended as if complete with nothing in it: some providers fail that way. */
import type { ProtocolEvent } from "../chat/events.js";
import type { NeutralRequest } from "../chat/request.js";
import { TransportError } from "../errors.js";

/** Where tokens were written, or after a tool's result, a model may have had nothing to say. Throws "invalid-response". */
export function refuseEmpty(last: ProtocolEvent | undefined, { messages }: NeutralRequest): void {
  if (last?.type !== "finish" || last.finishReason !== "stop") return;
  const { message, usage } = last;
  if (usage.state !== "known" || usage.outputTokens > 0 || messages.at(-1)?.role === "tool") return;
  const { content } = message;
  const said =
    typeof content === "string" ? content !== "" : content.some((part) => part.type !== "text" || part.text !== "");
  if (!said) throw new TransportError("invalid-response", "the answer is empty: it ended as if complete");
}
