/** Decodes a stream of Converse events. It ends with `metadata`; an answer that closes after `messageStop` is complete, too. */

import type { ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { withMeters } from "../../chat/usage.js";
import type { Frame } from "../../transport/frame.js";
import { brokenAnswer } from "../failure.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { decodeFailure, errorInside } from "./error.js";
import { BlockReader } from "./response-blocks.js";
import { finishReason, usageFrom } from "./response-usage.js";
import type { WireObject } from "./wire.js";

export function createStreamDecoder(call: ChatCall): StreamDecoder {
  return new ConverseStream(call);
}

/** Longest piece of unreadable data that an error carries. */
const maxErrorText = 500;

class ConverseStream implements StreamDecoder {
  private readonly call: ChatCall;
  private readonly builder = new ReplyBuilder([]);
  private readonly blocks: BlockReader;
  private stop: { readonly reason: string | undefined } | undefined;

  constructor(call: ChatCall) {
    this.call = call;
    this.blocks = new BlockReader(this.builder, call);
  }

  get done(): boolean {
    return this.builder.done;
  }

  push(frame: Frame, out: ProtocolEvent[]): void {
    if (this.done) return;
    this.builder.out = out;
    if (frame.failure === true) throw this.failure(frame);
    this.read(frame.event, this.parse(frame.data));
  }

  end(out: ProtocolEvent[]): void {
    if (this.done) return;
    this.builder.out = out;
    if (this.stop === undefined)
      throw brokenAnswer("stream-truncated", "the stream ended before messageStop", this.context());
    this.finish();
  }

  private read(type: string, event: WireObject): void {
    const { contentBlockIndex: index } = event;
    if (type === "messageStart") this.builder.start();
    else if (type === "contentBlockStart") this.blocks.start(index, objectOf(event.start) ?? {});
    else if (type === "contentBlockDelta") this.blocks.delta(index, objectOf(event.delta) ?? {});
    else if (type === "contentBlockStop") this.blocks.stop(index);
    else if (type === "messageStop") this.stop = { reason: textOf(event.stopReason) };
    else if (type === "metadata") {
      this.builder.usage = withMeters(usageFrom(event.usage), this.blocks.meters);
      // Guardrails may send metadata of their own before the answer is over.
      if (this.stop !== undefined) this.finish();
    }
  }

  private finish(): void {
    this.blocks.finish();
    this.builder.finish(finishReason(this.stop?.reason), this.stop?.reason);
  }

  private failure({ event, data }: Frame): Error {
    const { message } = decodeFailure(parsed(data) ?? data, () => undefined);
    return errorInside({ message, code: event }, this.call, this.builder.partial());
  }

  private parse(data: string): WireObject {
    const event = parsed(data);
    if (event !== undefined) return objectOf(event) ?? {};
    const text = data.slice(0, maxErrorText);
    throw brokenAnswer("invalid-response", "an event of the stream is not valid JSON", { ...this.context(), text });
  }

  private context(): { readonly call: ChatCall; readonly partial: unknown } {
    return { call: this.call, partial: this.builder.partial() };
  }
}

function parsed(data: string): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
