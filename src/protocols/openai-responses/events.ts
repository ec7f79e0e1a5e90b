/** The event stream of the Responses API as neutral events. https://platform.openai.com/docs/api-reference/responses-streaming */

import type { ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { TransportError } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { errorInside, failureIn } from "./error.js";
import { finish } from "./response.js";
import { AnswerItems } from "./response-items.js";
import type { WireObject } from "./wire.js";

export class OpenaiResponsesStreamDecoder implements StreamDecoder {
  private readonly builder = new ReplyBuilder([]);
  private readonly call: ChatCall;
  private readonly items: AnswerItems;

  constructor(call: ChatCall) {
    this.call = call;
    this.items = new AnswerItems(this.builder, call);
  }

  get done(): boolean {
    return this.builder.done;
  }

  push(frame: Frame, out: ProtocolEvent[]): void {
    // `[DONE]` is sent by OpenRouter; the end is the terminal event before it.
    if (this.done || frame.data === "" || frame.data === "[DONE]") return;
    this.builder.out = out;
    const event = this.parse(frame.data);
    // The frame's name says the same as `type`, where there is one: either will do.
    if (event !== undefined) this.read(isKnown(event.type) ? event.type : frame.event, event);
  }

  end(out: ProtocolEvent[]): void {
    if (this.done) return;
    this.builder.out = out;
    throw new TransportError("stream-truncated", "the stream ended before its terminal event", {
      partial: this.builder.partial(),
    });
  }

  private parse(data: string): WireObject | undefined {
    try {
      return objectOf(JSON.parse(data));
    } catch (cause) {
      const partial = this.builder.partial();
      throw new TransportError("invalid-response", "an event of the stream is no JSON", { cause, text: data, partial });
    }
  }

  private read(type: string, event: WireObject): void {
    const read = itemEvents.get(type);
    if (read !== undefined) read(this.items, event);
    else if (startTypes.has(type)) this.start(objectOf(event.response));
    else if (terminalTypes.has(type)) this.finish(type.slice("response.".length), objectOf(event.response) ?? {});
    else if (type === "error" || objectOf(event.error) !== undefined)
      throw errorInside(failureIn(event), this.call, this.builder.partial());
  }

  private start(response: WireObject | undefined): void {
    this.builder.start(textOf(response?.id), textOf(response?.model));
  }

  private finish(named: string, response: WireObject): void {
    this.start(response);
    // The response may know better than its event: a host that always says `completed` still states the status.
    const status = response.status === "incomplete" || response.status === "failed" ? response.status : named;
    finish(response, { call: this.call, builder: this.builder, items: this.items, status });
  }
}

const startTypes: ReadonlySet<string> = new Set(["response.created", "response.in_progress", "response.queued"]);
const terminalTypes: ReadonlySet<string> = new Set(["response.completed", "response.incomplete", "response.failed"]);

function isKnown(type: unknown): type is string {
  if (typeof type !== "string") return false;
  return itemEvents.has(type) || startTypes.has(type) || terminalTypes.has(type) || type === "error";
}

/** Events of hosted tools, parts that only open or close, and unknown ones say nothing that these do not say. */
const itemEvents: ReadonlyMap<string, (items: AnswerItems, event: WireObject) => void> = new Map([
  ["response.output_item.added", (items, event) => items.open(event)],
  ["response.output_text.delta", (items, event) => items.text(event)],
  ["response.output_text.annotation.added", (items, event) => items.annotation(event)],
  ["response.refusal.delta", (items, event) => items.refusal(event)],
  ["response.reasoning_summary_text.delta", (items, event) => items.reasoning(event, "summary")],
  ["response.reasoning_text.delta", (items, event) => items.reasoning(event, "content")],
  ["response.function_call_arguments.delta", (items, event) => items.argument(event)],
  ["response.function_call_arguments.done", (items, event) => items.argued(event)],
  ["response.output_item.done", (items, event) => items.close(event)],
]);
