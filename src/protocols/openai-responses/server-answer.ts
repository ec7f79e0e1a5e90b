/** Neutral events as a response, whole or as its event stream. https://platform.openai.com/docs/api-reference/responses-streaming */

import type { FinishEvent, ImageEvent, ProtocolEvent, Source } from "../../chat/events.js";
import type { AssistantPart, ReasoningPart, Replay } from "../../chat/message.js";
import type { ErrorCode } from "../../errors.js";
import { objectsOf } from "../lenient.js";
import { mediaOf } from "../media.js";
import { finishOf } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext, StreamEncoder } from "../server.js";
import { streamFailure } from "./server-failure.js";
import {
  encodeItem,
  encodePiece,
  encodeSummary,
  type ItemStatus,
  type MessagePiece,
  type ServedCall,
  type ServedItem,
  type ServedMessage,
  type ServedReasoning,
} from "./server-items.js";
import { sealPart } from "./server-replay.js";
import { encodeResponse, endState } from "./server-response.js";

/** The response object; it is what the stream of the same events ends with. */
export function encodeChat(events: readonly ProtocolEvent[], context: AnswerContext): unknown {
  const finish = finishOf(events);
  const encoder = new OpenaiResponsesStreamEncoder(context);
  for (const event of events) if (event !== finish) encoder.encode(event);
  return encoder.finish(finish);
}

export class OpenaiResponsesStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext;
  private readonly customTools: ReadonlySet<unknown>;
  private readonly items: ServedItem[] = [];
  private readonly calls = new Map<number, ServedCall>();
  /** Reasoning items whose part of the finished message was found. */
  private readonly sealed = new Set<ServedItem>();
  private open: ServedMessage | ServedReasoning | undefined;
  private begun = false;
  private sequence = 0;
  private written = "";

  constructor(context: AnswerContext) {
    this.context = context;
    const tools = objectsOf(context.served.wire.tools).filter((tool) => tool.type === "custom");
    this.customTools = new Set(tools.map((tool) => tool.name));
  }

  encode(event: ProtocolEvent): string {
    this.written = "";
    this.begin();
    this.write(event);
    return this.written;
  }

  /** The terminal event was the last. */
  end(): string {
    return "";
  }

  /** As OpenAI sends it: an `error` event, with its words also in `error`, then the failed response. */
  fail(code: ErrorCode, message: string): string {
    this.written = "";
    this.begin();
    const error = streamFailure(code, message);
    this.emit("error", { ...error, param: null, error: { type: error.code, ...error, param: null } });
    this.emit("response.failed", { response: encodeResponse(this.context, { status: "failed", error }) });
    return this.written;
  }

  /** Ends the answer and gives the whole response. Clients insist on items in the order in which they were added. */
  finish(event: FinishEvent): Members {
    this.close();
    for (const call of this.calls.values()) this.endCall(call);
    const { content } = event.message;
    for (const part of typeof content === "string" ? [] : content) this.seal(part);
    const output = this.items.map((item) => encodeItem(item, statusOf(item)));
    const state = endState(event);
    const response = encodeResponse(this.context, { ...state, output, usage: event.usage });
    this.emit(`response.${state.status}`, { response });
    return response;
  }

  private begin(): void {
    if (this.begun) return;
    this.begun = true;
    const response = encodeResponse(this.context, { status: "in_progress" });
    this.emit("response.created", { response });
    this.emit("response.in_progress", { response });
  }

  private write(event: ProtocolEvent): void {
    switch (event.type) {
      case "text-delta":
        this.say("output_text", event.text);
        break;
      case "refusal-delta":
        this.say("refusal", event.text);
        break;
      case "reasoning-delta":
        this.reason(event.text, event.replay);
        break;
      case "tool-call-start":
        this.startCall(event.index, event.id, event.name);
        break;
      case "tool-call-delta":
        this.argue(this.calls.get(event.index), event.text);
        break;
      case "tool-call":
        this.completeCall(event.id, event.name, event.input);
        break;
      case "image":
        this.image(event);
        break;
      case "source":
        this.cite(event.source);
        break;
      case "finish":
        this.finish(event);
        break;
      // `start` is sent with the first event of any kind; this wire has no audio.
      case "start":
      case "audio-delta":
        break;
    }
  }

  private say(type: MessagePiece["type"], delta: string): void {
    const item = this.message();
    let piece = item.pieces.at(-1);
    if (piece?.type !== type) {
      if (piece !== undefined) this.endPiece(item, piece);
      piece = { type, text: "", annotations: [] };
      item.pieces.push(piece);
      this.emit("response.content_part.added", { ...pieceOf(item), part: encodePiece(piece) });
    }
    piece.text += delta;
    const logprobs = type === "output_text" ? { logprobs: [] } : {};
    if (delta !== "") this.emit(`response.${type}.delta`, { ...pieceOf(item), delta, ...logprobs });
  }

  private message(): ServedMessage {
    if (this.open?.kind === "message") return this.open;
    this.close();
    const index = this.items.length;
    this.open = this.add({ kind: "message", index, id: this.itemId("msg"), pieces: [] });
    return this.open;
  }

  private reason(delta: string, replay: Replay | undefined): void {
    if (delta === "" && replay === undefined) return;
    const item = this.reasoning();
    if (delta !== "") {
      if (item.text === "")
        this.emit("response.reasoning_summary_part.added", { ...summaryOf(item), part: encodeSummary("") });
      item.text += delta;
      this.emit("response.reasoning_summary_text.delta", { ...summaryOf(item), delta });
    }
    if (replay === undefined) return;
    item.encrypted = sealPart({ type: "reasoning", text: "", replay });
    this.close();
  }

  private reasoning(): ServedReasoning {
    if (this.open?.kind === "reasoning") return this.open;
    this.close();
    const index = this.items.length;
    this.open = this.add({ kind: "reasoning", index, id: this.itemId("rs"), text: "", encrypted: undefined });
    return this.open;
  }

  private close(): void {
    const item = this.open;
    if (item === undefined) return;
    this.open = undefined;
    if (item.kind === "message") {
      const piece = item.pieces.at(-1);
      if (piece !== undefined) this.endPiece(item, piece);
    } else if (item.text !== "") {
      this.emit("response.reasoning_summary_text.done", { ...summaryOf(item), text: item.text });
      this.emit("response.reasoning_summary_part.done", { ...summaryOf(item), part: encodeSummary(item.text) });
    }
    this.itemDone(item);
  }

  private endPiece(item: ServedMessage, piece: MessagePiece): void {
    const { type, text } = piece;
    const said = type === "refusal" ? { refusal: text } : { text, logprobs: [] };
    this.emit(`response.${type}.done`, { ...pieceOf(item), ...said });
    this.emit("response.content_part.done", { ...pieceOf(item), part: encodePiece(piece) });
  }

  private startCall(index: number, id: string, name: string): ServedCall {
    this.close();
    const custom = this.customTools.has(name);
    const call: ServedCall = this.add({
      kind: "call",
      index: this.items.length,
      id: this.itemId(custom ? "ctc" : "fc"),
      callId: id === "" ? `call_${index}` : id,
      name,
      custom,
      text: "",
      complete: false,
    });
    this.calls.set(index, call);
    return call;
  }

  private argue(call: ServedCall | undefined, delta: string): void {
    if (call === undefined || delta === "") return;
    call.text += delta;
    this.emit(`response.${argumentsOf(call)}.delta`, { ...placeOf(call), delta });
  }

  /** A call that was not previewed is sent whole; one whose arguments came as a value gets them now. */
  private completeCall(id: string, name: string, input: unknown): void {
    const previewed = [...this.calls.values()].find((open) => open.callId === id && !open.complete);
    const call = previewed ?? this.startCall(this.calls.size, id, name);
    call.complete = true;
    if (call.text === "") this.argue(call, call.custom && typeof input === "string" ? input : JSON.stringify(input));
  }

  /** A call without its `tool-call` event was cut: it stays incomplete. */
  private endCall(call: ServedCall): void {
    const whole = { [call.custom ? "input" : "arguments"]: call.text };
    if (call.complete) this.emit(`response.${argumentsOf(call)}.done`, { ...placeOf(call), name: call.name, ...whole });
    this.itemDone(call);
  }

  private image({ image }: ImageEvent): void {
    this.close();
    const media = mediaOf(image.image, image.mediaType);
    const [result, type] = "url" in media ? [media.url, image.mediaType ?? ""] : [media.base64, media.mediaType];
    const format = type.split("/")[1] ?? "png";
    const item = this.add({ kind: "image", index: this.items.length, id: this.itemId("ig"), result, format });
    this.itemDone(item);
  }

  /** The place of a citation in the text is not known. */
  private cite({ url, title = "" }: Source): void {
    const item = this.items.findLast((candidate) => candidate.kind === "message") ?? this.message();
    if (item.pieces.at(-1)?.type !== "output_text") this.say("output_text", "");
    const annotations = item.pieces.at(-1)?.annotations ?? [];
    const annotation =
      url === undefined
        ? { type: "file_citation", filename: title, file_id: "", index: 0 }
        : { type: "url_citation", url, title, start_index: 0, end_index: 0 };
    annotations.push(annotation);
    const place = { ...pieceOf(item), annotation_index: annotations.length - 1 };
    this.emit("response.output_text.annotation.added", { ...place, annotation });
  }

  /** Sends what has to come back with the part: on its own reasoning item, or in one more item. */
  private seal(part: AssistantPart): void {
    const encrypted = sealPart(part);
    if (part.type === "reasoning") {
      const item = this.items.find((candidate) => !this.sealed.has(candidate) && holds(candidate, part));
      if (item !== undefined) this.sealed.add(item);
      if (item?.kind === "reasoning") item.encrypted ??= encrypted;
      if (item !== undefined) return;
    }
    if (encrypted === undefined) return;
    this.itemDone(
      this.add({ kind: "reasoning", index: this.items.length, id: this.itemId("rs"), text: "", encrypted }),
    );
  }

  private itemId(prefix: string): string {
    return `${prefix}_${this.context.id}_${this.items.length}`;
  }

  private add<T extends ServedItem>(item: T): T {
    this.items.push(item);
    this.emit("response.output_item.added", { output_index: item.index, item: encodeItem(item, "in_progress") });
    return item;
  }

  private itemDone(item: ServedItem): void {
    this.emit("response.output_item.done", { output_index: item.index, item: encodeItem(item, statusOf(item)) });
  }

  private emit(type: string, members: Members): void {
    const data = { type, sequence_number: this.sequence++, ...members };
    this.written += `event: ${type}\ndata: ${JSON.stringify(data)}\n\n`;
  }
}

/** Reasoning parts that follow each other may have become one item. */
function holds(item: ServedItem, part: ReasoningPart): boolean {
  return item.kind === "reasoning" && item.text.startsWith(part.text) && (item.text === "") === (part.text === "");
}

function statusOf(item: ServedItem): ItemStatus {
  return item.kind === "call" && !item.complete ? "incomplete" : "completed";
}

function argumentsOf(call: ServedCall): string {
  return call.custom ? "custom_tool_call_input" : "function_call_arguments";
}

function placeOf(item: ServedItem): Members {
  return { item_id: item.id, output_index: item.index };
}

function pieceOf(item: ServedMessage): Members {
  return { ...placeOf(item), content_index: item.pieces.length - 1 };
}

function summaryOf(item: ServedReasoning): Members {
  return { ...placeOf(item), summary_index: 0 };
}
