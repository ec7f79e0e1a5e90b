/** An answer of `POST /api/chat` as neutral events, whole or line by line. https://docs.ollama.com/api/chat */

import type { FinishReason, ProtocolEvent } from "../../chat/events.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { count, noUsage, type Usage, usageOf } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import { objectOf, objectsOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { errorInside, failureIn } from "./error.js";
import type { WireObject } from "./wire.js";

export function decodeChat(body: unknown, call: ChatCall): ProtocolEvent[] {
  const answer = objectOf(body);
  const out: ProtocolEvent[] = [];
  const reader = new AnswerReader(new ReplyBuilder(out), call);
  if (answer === undefined || (objectOf(answer.message) === undefined && failureIn(answer) === undefined))
    throw new TransportError("invalid-response", "the answer holds no message");
  // A whole answer is done even where a proxy leaves the word out.
  reader.read({ ...answer, done: answer.done ?? true });
  if (!reader.builder.done) throw new TransportError("invalid-response", "the answer is only a piece of a stream");
  return out;
}

/** Reads the objects of an answer: pieces of the message, and the last one with its end. */
export class AnswerReader {
  readonly builder: ReplyBuilder;
  private readonly call: ChatCall;
  private calls = 0;

  constructor(builder: ReplyBuilder, call: ChatCall) {
    this.builder = builder;
    this.call = call;
  }

  read(piece: WireObject): void {
    const failure = failureIn(piece);
    if (failure !== undefined) throw errorInside(failure, this.call, this.builder.partial());
    this.builder.start(undefined, textOf(piece.model));
    const message = objectOf(piece.message);
    if (message !== undefined) this.readMessage(message);
    if (piece.done !== true) return;
    this.builder.usage = decodeUsage(piece);
    const reason = textOf(piece.done_reason);
    this.builder.finish(finishReason(reason), reason);
  }

  private readMessage(message: WireObject): void {
    this.builder.reasoning(textOf(message.thinking) ?? "");
    this.builder.text(textOf(message.content) ?? "");
    for (const call of objectsOf(message.tool_calls)) {
      const called = objectOf(call.function);
      const name = textOf(called?.name);
      if (name === undefined) continue;
      // Each entry is a whole call. Its index is no key: it starts anew in every line.
      const key = this.calls++;
      this.builder.toolCallStart(key, textOf(call.id) ?? "", name);
      this.setArguments(key, called?.arguments);
    }
  }

  private setArguments(key: number, value: unknown): void {
    const text = typeof value === "string" ? value : JSON.stringify(objectOf(value) ?? {});
    this.builder.toolCallDelta(key, text);
  }
}

/** `load` and `unload` answer requests without messages. */
function finishReason(reason: string | undefined): FinishReason {
  if (reason === undefined || reason === "stop") return "stop";
  return reason === "length" ? "length" : "other";
}

/** `prompt_eval_count` is missing when the whole prompt was in the cache. */
export function decodeUsage(piece: WireObject): Usage {
  const { prompt_eval_count: input, eval_count: output } = piece;
  const stated = [input, output].filter((value) => typeof value === "number").length;
  if (stated === 0) return noUsage;
  const raw = { prompt_eval_count: input, eval_count: output };
  return usageOf({ input: count(input), output: count(output) }, { state: stated === 2 ? "known" : "partial", raw });
}
