/** Decodes a stream of Messages events. It ends with `message_stop`; without it the answer is truncated. */

import type { ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { TransportError } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { errorInside, failureIn } from "./error.js";
import { BlockReader } from "./response-blocks.js";
import { finishReason, laterUsage, usageFrom } from "./response-usage.js";
import type { WireObject } from "./wire.js";

export function createStreamDecoder(call: ChatCall): StreamDecoder {
  return new MessageStream(call);
}

const eventTypes: readonly string[] = [
  "message_start",
  "content_block_start",
  "content_block_delta",
  "content_block_stop",
  "message_delta",
  "message_stop",
  "error",
];

/** Longest piece of unreadable data that an error carries. */
const maxErrorText = 500;

class MessageStream implements StreamDecoder {
  private readonly call: ChatCall;
  private readonly builder = new ReplyBuilder([]);
  private readonly blocks: BlockReader;
  private usage: WireObject = {};
  private stopReason: string | undefined;
  /** Id of the message being read; `null` until one has begun. */
  private messageId: unknown = null;

  constructor(call: ChatCall) {
    this.call = call;
    this.blocks = new BlockReader(this.builder, call);
  }

  get done(): boolean {
    return this.builder.done;
  }

  push(frame: Frame, out: ProtocolEvent[]): void {
    if (this.done || frame.event === "ping") return;
    this.builder.out = out;
    const data = frame.data.trim();
    // OpenRouter ends with this marker of another wire, after or instead of `message_stop`.
    if (data === "[DONE]") {
      if (this.stopReason !== undefined) this.finish();
    } else if (data !== "") this.read(frame.event, this.parse(data));
  }

  end(out: ProtocolEvent[]): void {
    if (this.done) return;
    this.builder.out = out;
    throw this.broken("stream-truncated", "the stream ended before message_stop");
  }

  private read(name: string, event: WireObject): void {
    const stated = textOf(event.type) ?? "";
    const type = eventTypes.includes(stated) ? stated : name;
    if (type === "message_start") this.startMessage(objectOf(event.message) ?? {});
    else if (type === "content_block_start") this.blocks.start(event.index, objectOf(event.content_block) ?? {});
    else if (type === "content_block_delta") this.blocks.delta(event.index, objectOf(event.delta) ?? {});
    else if (type === "content_block_stop") this.blocks.stop(event.index);
    else if (type === "message_delta") this.changeMessage(event);
    else if (type === "message_stop") this.finish();
    // Unknown events are normal; a failure is one in whatever event it comes.
    else this.fail(event, type === "error");
  }

  private startMessage(message: WireObject): void {
    const { builder, blocks } = this;
    // A fallback or a retry inside one stream begins a second message; some gateways only repeat the event.
    // https://github.com/vercel/ai/pull/18332
    if (this.messageId !== null) {
      if (message.id === this.messageId) return;
      blocks.restart();
      builder.restart();
      this.usage = {};
      this.stopReason = undefined;
    }
    this.messageId = message.id;
    builder.start(textOf(message.id), textOf(message.model));
    this.count(message.usage);
  }

  private changeMessage(event: WireObject): void {
    this.stopReason = textOf(objectOf(event.delta)?.stop_reason) ?? this.stopReason;
    this.count(event.usage);
  }

  private count(usage: unknown): void {
    this.usage = laterUsage(this.usage, usage);
    this.builder.usage = usageFrom(this.usage, false);
  }

  private finish(): void {
    this.blocks.finish();
    this.builder.usage = usageFrom(this.usage, true, this.blocks.meters);
    this.builder.finish(finishReason(this.stopReason), this.stopReason);
  }

  private fail(event: WireObject, isError: boolean): void {
    const failure = failureIn(event) ?? (isError ? { message: textOf(event.message) ?? "no message" } : undefined);
    if (failure !== undefined) throw errorInside(failure, this.call, this.builder.partial());
  }

  private parse(data: string): WireObject {
    try {
      return objectOf(JSON.parse(data)) ?? {};
    } catch {
      throw this.broken("invalid-response", "an event of the stream is not valid JSON", data.slice(0, maxErrorText));
    }
  }

  private broken(code: "stream-truncated" | "invalid-response", problem: string, text?: string): TransportError {
    const { call } = this;
    const place = `${call.provider.id}/${call.modelId}`;
    const partial = this.builder.partial();
    return new TransportError(code, `${place}: ${problem}`, {
      provider: call.provider.id,
      model: call.modelId,
      partial,
      text,
    });
  }
}
