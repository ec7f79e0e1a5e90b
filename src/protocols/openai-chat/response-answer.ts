/** Reads one answer, whole or in deltas, into the reply builder: a message and a delta have the same members. */

import type { OpenaiChatDialect } from "../../catalog/dialects/openai-chat.js";
import type { ProtocolEvent } from "../../chat/events.js";
import type { Replay } from "../../chat/message.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { fromBase64 } from "../base64.js";
import { listOf } from "../lenient.js";
import type { ChatCall } from "../protocol.js";
import { ThinkTags } from "./events-think-tags.js";
import { ToolCallJoiner } from "./events-tool-calls.js";
import { type FinishState, finishReasonOf, noFinish, readFinish } from "./response-finish.js";
import { metered } from "./response-meters.js";
import { SourceReader } from "./response-sources.js";
import { decodeUsage, usageMember } from "./response-usage.js";
import { dialectOf, type Members, membersOf, type ReasoningReplay, textOf } from "./wire.js";

export class AnswerReader {
  readonly builder: ReplyBuilder;
  private readonly call: ChatCall;
  private readonly dialect: OpenaiChatDialect;
  private readonly joiner: ToolCallJoiner;
  private readonly tags: ThinkTags | undefined;
  private readonly sources: SourceReader;
  private readonly details: Members[] = [];
  private usage: Members | undefined;
  private images = 0;
  /** Tools that Groq's systems ran on their own. */
  private executed = 0;
  private finishing: FinishState = noFinish;
  private started = false;
  private refused = false;
  /** Reasoning arrived in a plain member. */
  private plainReasoning = false;

  constructor(call: ChatCall, out: ProtocolEvent[]) {
    this.call = call;
    this.dialect = dialectOf(call);
    this.builder = new ReplyBuilder(out);
    this.joiner = new ToolCallJoiner(this.builder, (data) => this.replay(data));
    this.sources = new SourceReader(this.builder);
    const tags = call.model.reasoning?.tags;
    this.tags = tags === undefined ? undefined : new ThinkTags(tags, this.builder);
  }

  /** Reads what stands beside the choices. First chunks of Azure and Copilot have an empty id: it is waited for. */
  readHead(body: Members, hasChoice: boolean): void {
    this.usage = usageMember(body) ?? this.usage;
    this.sources.readHead(body);
    if (this.started) return;
    const id = textOf(body.id);
    const model = textOf(body.model);
    if (id === "" && !hasChoice) return;
    this.started = true;
    this.builder.start(id === "" ? undefined : id, model === "" ? undefined : model);
  }

  readChoice(choice: Members, message: Members | undefined): void {
    if (message !== undefined) this.readMessage(message);
    this.finishing = readFinish(choice, this.finishing);
  }

  /** True once the provider said why it stopped. */
  get finishSeen(): boolean {
    return this.finishing.reason !== undefined;
  }

  get usageSeen(): boolean {
    return this.usage !== undefined;
  }

  private readMessage(message: Members): void {
    this.readReasoning(message);
    const { content, refusal, tool_calls } = message;
    if (typeof content === "string") this.readText(content);
    else if (Array.isArray(content)) for (const part of content) this.readPart(part);
    if (typeof refusal === "string" && refusal !== "") {
      this.refused = true;
      this.builder.refusal(refusal);
    }
    if (Array.isArray(tool_calls)) for (const piece of tool_calls) this.joiner.push(piece);
    // iFlytek sends a single call without its list.
    else if (membersOf(tool_calls) !== undefined) this.joiner.push(tool_calls);
    if (membersOf(message.function_call) !== undefined) this.joiner.pushLegacy(message.function_call);
    if (message.images !== undefined) for (const image of listOf(message.images)) this.readImage(image);
    if (message.annotations !== undefined || message.executed_tools !== undefined) this.sources.readMessage(message);
    if (message.executed_tools !== undefined) this.executed += listOf(message.executed_tools).length;
    if (message.audio !== undefined) this.readAudio(membersOf(message.audio));
  }

  private readText(text: string): void {
    if (text === "") return;
    if (this.tags === undefined) this.builder.text(text);
    else this.tags.push(text);
  }

  /** The catalog's member first, then DeepSeek's, OpenRouter's and older vLLM's names. Gateways repeat one text under two names. */
  private readReasoning(message: Members): void {
    const field = this.call.model.reasoning?.field;
    const text =
      (field === undefined ? "" : textOf(message[field])) ||
      textOf(message.reasoning_content) ||
      textOf(message.reasoning) ||
      textOf(message.reasoning_text);
    const details = listOf(message.reasoning_details);
    if (text !== "") {
      this.plainReasoning = true;
      this.builder.reasoning(text);
    }
    for (const value of details) {
      const detail = membersOf(value);
      if (detail === undefined) continue;
      // Beside the plain member, or after it, details only repeat the text.
      if (!this.plainReasoning) this.builder.reasoning(textOf(detail.text) || textOf(detail.summary));
      appendDetail(this.details, detail);
    }
  }

  /** A part of a content array: Mistral's thinking, text, or a picture. */
  private readPart(value: unknown): void {
    const part = membersOf(value);
    if (part === undefined) return;
    if (part.type === "thinking") {
      if (typeof part.thinking === "string") this.builder.reasoning(part.thinking);
      else for (const piece of listOf(part.thinking)) this.builder.reasoning(textOf(membersOf(piece)?.text));
    } else if (part.type === "image_url") this.readImage(part);
    else this.readText(textOf(part.text));
  }

  private readImage(value: unknown): void {
    const image = membersOf(value)?.image_url;
    const url = typeof image === "string" ? image : textOf(membersOf(image)?.url);
    if (url === "") return;
    this.builder.image({ type: "image", image: url });
    this.images++;
  }

  private readAudio(audio: Members | undefined): void {
    const data = textOf(audio?.data);
    const transcript = textOf(audio?.transcript);
    if (data === "" && transcript === "") return;
    const mediaType = audioMediaType(this.call.request.params.audioFormat);
    this.builder.audio(data === "" ? undefined : fromBase64(data), mediaType, transcript);
  }

  /** Releases calls and finish. `raw` is the provider's own word, also when it is empty or missing. */
  finish(): void {
    this.tags?.end();
    this.sealReasoning();
    this.sources.end();
    this.settleUsage();
    this.builder.finish(finishReasonOf(this.finishing, this.refused), this.finishing.reason);
  }

  /** What arrived before a failure. */
  partial(): unknown {
    this.tags?.end();
    this.settleUsage();
    return this.builder.partial();
  }

  private settleUsage(): void {
    const usage = decodeUsage(this.usage, this.dialect);
    const { searched } = this.sources;
    const { images, executed } = this;
    this.builder.usage =
      this.usage === undefined ? usage : metered(usage, this.usage, { call: this.call, searched, executed, images });
  }

  /** Marks reasoning that has to go back with the provider and model it belongs to. */
  private sealReasoning(): void {
    if (this.details.length > 0) this.builder.sealReasoning(this.replay({ reasoning_details: this.details }));
    else if (this.dialect.reasoningEcho !== undefined && this.call.model.reasoning?.replay !== "forbidden")
      this.builder.sealReasoning(this.replay({}), "existing");
  }

  private replay(data: ReasoningReplay | { readonly extra_content: unknown }): Replay {
    return { protocol: "openai-chat", provider: this.call.provider.id, model: this.call.modelId, data };
  }
}

/** Streamed details of one block arrive in pieces: text grows, the signature comes with the last one. */
function appendDetail(details: Members[], detail: Members): void {
  const last = details.at(-1);
  const continued = last !== undefined && last.type === detail.type && last.index === detail.index;
  const member = detail.type === "reasoning.text" ? "text" : "summary";
  if (!continued || typeof last[member] !== "string") {
    details.push(detail);
    return;
  }
  const signature = textOf(detail.signature) || last.signature;
  details[details.length - 1] = {
    ...last,
    [member]: last[member] + textOf(detail[member]),
    ...(signature === undefined ? {} : { signature }),
  };
}

/** The wire does not say what it sends; it is what was asked for. */
function audioMediaType(format: unknown): string {
  if (format === "mp3") return "audio/mpeg";
  if (format === "pcm16") return "audio/pcm";
  return typeof format === "string" ? `audio/${format}` : "audio/wav";
}
