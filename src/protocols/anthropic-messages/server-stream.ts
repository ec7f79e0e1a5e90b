/** Neutral events as a Messages stream. https://docs.claude.com/en/docs/build-with-claude/streaming */
import type { FinishEvent, ProtocolEvent } from "../../chat/events.js";
import type { Replay } from "../../chat/message.js";
import type { ErrorCode } from "../../errors.js";
import { listOf } from "../lenient.js";
import { replayData, signatureOf } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext, StreamEncoder } from "../server.js";
import { encodeBlock, encodeHead, encodeUsage, refuseMedia, stopReasons } from "./server-answer.js";
import { encodeFailure } from "./server-failure.js";
import { protocolId } from "./wire.js";

interface Block {
  readonly index: number;
  readonly kind: "text" | "thinking" | "tool";
  /** For calls: arguments were sent. For thinking: the signature was. */
  complete: boolean;
  open: boolean;
}

/** Blocks follow each other. A signature that comes with the finish keeps its thinking block open until then. */
export class AnthropicMessagesStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext;
  private readonly blocks: Block[] = [];
  /** Previewed calls by id. */
  private readonly calls = new Map<string, Block>();
  private readonly callIds: string[] = [];
  private current: Block | undefined;

  constructor(context: AnswerContext) {
    this.context = context;
  }

  encode(event: ProtocolEvent): string {
    switch (event.type) {
      case "start":
        return frame("message_start", { message: encodeHead(this.context) }) + frame("ping", {});
      case "text-delta":
      case "refusal-delta":
        return this.into("text", event.text, { type: "text_delta", text: event.text });
      case "reasoning-delta":
        return this.reasoning(event.text, event.replay);
      case "tool-call-start":
        return this.startCall(event.index, event.id === "" ? `call_${event.index}` : event.id, event.name);
      case "tool-call-delta":
        return this.callArguments(this.calls.get(this.callIds[event.index] ?? ""), event.text);
      case "tool-call":
        return this.wholeCall(event.id, event.name, event.input);
      case "source":
        return this.cite(listOf(replayData(event.replay, protocolId)?.citations));
      case "image":
      case "audio-delta":
        return refuseMedia(event.type === "image" ? "a picture" : "audio");
      case "finish":
        return this.finish(event);
    }
  }

  end(): string {
    return frame("message_stop", {});
  }

  fail(code: ErrorCode, message: string): string {
    return `event: error\ndata: ${JSON.stringify(encodeFailure(code, message).body)}\n\n`;
  }

  /** Citations of this protocol follow the text they belong to; others have no place here. */
  private cite(citations: readonly unknown[]): string {
    if (citations.length === 0) return "";
    const opened = this.current?.kind === "text" ? "" : this.open("text", { type: "text", text: "" });
    return (
      opened + citations.map((citation) => this.delta(this.current, { type: "citations_delta", citation })).join("")
    );
  }

  private reasoning(text: string, replay: Replay | undefined): string {
    const said = this.into("thinking", text, { type: "thinking_delta", thinking: text });
    return replay === undefined ? said : said + this.sign(this.current, replay);
  }

  /** A delta of the open text or thinking block; opens one when needed. */
  private into(kind: "text" | "thinking", text: string, delta: Members): string {
    if (this.current?.kind === kind) return text === "" ? "" : this.delta(this.current, delta);
    if (text === "" && kind === "text") return "";
    const empty = kind === "text" ? { type: "text", text: "" } : { type: "thinking", thinking: "", signature: "" };
    const opened = this.open(kind, empty);
    return opened + (text === "" ? "" : this.delta(this.current, delta));
  }

  private startCall(index: number, id: string, name: string): string {
    const opened = this.open("tool", { type: "tool_use", id, name, input: {} });
    this.callIds[index] = id;
    if (this.current !== undefined) this.calls.set(id, this.current);
    return opened + this.delta(this.current, { type: "input_json_delta", partial_json: "" });
  }

  private callArguments(block: Block | undefined, text: string): string {
    if (block !== undefined) block.complete = true;
    return this.delta(block, { type: "input_json_delta", partial_json: text });
  }

  /** A call that was not previewed is sent whole; one whose arguments came as a value gets them now. */
  private wholeCall(id: string, name: string, input: unknown): string {
    const opened = this.calls.has(id) ? "" : this.startCall(this.callIds.length, id, name);
    const block = this.calls.get(id);
    const json = JSON.stringify(input);
    const argued = block?.complete === true || json === "{}" ? "" : this.callArguments(block, json);
    return opened + argued + this.close(block);
  }

  private finish(event: FinishEvent): string {
    const parts = typeof event.message.content === "string" ? [] : event.message.content;
    const replays = parts.filter((part) => part.type === "reasoning").map((part) => part.replay);
    const thinking = this.blocks.filter((block) => block.kind === "thinking");
    const signed = thinking.map((block, i) => this.sign(block, replays[i])).join("");
    const closed = this.blocks.map((block) => this.close(block)).join("");
    const opaque = parts.filter((part) => part.type === "opaque").map((part) => this.wholeBlock(encodeBlock(part)));
    const delta = { stop_reason: stopReasons[event.finishReason], stop_sequence: null };
    const { service_tier: _, ...usage } = encodeUsage(event.usage);
    return signed + closed + opaque.join("") + frame("message_delta", { delta, usage });
  }

  private sign(block: Block | undefined, replay: Replay | undefined): string {
    if (block === undefined || block.complete || replay === undefined) return "";
    block.complete = true;
    return this.delta(block, { type: "signature_delta", signature: signatureOf(replay, protocolId) });
  }

  private open(kind: Block["kind"], wire: Members): string {
    const closed = this.current?.complete === false && this.current.kind !== "text" ? "" : this.close(this.current);
    const block: Block = { index: this.blocks.length, kind, complete: false, open: true };
    this.blocks.push(block);
    this.current = block;
    return closed + frame("content_block_start", { index: block.index, content_block: wire });
  }

  private wholeBlock(wire: Members): string {
    const index = this.blocks.push({ index: this.blocks.length, kind: "text", complete: true, open: false }) - 1;
    return frame("content_block_start", { index, content_block: wire }) + frame("content_block_stop", { index });
  }

  private close(block: Block | undefined): string {
    if (block?.open !== true) return "";
    block.open = false;
    if (this.current === block) this.current = undefined;
    return frame("content_block_stop", { index: block.index });
  }

  private delta(block: Block | undefined, delta: Members): string {
    return block === undefined ? "" : frame("content_block_delta", { index: block.index, delta });
  }
}

function frame(type: string, members: Members): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}
