/** An answer that begins anew after part of it went out: goes on unseen as long as it says the same again. */
import type { ProtocolEvent } from "../chat/events.js";
import { TransportError } from "../errors.js";

/** Streams of these wires cannot take anything back, so another model may only repeat what the client has. */
export class RepeatedText {
  private sent = "";
  private expected = "";
  /** More than text went out: nothing can be compared. */
  private beyondText = false;

  /** The answer begins anew. Throws "stream-truncated" when it cannot. */
  restart(from: string): void {
    if (this.beyondText) throw broken(`${from} broke off in the middle of its answer`);
    this.expected = this.sent;
  }

  /** What of the event the client does not have yet. Throws "stream-truncated" when the new answer differs. */
  unseen(event: ProtocolEvent): ProtocolEvent | undefined {
    if (this.expected !== "") return this.compare(event);
    if (event.type === "text-delta") this.sent += event.text;
    else if (event.type !== "start" && event.type !== "reasoning-delta") this.beyondText = true;
    return event;
  }

  private compare(event: ProtocolEvent): ProtocolEvent | undefined {
    if (event.type === "start" || event.type === "reasoning-delta") return undefined;
    const length = event.type === "text-delta" ? Math.min(event.text.length, this.expected.length) : 0;
    if (event.type !== "text-delta" || !this.expected.startsWith(event.text.slice(0, length)))
      throw broken("the model that took over answers otherwise than what was streamed already");
    this.expected = this.expected.slice(length);
    const rest = event.text.slice(length);
    this.sent += rest;
    return rest === "" ? undefined : { ...event, text: rest };
  }
}

function broken(message: string): TransportError {
  return new TransportError("stream-truncated", message);
}
