/** Decodes a stream of JSON lines. It ends with the line that is `done`; without it the answer is truncated. */

import type { ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { TransportError } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import { objectOf } from "../lenient.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { AnswerReader } from "./response.js";

export class OllamaStreamDecoder implements StreamDecoder {
  private readonly reader: AnswerReader;

  constructor(call: ChatCall) {
    this.reader = new AnswerReader(new ReplyBuilder([]), call);
  }

  get done(): boolean {
    return this.reader.builder.done;
  }

  push(frame: Frame, out: ProtocolEvent[]): void {
    if (this.done || frame.data.trim() === "") return;
    this.reader.builder.out = out;
    const line = objectOf(this.parse(frame.data));
    if (line !== undefined) this.reader.read(line);
  }

  end(out: ProtocolEvent[]): void {
    if (this.done) return;
    this.reader.builder.out = out;
    const partial = this.reader.builder.partial();
    throw new TransportError("stream-truncated", "the stream ended before its last line", { partial });
  }

  private parse(data: string): unknown {
    try {
      return JSON.parse(data);
    } catch (cause) {
      const partial = this.reader.builder.partial();
      throw new TransportError("invalid-response", "a line of the stream is no JSON", { cause, text: data, partial });
    }
  }
}
