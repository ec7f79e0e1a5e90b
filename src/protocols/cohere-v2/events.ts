/** Decodes a stream of chat events. It ends with `message-end`; without it the answer is truncated. https://docs.cohere.com/reference/chat-stream */

import type { ProtocolEvent } from "../../chat/events.js";
import type { Frame } from "../../transport/frame.js";
import { brokenAnswer } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { decodeFailure, errorInside } from "./error.js";
import { AnswerReader } from "./response-answer.js";
import type { WireObject } from "./wire.js";

export function createStreamDecoder(call: ChatCall): StreamDecoder {
  return new ChatStream(call);
}

/** Longest piece of unreadable data that an error carries. */
const maxErrorText = 500;

class ChatStream implements StreamDecoder {
  private readonly call: ChatCall;
  private readonly reader: AnswerReader;
  private calls = 0;

  constructor(call: ChatCall) {
    this.call = call;
    this.reader = new AnswerReader(call);
  }

  get done(): boolean {
    return this.reader.builder.done;
  }

  push(frame: Frame, out: ProtocolEvent[]): void {
    if (this.done) return;
    this.reader.builder.out = out;
    const data = frame.data.trim();
    // The marker follows `message-end`: before it the answer is not complete.
    if (data !== "" && data !== "[DONE]") this.read(frame.event, this.parse(data));
  }

  end(out: ProtocolEvent[]): void {
    if (this.done) return;
    this.reader.builder.out = out;
    throw this.unreadable("stream-truncated", "the stream ended before message-end");
  }

  private read(name: string, event: WireObject): void {
    const { reader } = this;
    const delta = objectOf(event.delta) ?? {};
    const message = objectOf(delta.message) ?? {};
    const content = objectOf(message.content) ?? {};
    const call = objectOf(message.tool_calls) ?? {};
    // The frame's name says the same as `type`: either will do.
    const type = types.has(event.type) ? event.type : name;
    if (type === "message-start") reader.builder.start(textOf(event.id));
    else if (type === "content-start") {
      reader.endPart();
      reader.content(content);
    } else if (type === "content-delta") reader.content(content);
    else if (type === "tool-plan-delta") reader.toolPlan(message.tool_plan);
    else if (type === "tool-call-start") reader.toolCallStart(keyOf(event, this.calls++), call);
    else if (type === "tool-call-delta") reader.toolCallDelta(keyOf(event, this.calls - 1), call);
    else if (type === "citation-start") reader.citation(message.citations);
    else if (type === "message-end") reader.finish(delta);
    else if (type === "error") throw this.failure(event);
  }

  private failure(event: WireObject): Error {
    const failure = decodeFailure(event, () => undefined);
    return errorInside(failure, this.call, this.reader.builder.partial());
  }

  private parse(data: string): WireObject {
    try {
      return objectOf(JSON.parse(data)) ?? {};
    } catch {
      const text = data.slice(0, maxErrorText);
      throw this.unreadable("invalid-response", "an event of the stream is not valid JSON", text);
    }
  }

  private unreadable(code: "stream-truncated" | "invalid-response", problem: string, text?: string): Error {
    const partial = this.reader.builder.partial();
    return brokenAnswer(code, problem, { call: this.call, partial, ...(text === undefined ? {} : { text }) });
  }
}

const types: ReadonlySet<unknown> = new Set([
  "message-start",
  "content-start",
  "content-delta",
  "tool-plan-delta",
  "tool-call-start",
  "tool-call-delta",
  "citation-start",
  "message-end",
  "error",
]);

function keyOf({ index }: WireObject, otherwise: number): number {
  return typeof index === "number" ? index : otherwise;
}
