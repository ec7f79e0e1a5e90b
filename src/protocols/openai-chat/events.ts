/** Decodes a streamed answer, chunk by chunk. https://platform.openai.com/docs/api-reference/chat/streaming */

import type { ProtocolEvent } from "../../chat/events.js";
import type { TransportError } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import { brokenAnswer } from "../failure.js";
import type { ChatCall, StreamDecoder } from "../protocol.js";
import { decodeFailure, errorInAnswer, failureIn } from "./error.js";
import { AnswerReader } from "./response-answer.js";
import { type Members, membersOf } from "./wire.js";

/**
 * An answer is complete with `[DONE]`, with a usage chunk after the finish reason, or when the upstream closes after
 * the finish reason: several providers never send `[DONE]`.
 */
export class ChatStreamDecoder implements StreamDecoder {
  private readonly call: ChatCall;
  private readonly reader: AnswerReader;

  constructor(call: ChatCall) {
    this.call = call;
    this.reader = new AnswerReader(call, []);
  }

  get done(): boolean {
    return this.reader.builder.done;
  }

  get settled(): boolean {
    return this.reader.finishSeen;
  }

  push(frame: Frame, out: ProtocolEvent[]): void {
    if (this.done) return;
    this.reader.builder.out = out;
    const data = frame.data.trim();
    if (data === "") return;
    if (data === "[DONE]") this.reader.finish();
    else this.readChunk(frame.event, data);
  }

  end(out: ProtocolEvent[]): void {
    if (this.done) return;
    this.reader.builder.out = out;
    if (this.reader.finishSeen) {
      this.reader.finish();
      return;
    }
    throw this.broken("stream-truncated", "the stream ended before its end marker");
  }

  private readChunk(event: string, data: string): void {
    const value = parseJson(data);
    if (event === "error") throw this.failed(decodeFailure(value ?? data, noHeaders));
    const chunk = membersOf(value);
    if (chunk === undefined) throw this.broken("invalid-response", "a chunk of the stream is no JSON object", data);
    const failure = failureIn(chunk);
    if (failure !== undefined) throw this.failed(failure);
    const { choices } = chunk;
    const count = Array.isArray(choices) ? choices.length : 0;
    this.reader.readHead(chunk, count > 0);
    for (let i = 0; i < count; i++) this.readChoice((choices as readonly unknown[])[i]);
    if (count === 0 && this.reader.finishSeen && this.reader.usageSeen) this.reader.finish();
  }

  /** Only choice 0 is read: one call gives one answer. */
  private readChoice(value: unknown): void {
    const choice = membersOf(value);
    if (choice === undefined || (typeof choice.index === "number" && choice.index !== 0)) return;
    this.reader.readChoice(choice, membersOf(choice.delta) ?? this.wholeMessage(choice));
  }

  /** Perplexity and Writer repeat the whole message beside the deltas: it counts only where there were none. */
  private wholeMessage(choice: Members): Members | undefined {
    return this.reader.builder.hasContent ? undefined : membersOf(choice.message);
  }

  private failed(failure: ReturnType<typeof decodeFailure>): Error {
    return errorInAnswer(failure, this.call, this.reader.partial());
  }

  private broken(code: "stream-truncated" | "invalid-response", message: string, text?: string): TransportError {
    return brokenAnswer(code, message, { call: this.call, partial: this.reader.partial(), text });
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function noHeaders(): undefined {
  return undefined;
}
