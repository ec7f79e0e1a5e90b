/** Neutral events as a Converse stream. https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html */
import type { FinishEvent, ProtocolEvent } from "../../chat/events.js";
import type { Replay } from "../../chat/message.js";
import type { ErrorCode } from "../../errors.js";
import type { Frame } from "../../transport/frame.js";
import { listOf } from "../lenient.js";
import { replayData, signatureOf } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { StreamEncoder } from "../server.js";
import { encodeBlock, encodeUsage, refuseMedia, stopReasons } from "./server-answer.js";
import { failureType } from "./server-failure.js";
import { protocolId } from "./wire.js";

interface Block {
  readonly index: number;
  readonly kind: "text" | "reasoning" | "tool";
  /** For calls: arguments were sent. For reasoning: the signature was. */
  complete: boolean;
  open: boolean;
}

/** Blocks follow each other. A signature that comes with the finish keeps its block open until then. */
export class BedrockConverseStreamEncoder implements StreamEncoder<readonly Frame[]> {
  private readonly blocks: Block[] = [];
  /** Previewed calls by id. */
  private readonly calls = new Map<string, Block>();
  private readonly callIds: string[] = [];
  private current: Block | undefined;

  encode(event: ProtocolEvent): readonly Frame[] {
    switch (event.type) {
      case "start":
        return [frame("messageStart", { role: "assistant" })];
      case "text-delta":
      case "refusal-delta":
        return event.text === "" ? [] : this.into("text", { text: event.text });
      case "reasoning-delta":
        return this.reasoning(event.text, event.replay);
      case "tool-call-start":
        return this.startCall(event.index, event.id === "" ? `tooluse_${event.index}` : event.id, event.name);
      case "tool-call-delta":
        return this.callArguments(this.calls.get(this.callIds[event.index] ?? ""), event.text);
      case "tool-call":
        return this.wholeCall(event.id, event.name, event.input);
      case "source":
        // Citations of this protocol follow the text they belong to; others have no place here.
        return listOf(replayData(event.replay, protocolId)?.citations).flatMap((citation) =>
          this.into("text", { citation }),
        );
      case "image":
      case "audio-delta":
        return refuseMedia(event.type === "image" ? "a picture in a stream" : "audio");
      case "finish":
        return this.finish(event);
    }
  }

  end(): readonly Frame[] {
    return [];
  }

  fail(code: ErrorCode, message: string): readonly Frame[] {
    const type = failureType(code);
    const event = type.charAt(0).toLowerCase() + type.slice(1);
    return [{ event, data: JSON.stringify({ message }), failure: true }];
  }

  private reasoning(text: string, replay: Replay | undefined): readonly Frame[] {
    const said = text === "" && replay === undefined ? [] : this.into("reasoning", { reasoningContent: { text } });
    return replay === undefined ? said : [...said, ...this.sign(this.current, replay)];
  }

  /** A delta of the open text or reasoning block, which needs no start. */
  private into(kind: "text" | "reasoning", delta: Members): readonly Frame[] {
    const opened = this.current?.kind === kind ? [] : this.open(kind);
    return [...opened, ...this.delta(this.current, delta)];
  }

  private startCall(index: number, toolUseId: string, name: string): readonly Frame[] {
    const closed = this.open("tool");
    this.callIds[index] = toolUseId;
    const block = this.current;
    if (block === undefined) return closed;
    this.calls.set(toolUseId, block);
    const start = { toolUse: { toolUseId, name } };
    return [...closed, frame("contentBlockStart", { contentBlockIndex: block.index, start })];
  }

  private callArguments(block: Block | undefined, input: string): readonly Frame[] {
    if (block !== undefined) block.complete = true;
    return this.delta(block, { toolUse: { input } });
  }

  /** A call that was not previewed is sent whole; one whose arguments came as a value gets them now. */
  private wholeCall(id: string, name: string, input: unknown): readonly Frame[] {
    const opened = this.calls.has(id) ? [] : this.startCall(this.callIds.length, id, name);
    const block = this.calls.get(id);
    const json = JSON.stringify(input);
    const argued = block?.complete === true || json === "{}" ? [] : this.callArguments(block, json);
    return [...opened, ...argued, ...this.close(block)];
  }

  private finish({ message, finishReason, usage }: FinishEvent): readonly Frame[] {
    const parts = typeof message.content === "string" ? [] : message.content;
    const replays = parts.filter((part) => part.type === "reasoning").map((part) => part.replay);
    const reasoning = this.blocks.filter((block) => block.kind === "reasoning");
    const signed = reasoning.flatMap((block, i) => this.sign(block, replays[i]));
    const closed = this.blocks.flatMap((block) => this.close(block));
    const opaque = parts.filter((part) => part.type === "opaque").flatMap((part) => this.wholeBlock(encodeBlock(part)));
    return [
      ...signed,
      ...closed,
      ...opaque,
      frame("messageStop", { stopReason: stopReasons[finishReason] }),
      frame("metadata", { usage: encodeUsage(usage), metrics: { latencyMs: 0 } }),
    ];
  }

  private sign(block: Block | undefined, replay: Replay | undefined): readonly Frame[] {
    const signature = signatureOf(replay, protocolId);
    if (block === undefined || block.complete || signature === "") return [];
    block.complete = true;
    return this.delta(block, { reasoningContent: { signature } });
  }

  private open(kind: Block["kind"]): readonly Frame[] {
    const closed = this.current?.complete === false && this.current.kind !== "text" ? [] : this.close(this.current);
    this.current = { index: this.blocks.length, kind, complete: false, open: true };
    this.blocks.push(this.current);
    return closed;
  }

  /** Redacted reasoning is a delta; what the provider ran itself begins with a start. */
  private wholeBlock(wire: Members): readonly Frame[] {
    const contentBlockIndex =
      this.blocks.push({ index: this.blocks.length, kind: "text", complete: true, open: false }) - 1;
    const stop = frame("contentBlockStop", { contentBlockIndex });
    if (wire.reasoningContent !== undefined)
      return [frame("contentBlockDelta", { contentBlockIndex, delta: wire }), stop];
    const { input, ...toolUse } = (wire.toolUse ?? {}) as Members;
    const start = wire.toolUse === undefined ? wire : { toolUse };
    const delta = { toolUse: { input: JSON.stringify(input) } };
    const given = input === undefined ? [] : [frame("contentBlockDelta", { contentBlockIndex, delta })];
    return [frame("contentBlockStart", { contentBlockIndex, start }), ...given, stop];
  }

  private close(block: Block | undefined): readonly Frame[] {
    if (block?.open !== true) return [];
    block.open = false;
    if (this.current === block) this.current = undefined;
    return [frame("contentBlockStop", { contentBlockIndex: block.index })];
  }

  private delta(block: Block | undefined, delta: Members): readonly Frame[] {
    return block === undefined ? [] : [frame("contentBlockDelta", { contentBlockIndex: block.index, delta })];
  }
}

function frame(event: string, members: Members): Frame {
  return { event, data: JSON.stringify(members) };
}
