/** Joins the pieces of streamed tool calls, by index and id, in all the ways that dialects send them. */
import type { ReplyBuilder } from "../../chat/reply-builder.js";
import { membersOf, type ToolCallReplay, textOf } from "./wire.js";

interface OpenCall {
  readonly key: number;
  readonly index: number | undefined;
  id: string;
}

/** What binds a replay: protocol, provider and model of the answer. */
export type ReplayOf<Data> = (data: Data) => {
  readonly protocol: string;
  readonly provider: string;
  readonly model: string;
  readonly data: unknown;
};

export class ToolCallJoiner {
  private readonly builder: ReplyBuilder;
  private readonly replayOf: ReplayOf<ToolCallReplay>;
  private readonly calls: OpenCall[] = [];

  constructor(builder: ReplyBuilder, replayOf: ReplayOf<ToolCallReplay>) {
    this.builder = builder;
    this.replayOf = replayOf;
  }

  /** Reads one element of `tool_calls`, a whole call or a piece of one. */
  push(value: unknown): void {
    const piece = membersOf(value);
    if (piece === undefined) return;
    const called = membersOf(piece.function);
    const index = typeof piece.index === "number" ? piece.index : undefined;
    this.read(called, { index, id: textOf(piece.id), extra: piece.extra_content });
  }

  /** Reads the older `function_call` member: one call without an id. */
  pushLegacy(value: unknown): void {
    this.read(membersOf(value), { index: -1, id: "", extra: undefined });
  }

  private read(
    called: { readonly name?: unknown; readonly arguments?: unknown } | undefined,
    { index, id, extra }: { readonly index: number | undefined; readonly id: string; readonly extra: unknown },
  ): void {
    const name = textOf(called?.name);
    const text = argumentsText(called?.arguments);
    const open = this.find(index, id, name);
    // Snowflake sends empty calls beside real content.
    if (open === undefined && id === "" && name === "" && text === "") return;
    const { key } = open ?? this.open(index, id);
    this.builder.toolCallStart(key, id, name);
    this.builder.toolCallDelta(key, text);
    if (extra !== undefined && extra !== null)
      this.builder.toolCallSet(key, { replay: this.replayOf({ extra_content: extra }) });
  }

  private open(index: number | undefined, id: string): OpenCall {
    const call: OpenCall = { key: this.calls.length, index, id };
    this.calls.push(call);
    return call;
  }

  /**
   * The open call that a piece continues. An index names its latest call, unless the id is another one (Gemini behind
   * gateways: every call has index 0). Without an index the id decides, and a piece without both continues the last
   * call, unless it names a function.
   */
  private find(index: number | undefined, id: string, name: string): OpenCall | undefined {
    if (index === undefined && id === "") return name === "" ? this.calls.at(-1) : undefined;
    const call = this.calls.findLast(
      (open) =>
        (index === undefined || open.index === undefined || open.index === index) &&
        (id === "" || open.id === "" || open.id === id),
    );
    if (call !== undefined && call.id === "") call.id = id;
    return call;
  }
}

/** Arguments are JSON text; some servers send the object itself, or null for none. An empty object adds nothing. */
function argumentsText(value: unknown): string {
  if (typeof value === "string") return value;
  if (typeof value !== "object" || value === null || Object.keys(value).length === 0) return "";
  return JSON.stringify(value);
}
