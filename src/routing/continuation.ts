/** An answer that broke off and that another member goes on with: what it is told, and how the two halves become one. */
import type { ChatEvent } from "../chat/events.js";
import type { AddedMessage, AssistantMessage, AssistantPart } from "../chat/message.js";
import type { Step } from "../model/reply.js";

export class Continuation {
  /** What readers have seen so far. */
  readonly seen: string;
  /** What the next member is given as the beginning of its answer: providers refuse white space at its end. */
  readonly given: string;
  /** White space that readers have and the next member was not given; it may write it again. */
  private expected: string;
  private dropped = 0;

  constructor(seen: string) {
    this.seen = seen;
    this.given = seen.trimEnd();
    this.expected = seen.slice(this.given.length);
  }

  /** The event without text that readers have already; undefined when nothing is left of it. */
  read(event: ChatEvent): ChatEvent | undefined {
    if (event.type !== "text-delta" || this.expected === "") return event;
    let again = 0;
    while (again < this.expected.length && event.text[again] === this.expected[again]) again++;
    this.dropped += again;
    this.expected = again === event.text.length ? this.expected.slice(again) : "";
    const text = event.text.slice(again);
    return text === "" ? undefined : { ...event, text };
  }

  /** Both halves of the text. */
  joined(text: string): string {
    return this.seen + text.slice(this.dropped);
  }

  /** The answer as one message: the second half's, with the first in front of its first text. */
  joinedMessage(message: AssistantMessage): AssistantMessage {
    const { content } = message;
    if (typeof content === "string") return { ...message, content: this.joined(content) };
    const first = content.findIndex(({ type }) => type === "text");
    if (first < 0) return { ...message, content: [{ type: "text", text: this.seen }, ...content] };
    const parts = content.map(
      (part, i): AssistantPart =>
        i === first && part.type === "text" ? { ...part, text: this.joined(part.text) } : part,
    );
    return { ...message, content: parts };
  }

  /** The messages of the second half, of which the first is the continued answer. */
  joinedMessages(messages: readonly AddedMessage[]): readonly AddedMessage[] {
    return messages.map((message, i) =>
      i === 0 && message.role === "assistant" ? this.joinedMessage(message) : message,
    );
  }

  joinedSteps(steps: readonly Step[]): readonly Step[] {
    return steps.map((step, i) => (i === 0 ? { ...step, message: this.joinedMessage(step.message) } : step));
  }
}
