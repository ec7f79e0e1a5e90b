/** Reads one answer chunk by chunk: a whole body is a stream of one. */
import type { ProtocolEvent } from "../../chat/events.js";
import type { Replay } from "../../chat/message.js";
import { ReplyBuilder } from "../../chat/reply-builder.js";
import { noUsage, type Usage, withMeters } from "../../chat/usage.js";
import { TransportError } from "../../errors.js";
import { fromBase64 } from "../base64.js";
import type { ChatCall } from "../protocol.js";
import { failureInside } from "./error.js";
import { CallReader } from "./response-calls.js";
import { type Finish, finishOf } from "./response-finish.js";
import { GroundingMeters } from "./response-meters.js";
import { sourcesOf } from "./response-sources.js";
import { decodeUsage, hasCounts } from "./response-usage.js";
import type { Members, WireReplay } from "./wire.js";
import { objectOf, objectsOf, wordOf } from "./wire-read.js";

/** Most sources that are remembered to drop repetitions. */
const maxSources = 10_000;

export class AnswerReader {
  private readonly call: ChatCall;
  private readonly builder = new ReplyBuilder([]);
  private readonly calls: CallReader;
  private readonly seenSources = new Set<string>();
  /** A candidate, or a refusal of the prompt, was read. */
  answered = false;
  private finish: Finish | undefined;
  private usage: Members | undefined;
  private readonly meters = new GroundingMeters();
  /** The last part was code that Google runs before the model goes on. */
  private runsCode = false;
  /** The last part was unsigned thinking: the next piece of it needs no replay of its own. */
  private thinks = false;

  constructor(call: ChatCall) {
    this.call = call;
    this.calls = new CallReader(this.builder, call.request, (data) => this.replay(data));
  }

  /** True once `close` has pushed the finish. */
  get done(): boolean {
    return this.builder.done;
  }

  /**
   * True when nothing is known to be missing. `STOP` comes more than once in answers with code execution: one that
   * stands beside code to run, or beside a call that continues, does not end the answer.
   */
  get complete(): boolean {
    return this.finish !== undefined && !(this.finish.reason === "stop" && (this.runsCode || this.calls.open));
  }

  /** Reads one `GenerateContentResponse`. Throws `ProviderError` when it is an error instead. */
  read(value: unknown, out: ProtocolEvent[]): void {
    const chunk = objectOf(value);
    if (chunk === undefined) throw new TransportError("invalid-response", "expected a JSON object in the answer");
    if (chunk.error !== undefined) this.refuse(chunk);
    this.builder.out = out;
    const usage = objectOf(chunk.usageMetadata);
    if (usage !== undefined && hasCounts(usage)) this.usage = usage;
    const candidate = answerAmong(chunk.candidates, this.call.request.params.n);
    const blocked = wordOf(objectOf(chunk.promptFeedback)?.blockReason);
    if (candidate === undefined && blocked === undefined) return;
    this.answered = true;
    this.builder.start(wordOf(chunk.responseId), wordOf(chunk.modelVersion));
    if (candidate !== undefined) this.readCandidate(candidate);
    else if (blocked !== undefined) this.finish = { reason: "content-filter", raw: blocked };
  }

  private refuse(chunk: Members): void {
    const failure = failureInside(chunk, this.call, this.partial());
    if (failure !== undefined) throw failure;
  }

  /** Pushes the tool calls and the finish. */
  close(out: ProtocolEvent[]): void {
    this.builder.out = out;
    this.builder.usage = this.usageIn("known");
    this.builder.finish(this.finish?.reason ?? "other", this.finish?.raw);
  }

  /** What has arrived, for an error that ends the answer early. */
  partial(): { readonly text: string; readonly usage: Usage } {
    return { ...this.builder.partial(), usage: this.usageIn("partial") };
  }

  private readCandidate(candidate: Members): void {
    const parts = objectsOf(objectOf(candidate.content)?.parts);
    for (const part of parts) this.readPart(part);
    const finish = finishOf(candidate.finishReason);
    if (finish !== undefined || parts.length > 0) this.finish = finish;
    if (candidate.groundingMetadata !== undefined || candidate.citationMetadata !== undefined)
      this.readSources(candidate);
  }

  private readSources(candidate: Members): void {
    this.meters.read(candidate.groundingMetadata);
    for (const source of sourcesOf(candidate)) {
      const key = JSON.stringify(source);
      if (this.seenSources.has(key) || this.seenSources.size >= maxSources) continue;
      this.seenSources.add(key);
      this.builder.source(source);
    }
  }

  private readPart(part: Members): void {
    const signature = wordOf(part.thoughtSignature);
    const thinks = part.thought === true && typeof part.text === "string" && signature === undefined;
    const call = objectOf(part.functionCall);
    if (call !== undefined) this.calls.read(call, signature);
    else if (typeof part.text === "string") this.readText(part.text, part.thought === true, signature);
    else if (!this.readMedia(part, signature)) this.keep(part, signature);
    this.thinks = thinks;
    this.runsCode = objectOf(part.executableCode) !== undefined;
  }

  private readText(text: string, thought: boolean, signature: string | undefined): void {
    if (signature !== undefined) this.builder.endPart();
    const data = {
      ...(thought ? { thought } : {}),
      ...(signature === undefined ? {} : { thoughtSignature: signature }),
    };
    if (!thought) this.builder.text(text, signature === undefined ? undefined : this.replay(data));
    else if (text !== "" || signature !== undefined)
      this.builder.reasoning(text, this.thinks && signature === undefined ? undefined : this.replay(data));
    // A signature belongs to its very part: the text before and after it must stay apart.
    if (signature !== undefined) this.builder.endPart();
  }

  /** Pictures and sound of the answer; those of the thinking are no output. */
  private readMedia(part: Members, signature: string | undefined): boolean {
    const inline = objectOf(part.inlineData);
    const mediaType = wordOf(inline?.mimeType);
    const data = wordOf(inline?.data);
    if (part.thought === true || mediaType === undefined || data === undefined) return false;
    if (mediaType.startsWith("image/")) {
      const replay = signature === undefined ? {} : { replay: this.replay({ thoughtSignature: signature }) };
      this.builder.image({ type: "image", image: data, mediaType, ...replay });
      this.meters.image++;
      return true;
    }
    if (!mediaType.startsWith("audio/")) return false;
    this.builder.audio(fromBase64(data), mediaType);
    return true;
  }

  /** Code runs, server-side tools and whatever comes next go back as they came. */
  private keep(part: Members, signature: string | undefined): void {
    const names = Object.keys(part).filter((name) => name !== "thoughtSignature" && name !== "thought");
    if (names.length > 0) this.builder.opaque(this.replay(part));
    else if (signature !== undefined) this.readText("", part.thought === true, signature);
  }

  private replay(data: WireReplay | Members): Replay {
    return {
      protocol: "google-generative-ai",
      provider: this.call.provider.id,
      model: this.call.modelId,
      data,
    };
  }

  private usageIn(state: "known" | "partial"): Usage {
    return this.usage === undefined ? noUsage : withMeters(decodeUsage(this.usage, state), this.meters.counts());
  }
}

/** A reply has one answer. With one asked for, the only candidate is it, whatever its index says. */
function answerAmong(candidates: unknown, asked: unknown): Members | undefined {
  const list = objectsOf(candidates);
  const first = list.find(({ index }) => !(typeof index === "number" && index > 0));
  return first ?? (typeof asked === "number" && asked > 1 ? undefined : list[0]);
}
