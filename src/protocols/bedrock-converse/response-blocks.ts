/** Reads the content blocks of an answer, whole or in pieces, into a reply. */

import type { Source } from "../../chat/events.js";
import type { ReplyBuilder } from "../../chat/reply-builder.js";
import type { Meters } from "../../chat/usage.js";
import { fromBase64 } from "../base64.js";
import { listOf, objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { replayOf, type WireObject } from "./wire.js";
import { mediaTypeOf } from "./wire-formats.js";

/** A block that has begun. */
interface Block {
  readonly key: number;
  kind: "text" | "reasoning" | "tool" | "opaque" | undefined;
  readonly citations: unknown[];
  /** Text or reasoning has arrived. */
  filled: boolean;
  signature: string | undefined;
  /** Opaque blocks are filled in place, so that they keep their position. */
  wire: { [member: string]: unknown };
  json: string;
  closed: boolean;
}

export class BlockReader {
  private readonly builder: ReplyBuilder;
  private readonly call: ChatCall;
  private readonly blocks = new Map<number, Block>();
  private last: Block | undefined;
  private count = 0;
  private readonly used = { webSearch: 0, codeExecution: 0 };

  constructor(builder: ReplyBuilder, call: ChatCall) {
    this.builder = builder;
    this.call = call;
  }

  /** Uses of the provider's own tools. */
  get meters(): Meters {
    return this.used;
  }

  /** A block of a whole answer. */
  whole(wire: WireObject): void {
    const block = this.open(this.count);
    const { toolUse, reasoningContent, citationsContent, image, text } = wire;
    if (typeof text === "string") this.text(block, text);
    else if (isServerTool(toolUse) || toolUse === undefined) {
      if (objectOf(reasoningContent)?.reasoningText !== undefined)
        this.wholeReasoning(block, objectOf(reasoningContent)!);
      else if (citationsContent !== undefined) this.cited(block, objectOf(citationsContent) ?? {});
      else if (image !== undefined) this.image(objectOf(image) ?? {});
      else this.opaque(block, wire);
    } else this.startCall(block, objectOf(toolUse) ?? {});
    this.close(block);
  }

  /** Pieces of text and reasoning come without a start: it only opens calls and what the provider runs. */
  start(index: unknown, start: WireObject): void {
    const block = this.open(keyOf(index, this.count));
    if (isServerTool(start.toolUse)) this.opaque(block, { toolUse: { ...objectOf(start.toolUse) } });
    else if (start.toolUse !== undefined) this.startCall(block, objectOf(start.toolUse) ?? {});
    else if (start.toolResult !== undefined) this.opaque(block, { toolResult: { ...objectOf(start.toolResult) } });
  }

  delta(index: unknown, delta: WireObject): void {
    const key = keyOf(index, this.count - 1);
    const block = this.blocks.get(key) ?? this.open(key);
    const { text, reasoningContent, toolUse, toolResult, citation } = delta;
    if (typeof text === "string") this.text(block, text);
    else if (reasoningContent !== undefined) this.reasoningDelta(block, objectOf(reasoningContent) ?? {});
    else if (toolUse !== undefined) this.inputDelta(block, objectOf(toolUse)?.input);
    else if (citation !== undefined) this.cite(block, citation);
    else if (toolResult !== undefined && block.kind === "opaque") appendResult(block, listOf(toolResult));
  }

  stop(index: unknown): void {
    const block = this.blocks.get(keyOf(index, this.count - 1));
    if (block !== undefined) this.close(block);
  }

  /** No more blocks come. */
  finish(): void {
    for (const block of this.blocks.values()) this.close(block);
  }

  private open(key: number): Block {
    // Blocks of text come one after the other, even where nothing said that one is over.
    if (this.last !== undefined && this.last.kind !== "opaque") this.close(this.last);
    const block: Block = {
      key: this.count++,
      kind: undefined,
      citations: [],
      filled: false,
      signature: undefined,
      wire: {},
      json: "",
      closed: false,
    };
    this.blocks.set(key, block);
    this.last = block;
    this.builder.endPart();
    return block;
  }

  private text(block: Block, text: string): void {
    block.kind ??= "text";
    block.filled ||= text !== "";
    this.builder.text(text);
  }

  private startCall(block: Block, call: WireObject): void {
    block.kind = "tool";
    this.builder.toolCallStart(block.key, textOf(call.toolUseId) ?? "", textOf(call.name) ?? "");
    const { input } = call;
    if (objectOf(input) !== undefined) this.builder.toolCallSet(block.key, { input });
  }

  /** Arguments come as pieces of JSON text; the last may be empty. */
  private inputDelta(block: Block, input: unknown): void {
    if (typeof input !== "string") return;
    if (block.kind === "opaque") block.json += input;
    else this.builder.toolCallDelta(block.key, input);
  }

  private wholeReasoning(block: Block, reasoning: WireObject): void {
    const { text, signature } = objectOf(reasoning.reasoningText) ?? {};
    this.reasoningDelta(block, { text, signature });
  }

  private reasoningDelta(block: Block, { text, signature, redactedContent }: WireObject): void {
    if (typeof redactedContent === "string") {
      if (block.kind !== "opaque") this.opaque(block, { reasoningContent: { redactedContent: "" } });
      const held = objectOf(block.wire.reasoningContent)?.redactedContent;
      block.wire.reasoningContent = { redactedContent: `${String(held ?? "")}${redactedContent}` };
      return;
    }
    block.kind ??= "reasoning";
    if (typeof text === "string") {
      block.filled ||= text !== "";
      this.builder.reasoning(text);
    }
    if (typeof signature === "string") block.signature = (block.signature ?? "") + signature;
  }

  /** Text with the places it rests on. */
  private cited(block: Block, { content, citations }: WireObject): void {
    this.text(
      block,
      listOf(content)
        .map((item) => textOf(objectOf(item)?.text) ?? "")
        .join(""),
    );
    for (const citation of listOf(citations)) this.cite(block, citation);
  }

  private cite(block: Block, citation: unknown): void {
    block.kind ??= "text";
    block.citations.push(citation);
    const replay = replayOf(this.call, { type: "citations", citations: [citation] });
    this.builder.source(sourceOf(objectOf(citation) ?? {}), replay);
  }

  private image({ format, source }: WireObject): void {
    const bytes = textOf(objectOf(source)?.bytes);
    if (bytes === undefined) return;
    const mediaType = mediaTypeOf("image", textOf(format) ?? "png");
    this.builder.image({ type: "image", image: fromBase64(bytes), mediaType });
  }

  private opaque(block: Block, wire: WireObject): void {
    block.kind = "opaque";
    block.wire = { ...wire };
    const tool = objectOf(wire.toolUse)?.name;
    if (tool === "nova_grounding") this.used.webSearch++;
    else if (tool === "nova_code_interpreter") this.used.codeExecution++;
    this.builder.opaque(replayOf(this.call, { type: "block", block: block.wire }));
  }

  /** Puts what must go back with the next request onto the part. */
  private close(block: Block): void {
    if (block.closed) return;
    block.closed = true;
    if (block.kind === "text" && block.filled && block.citations.length > 0)
      this.builder.text("", replayOf(this.call, { type: "citations", citations: block.citations }));
    const { signature } = block;
    if (block.kind === "reasoning" && (block.filled || signature !== undefined)) {
      const signed = signature === undefined ? {} : { signature };
      this.builder.reasoning("", replayOf(this.call, { type: "reasoning", ...signed }));
    }
    const input = block.kind === "opaque" ? parsed(block.json) : undefined;
    if (input !== undefined) block.wire.toolUse = { ...objectOf(block.wire.toolUse), input };
  }
}

/** Tools that the provider runs itself are no calls of the caller's tools. */
function isServerTool(toolUse: unknown): boolean {
  return objectOf(toolUse)?.type === "server_tool_use";
}

function appendResult({ wire }: Block, content: readonly unknown[]): void {
  const result = objectOf(wire.toolResult);
  wire.toolResult = { ...result, content: [...listOf(result?.content), ...content] };
}

function keyOf(index: unknown, otherwise: number): number {
  return typeof index === "number" ? index : otherwise;
}

function parsed(json: string): unknown {
  if (json.trim() === "") return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function sourceOf({ title, source, location, sourceContent }: WireObject): Source {
  const web = objectOf(objectOf(location)?.web);
  const quoted = listOf(sourceContent)
    .map((item) => textOf(objectOf(item)?.text) ?? "")
    .join("");
  return { url: textOf(web?.url) ?? textOf(source), title: textOf(title), text: textOf(quoted) };
}
