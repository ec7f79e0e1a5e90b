/** The one event grammar: protocol rooms say what arrived, this builds the events, the message and the finish. */
import { TransportError } from "../errors.js";
import type { FinishReason, ProtocolEvent, Source } from "./events.js";
import type { AssistantPart, ImagePart, Replay } from "./message.js";
import { noUsage, type Usage } from "./usage.js";

/** An open tool call. Bounded: a hostile index never allocates. */
interface OpenCall {
  readonly index: number;
  readonly slot: number;
  id: string;
  name: string;
  json: string;
  input: unknown;
  replay: Replay | undefined;
}

type OpenPart =
  | { readonly type: "text"; text: string; replay: Replay | undefined }
  | { readonly type: "reasoning"; text: string; replay: Replay | undefined };

/** Audio arrives in pieces; the message holds it whole. */
interface OpenAudio {
  readonly chunks: Uint8Array[];
  readonly mediaType: string;
  transcript: string;
}

/** Most tool calls one answer may hold; more is taken for a broken or hostile stream. */
const maxToolCalls = 1024;

/** Builds one answer. Deltas go to `out` as they come; calls are released only by `finish`. */
export class ReplyBuilder {
  /** Where events go; set by the caller before each frame. */
  out: ProtocolEvent[];
  done = false;
  usage: Usage = noUsage;
  private readonly parts: (AssistantPart | OpenPart | OpenCall | OpenAudio)[] = [];
  private readonly calls = new Map<string | number, OpenCall>();
  private started = false;

  constructor(out: ProtocolEvent[]) {
    this.out = out;
  }

  /** First sign of life. Repeated calls are ignored. */
  start(id?: string, model?: string): void {
    if (this.started) return;
    this.started = true;
    this.out.push({ type: "start", id, model });
  }

  /** Appends to the open text part, or opens one. Empty text without a replay is ignored. */
  text(text: string, replay?: Replay): void {
    if (text !== "") {
      this.start();
      this.out.push({ type: "text-delta", text });
    }
    this.append("text", text, replay);
  }

  /** As `text`. A replay goes out with its piece, even an empty one: who passes the events on cannot wait for the end. */
  reasoning(text: string, replay?: Replay): void {
    if (text !== "" || replay !== undefined) {
      this.start();
      this.out.push({ type: "reasoning-delta", text, ...(replay === undefined ? {} : { replay }) });
    }
    this.append("reasoning", text, replay);
  }

  /** The model's own refusal text: kept as text of the message, streamed as its own delta. */
  refusal(text: string): void {
    if (text === "") return;
    this.start();
    this.out.push({ type: "refusal-delta", text });
    this.append("text", text, undefined);
  }

  /** Ends the open text or reasoning part; the next delta opens a new one. */
  endPart(): void {
    const last = this.parts.at(-1);
    if (last !== undefined && "type" in last && (last.type === "text" || last.type === "reasoning")) this.sealed = last;
  }
  private sealed: unknown;

  private append(type: "text" | "reasoning", text: string, replay: Replay | undefined): void {
    const last = this.parts.at(-1);
    if (
      last !== undefined &&
      last !== this.sealed &&
      "type" in last &&
      last.type === type &&
      (replay === undefined || last.replay === undefined)
    ) {
      const open = last as OpenPart;
      open.text += text;
      open.replay ??= replay;
      return;
    }
    if (text === "" && replay === undefined) return;
    this.parts.push({ type, text, replay });
  }

  /** True once a call with this key was opened. `key` is what the wire joins pieces by: index, id or block number. */
  hasToolCall(key: string | number): boolean {
    return this.calls.has(key);
  }

  /** Opens a call. A second start with the same key only fills what was missing. */
  toolCallStart(key: string | number, id: string, name: string): void {
    const open = this.calls.get(key);
    if (open !== undefined) {
      if (open.id === "") open.id = id;
      if (open.name === "") open.name = name;
      return;
    }
    if (this.calls.size >= maxToolCalls)
      throw new TransportError("invalid-response", `more than ${maxToolCalls} tool calls in one answer`);
    this.start();
    const call: OpenCall = {
      index: this.indexes + this.calls.size,
      slot: this.parts.length,
      id,
      name,
      json: "",
      input: undefined,
      replay: undefined,
    };
    this.calls.set(key, call);
    this.parts.push(call);
    this.out.push({ type: "tool-call-start", index: call.index, id, name });
  }

  /** Appends argument JSON text to an open call. */
  toolCallDelta(key: string | number, text: string): void {
    const call = this.calls.get(key);
    if (call === undefined || text === "") return;
    call.json += text;
    this.out.push({ type: "tool-call-delta", index: call.index, text });
  }

  /** Sets arguments that arrive as a value, or a replay for the call. */
  toolCallSet(
    key: string | number,
    set: { readonly input?: unknown; readonly json?: string | undefined; readonly replay?: Replay | undefined },
  ): void {
    const call = this.calls.get(key);
    if (call === undefined) return;
    if (set.input !== undefined) call.input = set.input;
    if (set.json !== undefined) call.json = set.json;
    if (set.replay !== undefined) call.replay = set.replay;
  }

  image(image: ImagePart): void {
    this.start();
    this.parts.push(image);
    this.out.push({ type: "image", image });
  }

  /** Appends to the open audio part, or opens one: sound, what is said in it, or both. */
  audio(data: Uint8Array | undefined, mediaType: string, transcript = ""): void {
    this.start();
    if (data !== undefined) this.out.push({ type: "audio-delta", data, mediaType });
    const last = this.parts.at(-1);
    const chunks = data === undefined ? [] : [data];
    if (last !== undefined && "chunks" in last && last.mediaType === mediaType) {
      last.chunks.push(...chunks);
      last.transcript += transcript;
    } else this.parts.push({ chunks, mediaType, transcript });
  }

  source(source: Source, replay?: Replay): void {
    this.start();
    this.out.push({ type: "source", source, ...(replay === undefined ? {} : { replay }) });
  }

  /** A block to be kept for the round trip: signed or redacted reasoning, server-side tools. */
  opaque(replay: Replay): void {
    this.start();
    this.parts.push({ type: "opaque", replay });
  }

  /**
   * Attaches what must go back with the reasoning to its last part. Without such a part an empty one is opened, unless
   * only `existing` reasoning is to be marked.
   */
  sealReasoning(replay: Replay, only?: "existing"): void {
    const last = this.parts.findLast((part) => "type" in part && part.type === "reasoning");
    if (last !== undefined) (last as { replay: Replay | undefined }).replay = replay;
    else if (only === undefined) this.append("reasoning", "", replay);
  }

  /**
   * The provider began its answer anew inside the same stream: what came before is no part of the message. Deltas that
   * went out stay out; numbers of previewed calls are not used again.
   */
  restart(): void {
    this.indexes += this.calls.size;
    this.parts.length = 0;
    this.calls.clear();
    this.sealed = undefined;
  }
  private indexes = 0;

  get hasToolCalls(): boolean {
    return this.calls.size > 0;
  }

  /** True when text, reasoning, a call or media has arrived. */
  get hasContent(): boolean {
    return this.parts.length > 0;
  }

  /** What has arrived so far, for the `partial` of an error. Unfinished calls are left out. */
  partial(): { text: string; usage: Usage } {
    let text = "";
    for (const part of this.parts) if ("type" in part && part.type === "text") text += part.text;
    return { text, usage: this.usage };
  }

  /**
   * The terminal event was read: releases the calls and the finish. When the answer was cut (token limit, filter,
   * refusal), a call without complete arguments is dropped; else arguments that are no JSON throw `invalid-tool-call`.
   */
  finish(reason: FinishReason, rawFinishReason: string | undefined): void {
    if (this.done) return;
    this.start();
    const cut = reason === "length" || reason === "content-filter" || reason === "refusal";
    const content: AssistantPart[] = [];
    for (const part of this.parts) {
      if ("chunks" in part) {
        const said = part.transcript === "" ? {} : { transcript: part.transcript };
        content.push({ type: "audio", audio: joined(part.chunks), mediaType: part.mediaType, ...said });
        continue;
      }
      if (!("json" in part)) {
        content.push("replay" in part && part.replay !== undefined ? part : withoutReplay(part));
        continue;
      }
      // No arguments at all may mean a call without parameters, or one that the cut left without them.
      if (cut && part.input === undefined && part.json.trim() === "") continue;
      const input = part.input ?? parseArguments(part.json);
      if (input === unparsable) {
        if (cut) continue;
        throw new TransportError(
          "invalid-tool-call",
          `arguments of tool call ${JSON.stringify(part.name)} are not valid JSON`,
          { text: part.json, partial: this.partial() },
        );
      }
      const id = part.id === "" ? `call_${part.index}` : part.id;
      content.push({
        type: "tool-call",
        id,
        name: part.name,
        input,
        ...(part.replay === undefined ? {} : { replay: part.replay }),
      });
      this.out.push({ type: "tool-call", id, name: part.name, input });
    }
    this.done = true;
    const calls = content.some((part) => part.type === "tool-call");
    const finishReason = calls && (reason === "stop" || reason === "other") ? "tool-calls" : reason;
    this.out.push({
      type: "finish",
      finishReason,
      rawFinishReason,
      usage: this.usage,
      message: { role: "assistant", content },
    });
  }
}

function joined(chunks: readonly Uint8Array[]): Uint8Array {
  if (chunks.length === 1) return chunks[0]!;
  const whole = new Uint8Array(chunks.reduce((length, chunk) => length + chunk.length, 0));
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.length;
  }
  return whole;
}

function withoutReplay(part: AssistantPart | OpenPart): AssistantPart {
  if (part.type === "text") return { type: "text", text: part.text };
  if (part.type === "reasoning") return { type: "reasoning", text: part.text };
  return part as AssistantPart;
}

const unparsable = Symbol("unparsable");

/** Tools without arguments arrive as `""`, `"null"` or `{}`; all mean the empty object. */
function parseArguments(json: string): unknown {
  if (json.trim() === "") return {};
  try {
    return (JSON.parse(json) as unknown) ?? {};
  } catch {
    return unparsable;
  }
}
