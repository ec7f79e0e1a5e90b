/** The output items of one answer, whole or in pieces: joined by output index, each told to the reply builder once. */

import type { Source } from "../../chat/events.js";
import type { ReplyBuilder } from "../../chat/reply-builder.js";
import type { Meters } from "../../chat/usage.js";
import { objectOf, objectsOf, textOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { ToolUse } from "./response-tools.js";
import { replayOf, type WireObject, without } from "./wire.js";

/** One item: what of it has gone out, so that the finished item adds only what is missing. */
interface Item {
  readonly index: number;
  type: string;
  id: string | undefined;
  text: string;
  refusal: string;
  reasoning: string;
  /** Reasoning may come twice, as summary and as full text: the first to arrive counts. */
  reasoningIn: ReasoningKind | undefined;
  /** Part of the reasoning that the last delta belonged to. */
  part: unknown;
  annotations: number;
  argued: boolean;
  done: boolean;
}

export type ReasoningKind = "summary" | "content";

const betweenSummaries = "\n\n";
const readTypes: ReadonlySet<string> = new Set(["message", "reasoning", "function_call", "custom_tool_call"]);

export class AnswerItems {
  /** The model refused in at least one message. */
  refused = false;
  private readonly builder: ReplyBuilder;
  private readonly call: ChatCall;
  private readonly items = new Map<number, Item>();
  private last: Item | undefined;
  private readonly tools: ToolUse;

  constructor(builder: ReplyBuilder, call: ChatCall) {
    this.builder = builder;
    this.call = call;
    this.tools = new ToolUse(call);
  }

  /** What was used that is sold by the piece, as far as items tell. */
  get meters(): Meters {
    return this.tools.meters;
  }

  /** `response.output_item.added`. */
  open(event: WireObject): void {
    const wire = objectOf(event.item);
    const index = event.output_index;
    const item = this.at(typeof index === "number" ? index : (this.last?.index ?? -1) + 1);
    this.builder.endPart();
    if (wire === undefined) return;
    item.id = textOf(wire.id);
    item.type = textOf(wire.type) ?? "";
    if (isCall(item.type)) this.startCall(item, wire);
  }

  text(event: WireObject): void {
    if (typeof event.delta !== "string") return;
    const item = this.of(event);
    item.text += event.delta;
    this.builder.text(event.delta);
  }

  refusal(event: WireObject): void {
    if (typeof event.delta === "string") this.refuse(this.of(event), event.delta);
  }

  reasoning(event: WireObject, kind: ReasoningKind): void {
    if (typeof event.delta !== "string") return;
    const item = this.of(event);
    item.reasoningIn ??= kind;
    if (item.reasoningIn !== kind) return;
    const stated = kind === "summary" ? event.summary_index : event.content_index;
    const part = typeof stated === "number" ? stated : item.part;
    const another = item.part !== undefined && part !== item.part;
    const delta = another && item.reasoning !== "" ? betweenSummaries + event.delta : event.delta;
    item.part = part;
    item.reasoning += delta;
    this.builder.reasoning(delta);
  }

  argument(event: WireObject): void {
    if (typeof event.delta !== "string" || event.delta === "") return;
    const item = this.of(event);
    this.startCall(item, {});
    item.argued = true;
    this.builder.toolCallDelta(item.index, event.delta);
  }

  /** `response.function_call_arguments.done`: some hosts send no deltas before it. */
  argued(event: WireObject): void {
    const item = this.of(event);
    this.startCall(item, {});
    this.argue(item, event.arguments);
  }

  annotation(event: WireObject): void {
    this.of(event).annotations++;
    this.source(objectOf(event.annotation));
  }

  /** `response.output_item.done`. */
  close(event: WireObject): void {
    const wire = objectOf(event.item);
    if (wire !== undefined) this.finish(this.of(event, textOf(wire.id)), wire);
  }

  /** The output of the finished response: all of it when no items came before, else those that were never closed. */
  complete(output: readonly WireObject[]): void {
    const unseen = this.items.size === 0;
    for (const [index, wire] of output.entries()) {
      const item = unseen ? this.at(index) : this.items.get(index);
      if (item !== undefined && !item.done) this.finish(item, wire);
    }
  }

  // Item ids are no key: GitHub Copilot states another one in every event. They help where the index does not.
  private of(event: WireObject, id = textOf(event.item_id)): Item {
    const index = typeof event.output_index === "number" ? event.output_index : undefined;
    if (this.last !== undefined && this.last.index === index) return this.last;
    const known = index === undefined ? undefined : this.items.get(index);
    if (known !== undefined) return this.at(known.index);
    const named = id === undefined ? undefined : [...this.items.values()].find((item) => item.id === id && !item.done);
    return named ?? (index === undefined ? this.last : undefined) ?? this.at(index ?? 0);
  }

  private at(index: number): Item {
    let item = this.items.get(index);
    if (item === undefined) {
      item = {
        index,
        type: "",
        id: undefined,
        text: "",
        refusal: "",
        reasoning: "",
        reasoningIn: undefined,
        part: undefined,
        annotations: 0,
        argued: false,
        done: false,
      };
      this.items.set(index, item);
    }
    this.last = item;
    return item;
  }

  private finish(item: Item, wire: WireObject): void {
    if (!readTypes.has(item.type)) item.type = textOf(wire.type) ?? "";
    item.done = true;
    if (item.type === "message") this.finishMessage(item, wire);
    else if (item.type === "reasoning") this.finishReasoning(item, wire);
    else if (isCall(item.type)) this.finishCall(item, wire);
    else if (item.type === "image_generation_call" && textOf(wire.result) !== undefined) this.image(wire);
    else if (item.type !== "") this.builder.opaque(replayOf(this.call, wire));
    this.tools.count(item.type, wire);
    this.builder.endPart();
  }

  private finishMessage(item: Item, wire: WireObject): void {
    const parts = objectsOf(wire.content);
    const text = rest(joined(parts, "text"), item.text);
    item.text += text;
    this.builder.text(text);
    this.refuse(item, rest(joined(parts, "refusal"), item.refusal));
    for (const annotation of parts.flatMap((part) => objectsOf(part.annotations)).slice(item.annotations))
      this.source(annotation);
    if (item.text + item.refusal !== "") this.builder.text("", replayOf(this.call, without(wire, "content")));
  }

  private finishReasoning(item: Item, wire: WireObject): void {
    const summary = joined(objectsOf(wire.summary), "text", betweenSummaries);
    const kind = item.reasoningIn ?? (summary === "" ? "content" : "summary");
    const full = kind === "summary" ? summary : joined(objectsOf(wire.content), "text", betweenSummaries);
    // Without any text the item still goes back: most reasoning comes encrypted only.
    this.builder.reasoning(rest(full, item.reasoning), replayOf(this.call, wire));
  }

  private finishCall(item: Item, wire: WireObject): void {
    this.startCall(item, wire);
    if (item.type === "function_call") this.argue(item, wire.arguments);
    // A custom tool takes free text, which is complete only when the item is.
    else if (typeof wire.input === "string" && wire.status !== "incomplete")
      this.builder.toolCallSet(item.index, { input: wire.input });
    this.builder.toolCallSet(item.index, { replay: replayOf(this.call, wire) });
  }

  private startCall(item: Item, wire: WireObject): void {
    this.builder.toolCallStart(item.index, textOf(wire.call_id) ?? "", textOf(wire.name) ?? "");
  }

  /** Whole arguments are the model's last word; they are previewed only when no delta was. */
  private argue(item: Item, whole: unknown): void {
    if (objectOf(whole) !== undefined && !item.argued) this.builder.toolCallSet(item.index, { input: whole });
    if (typeof whole !== "string" || whole === "") return;
    if (item.argued) this.builder.toolCallSet(item.index, { json: whole });
    else this.builder.toolCallDelta(item.index, whole);
    item.argued = true;
  }

  private refuse(item: Item, text: string): void {
    if (text === "") return;
    this.refused = true;
    item.refusal += text;
    this.builder.refusal(text);
  }

  private image(wire: WireObject): void {
    this.builder.image({
      type: "image",
      image: wire.result as string,
      mediaType: `image/${textOf(wire.output_format) ?? "png"}`,
      replay: replayOf(this.call, without(wire, "result")),
    });
  }

  private source(annotation: WireObject | undefined): void {
    const source = annotation === undefined ? undefined : decodeAnnotation(annotation);
    if (source !== undefined) this.builder.source(source);
  }
}

/** Citations of web pages and of files. */
function decodeAnnotation(annotation: WireObject): Source | undefined {
  const url = textOf(annotation.url);
  const title = textOf(annotation.title) ?? textOf(annotation.filename);
  return url === undefined && title === undefined ? undefined : { url, title };
}

function isCall(type: string): boolean {
  return type === "function_call" || type === "custom_tool_call";
}

function joined(parts: readonly WireObject[], member: string, between = ""): string {
  return parts.flatMap((part) => textOf(part[member]) ?? []).join(between);
}

/** What of the whole has not gone out. Nothing, when the deltas said something else. */
function rest(whole: string, sent: string): string {
  return whole.startsWith(sent) ? whole.slice(sent.length) : "";
}
