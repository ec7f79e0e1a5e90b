/** A streamed answer as events. */
import type { ProtocolEvent } from "../../chat/events.js";
import { TransportError } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { AnswerReader } from "./response-reader.js";

// The wire has no end marker. A finish reason may be followed by more (code execution), and usage may come after it:
// so the finish is pushed when the body ends, or when the reader's grace after `settled` is over.

export function createStreamDecoder(call: ChatCall): StreamDecoder {
  const reader = new AnswerReader(call);
  return {
    get done() {
      return reader.done;
    },
    get settled() {
      return reader.complete;
    },
    push(frame: Frame, out: ProtocolEvent[]) {
      if (frame.data.trim() !== "" && frame.data !== "[DONE]") reader.read(parse(frame.data, reader), out);
    },
    end(out: ProtocolEvent[]) {
      if (reader.done) return;
      if (!reader.complete)
        throw new TransportError("stream-truncated", "the stream ended before the answer was finished", {
          provider: call.provider.id,
          model: call.modelId,
          partial: reader.partial(),
        });
      reader.close(out);
    },
  };
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
