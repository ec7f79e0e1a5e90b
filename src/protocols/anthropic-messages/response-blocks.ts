/** Reads the content blocks of an answer, whole or in pieces, into a reply. */

import type { Source } from "../../chat/events.js";
import type { ReplyBuilder } from "../../chat/reply-builder.js";
import type { Meters } from "../../chat/usage.js";
import { builtinTools } from "../builtin-tools.js";
import { objectOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { replayOf, type WireObject, type WireOpaque } from "./wire.js";

const codeTools: readonly unknown[] = ["code_execution", "bash_code_execution", "text_editor_code_execution"];

/** A block that has begun. Opaque blocks are filled in place, so that they keep their position. */
interface Block {
  readonly key: number;
  readonly kind: "text" | "thinking" | "tool" | "opaque";
  readonly wire: { [member: string]: unknown };
  readonly citations: unknown[];
  signature: string | undefined;
  /** Text or thinking has arrived. */
  filled: boolean;
  json: string;
  state: "open" | "settled" | "stopped";
}

export class BlockReader {
  private readonly builder: ReplyBuilder;
  private readonly call: ChatCall;
  private readonly blocks = new Map<number, Block>();
  private last: Block | undefined;
  private count = 0;
  private codeRuns = 0;

  constructor(builder: ReplyBuilder, call: ChatCall) {
    this.builder = builder;
    this.call = call;
  }

  /** Code runs are sold by the container's time, which no answer states; beside a web tool they cost nothing of their own. */
  get meters(): Meters {
    const web = builtinTools(this.call).some(({ type }) => type === "web_search" || type === "web_fetch");
    return web ? {} : { codeExecution: this.codeRuns };
  }

  /** A block begins. Its index is only a key: gaps are normal, and a missing one follows the last. */
  start(index: unknown, wire: WireObject): void {
    this.settleOpenText();
    const block: Block = {
      key: this.count++,
      kind: kindOf(wire),
      wire: { ...wire },
      citations: [],
      signature: textOf(wire.signature),
      filled: false,
      json: "",
      state: "open",
    };
    this.blocks.set(typeof index === "number" ? index : nextIndex(this.blocks), block);
    this.last = block;
    this.builder.endPart();
    this.open(block);
  }

  /** A piece of a block. Pieces are told apart by their member, not by their type. */
  delta(index: unknown, delta: WireObject): void {
    const block = this.blockAt(index, delta);
    if (block === undefined) return;
    if (block.kind === "opaque") merge(block, delta);
    else if (typeof delta.text === "string") this.text(block, delta.text);
    else if (typeof delta.thinking === "string") this.thinking(block, delta.thinking);
    else if (typeof delta.partial_json === "string") {
      block.json += delta.partial_json;
      this.builder.toolCallDelta(block.key, delta.partial_json);
    } else if (typeof delta.signature === "string") block.signature = delta.signature;
    else if (delta.citation !== undefined) this.cite(block, delta.citation);
  }

  stop(index: unknown): void {
    const block = (typeof index === "number" ? this.blocks.get(index) : undefined) ?? this.last;
    if (block !== undefined) this.close(block);
  }

  /** No more blocks come. */
  finish(): void {
    for (const block of this.blocks.values()) this.close(block);
  }

  /** Forgets everything: the answer begins anew. */
  restart(): void {
    this.codeRuns = 0;
    this.blocks.clear();
    this.last = undefined;
  }

  private open(block: Block): void {
    const { wire } = block;
    if (block.kind === "text") {
      if (typeof wire.text === "string") this.text(block, wire.text);
      if (Array.isArray(wire.citations)) for (const citation of wire.citations) this.cite(block, citation);
    } else if (block.kind === "thinking") {
      if (typeof wire.thinking === "string") this.thinking(block, wire.thinking);
    } else if (block.kind === "tool") {
      this.builder.toolCallStart(block.key, textOf(wire.id) ?? "", textOf(wire.name) ?? "");
    } else {
      if (wire.type === "server_tool_use" && codeTools.includes(wire.name)) this.codeRuns++;
      this.builder.opaque(replayOf(this.call, block.wire as WireOpaque));
    }
  }

  private text(block: Block, text: string): void {
    block.filled ||= text !== "";
    this.builder.text(text);
  }

  private thinking(block: Block, text: string): void {
    block.filled ||= text !== "";
    this.builder.reasoning(text);
  }

  private cite(block: Block, citation: unknown): void {
    block.citations.push(citation);
    const replay = replayOf(this.call, { type: "text", citations: [citation] });
    this.builder.source(sourceOf(objectOf(citation) ?? {}), replay);
  }

  /** The block of a piece; without a usable index the one begun last, without any a new one of the piece's kind. */
  private blockAt(index: unknown, delta: WireObject): Block | undefined {
    const named = typeof index === "number" ? this.blocks.get(index) : undefined;
    if (named !== undefined && named.state !== "stopped") return named;
    if (this.last !== undefined && this.last.state !== "stopped") return this.last;
    if (typeof delta.text === "string") this.start(index, { type: "text" });
    else if (typeof delta.thinking === "string") this.start(index, { type: "thinking" });
    else return undefined;
    return this.last;
  }

  private close(block: Block): void {
    if (block.state === "open") this.settle(block);
    if (block.state !== "stopped" && (block.kind === "tool" || block.kind === "opaque")) this.closeCall(block);
    block.state = "stopped";
  }

  /** Blocks of text come one after the other: where one begins, the one before is complete even if nothing said so. */
  private settleOpenText(): void {
    const { last } = this;
    if (last?.state === "open" && (last.kind === "text" || last.kind === "thinking")) this.settle(last);
  }

  /** Puts what must go back with the next request onto the text or thinking. */
  private settle(block: Block): void {
    block.state = "settled";
    if (block.kind === "text" && block.filled && block.citations.length > 0)
      this.builder.text("", replayOf(this.call, { type: "text", citations: block.citations }));
    if (block.kind === "thinking" && (block.filled || block.signature !== undefined)) {
      const { signature } = block;
      const data = { type: "thinking", ...(signature === undefined ? {} : { signature }) } as const;
      this.builder.reasoning("", replayOf(this.call, data));
    }
  }

  private closeCall(block: Block): void {
    const { wire } = block;
    if (block.kind === "opaque") {
      const input = parsed(block.json);
      if (input !== undefined) wire.input = input;
      return;
    }
    if (block.json.trim() === "" && hasArguments(wire.input)) {
      const json = typeof wire.input === "string" ? wire.input : undefined;
      this.builder.toolCallSet(block.key, json === undefined ? { input: wire.input } : { json });
    }
    const caller = objectOf(wire.caller);
    if (caller !== undefined && caller.type !== "direct")
      this.builder.toolCallSet(block.key, { replay: replayOf(this.call, { type: "tool_use", caller }) });
  }
}

function kindOf(wire: WireObject): Block["kind"] {
  if (wire.type === "text") return "text";
  if (wire.type === "thinking") return "thinking";
  if (wire.type === "tool_use") return "tool";
  if (typeof wire.type === "string") return "opaque";
  return typeof wire.id === "string" && typeof wire.name === "string" ? "tool" : "text";
}

function nextIndex(blocks: ReadonlyMap<number, Block>): number {
  let next = 0;
  for (const index of blocks.keys()) if (index >= next) next = index + 1;
  return next;
}

/** Unknown pieces of an opaque block: JSON text is collected, other texts are appended, values replaced. */
function merge(block: Block, delta: WireObject): void {
  const { wire } = block;
  for (const [name, value] of Object.entries(delta)) {
    if (name === "type" || name === "__proto__") continue;
    if (name === "partial_json") block.json += String(value);
    else wire[name] = typeof value === "string" && typeof wire[name] === "string" ? wire[name] + value : value;
  }
}

/** A stream opens a call with empty arguments and sends them after; a whole answer states them at once. */
function hasArguments(input: unknown): boolean {
  if (typeof input === "string") return input !== "";
  return typeof input === "object" && input !== null && Object.keys(input).length > 0;
}

function parsed(json: string): unknown {
  if (json.trim() === "") return undefined;
  try {
    return JSON.parse(json) as unknown;
  } catch {
    return undefined;
  }
}

function sourceOf(citation: WireObject): Source {
  return {
    url: textOf(citation.url) ?? textOf(citation.source),
    title: textOf(citation.title) ?? textOf(citation.document_title),
    text: textOf(citation.cited_text),
  };
}
