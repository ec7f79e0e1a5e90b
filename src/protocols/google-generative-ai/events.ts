/** A streamed answer as events. */
import type { ProtocolEvent } from "../../chat/events.js";
import { TransportError } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { AnswerReader } from "./response-reader.js";

// The wire has no end marker. A finish reason may be followed by more (code execution), and usage may come after it:
// so the finish is pushed when the body ends, or when the reader's grace after `settled` is over.

export function createStreamDecoder(call: ChatCall): StreamDecoder {
  return new GeminiStream(call);
}

class GeminiStream implements StreamDecoder {
  private readonly call: ChatCall;
  private readonly reader: AnswerReader;

  constructor(call: ChatCall) {
    this.call = call;
    this.reader = new AnswerReader(call);
  }

  get done(): boolean {
    return this.reader.done;
  }

  get settled(): boolean {
    return this.reader.complete;
  }

  push(frame: Frame, out: ProtocolEvent[]): void {
    if (frame.data.trim() !== "" && frame.data !== "[DONE]") this.reader.read(parse(frame.data, this.reader), out);
  }

  end(out: ProtocolEvent[]): void {
    if (this.reader.done) return;
    if (!this.reader.complete)
      throw new TransportError("stream-truncated", "the stream ended before the answer was finished", {
        provider: this.call.provider.id,
        model: this.call.modelId,
        partial: this.reader.partial(),
      });
    this.reader.close(out);
  }
}

function parse(data: string, reader: AnswerReader): unknown {
  try {
    return JSON.parse(data) as unknown;
  } catch (cause) {
    throw new TransportError("invalid-response", "a frame of the stream is not JSON", {
      cause,
      text: data.slice(0, 1000),
      partial: reader.partial(),
    });
  }
}
