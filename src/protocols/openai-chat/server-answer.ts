/** Neutral events as a chat completion, whole or in chunks. https://platform.openai.com/docs/api-reference/chat/object */
import type { FinishReason, ImageEvent, ProtocolEvent, Source } from "../../chat/events.js";
import type { AssistantMessage, Replay } from "../../chat/message.js";
import type { Usage } from "../../chat/usage.js";
import type { ErrorCode } from "../../errors.js";
import { toBase64 } from "../base64.js";
import { dataUrl, mediaOf } from "../media.js";
import { finishOf, joinDeltas, sealReplay } from "../served-answer.js";
import type { Members } from "../served-input.js";
import type { AnswerContext, StreamEncoder } from "../server.js";
import { encodeFailure } from "./server-failure.js";

const finishReasons: { readonly [R in FinishReason]: string } = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool_calls",
  "content-filter": "content_filter",
  // A refusal is an ordinary end here; the text stands in `message.refusal`.
  refusal: "stop",
  error: "error",
  other: "stop",
};

export function encodeChat(events: readonly ProtocolEvent[], context: AnswerContext): unknown {
  const finish = finishOf(events);
  const choice = {
    index: 0,
    message: encodeMessage(events, finish.message, context),
    logprobs: null,
    finish_reason: finishReasons[finish.finishReason],
  };
  return {
    id: context.id,
    object: "chat.completion",
    created: context.created,
    model: context.modelId,
    choices: [choice],
    ...(finish.usage.state === "absent" ? {} : { usage: encodeUsage(finish.usage, context) }),
  };
}

function encodeMessage(events: readonly ProtocolEvent[], message: AssistantMessage, context: AnswerContext): unknown {
  const text = joinDeltas(events, "text-delta");
  const reasoning = joinDeltas(events, "reasoning-delta");
  const refusal = joinDeltas(events, "refusal-delta");
  const calls = events.filter((event) => event.type === "tool-call");
  const images = events.filter((event) => event.type === "image");
  const annotations = events.filter((event) => event.type === "source");
  const details = reasoningDetails(message);
  return {
    role: "assistant",
    content: text === "" && (calls.length > 0 || refusal !== "") ? null : text,
    refusal: refusal === "" ? null : refusal,
    ...(reasoning === "" ? {} : { [reasoningField(context)]: reasoning }),
    ...(details.length === 0 ? {} : { reasoning_details: details }),
    ...(calls.length === 0 ? {} : { tool_calls: calls.map((call) => toolCall(call.id, call.name, call.input)) }),
    ...(images.length === 0 ? {} : { images: images.map(imageUrl) }),
    ...(annotations.length === 0 ? {} : { annotations: annotations.map((event) => citation(event.source)) }),
    ...audioMember(events, transcriptOf(message) ?? text, context),
  };
}

function reasoningField(context: AnswerContext): string {
  return context.reasoningField ?? "reasoning_content";
}

function toolCall(id: string, name: string, input: unknown): Members {
  return { id, type: "function", function: { name, arguments: JSON.stringify(input) } };
}

/** OpenRouter's shape for generated pictures. https://openrouter.ai/docs/features/multimodal/image-generation */
function imageUrl(event: ImageEvent): Members {
  const media = mediaOf(event.image.image, event.image.mediaType);
  const url = "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
  return { type: "image_url", image_url: { url } };
}

function citation(source: Source): Members {
  const { url = "", title = "" } = source;
  return { type: "url_citation", url_citation: { url, title, start_index: 0, end_index: 0 } };
}

function transcriptOf({ content }: AssistantMessage): string | undefined {
  return typeof content === "string" ? undefined : content.find((part) => part.type === "audio")?.transcript;
}

function audioMember(events: readonly ProtocolEvent[], transcript: string, context: AnswerContext): Members {
  const pieces = events.filter((event) => event.type === "audio-delta").map((event) => event.data);
  if (pieces.length === 0) return {};
  const data = toBase64(concat(pieces));
  return { audio: { id: `audio_${context.id}`, data, transcript, expires_at: context.created + 3600 } };
}

function concat(pieces: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(pieces.reduce((length, piece) => length + piece.length, 0));
  let at = 0;
  for (const piece of pieces) {
    whole.set(piece, at);
    at += piece.length;
  }
  return whole;
}

/** What must come back unchanged: our own protocol's details as they are, any other replay sealed in a signature. */
function reasoningDetails(message: AssistantMessage): readonly unknown[] {
  if (typeof message.content === "string") return [];
  return message.content.flatMap((part) =>
    part.type === "reasoning" && part.replay !== undefined ? replayDetails(part.text, part.replay) : [],
  );
}

function replayDetails(text: string, replay: Replay): readonly unknown[] {
  const own = replay.protocol === "openai-chat" ? (replay.data as Members | undefined)?.reasoning_details : undefined;
  if (Array.isArray(own)) return own;
  return [{ type: "reasoning.text", text, signature: sealReplay(replay), index: 0 }];
}

/** `prompt_tokens` and `completion_tokens` include cached and reasoning tokens, as OpenAI counts them; not every provider does. */
function encodeUsage(usage: Usage, { usageExcludes = [] }: AnswerContext): Members {
  const { buckets } = usage;
  const searches = usage.meters?.webSearch;
  const audioOutside = usageExcludes.includes("audio") ? (buckets.audioInput ?? 0) : 0;
  const reasoningOutside = usageExcludes.includes("reasoning") ? (buckets.reasoning ?? 0) : 0;
  return {
    prompt_tokens: usage.inputTokens - audioOutside,
    completion_tokens: usage.outputTokens - reasoningOutside,
    total_tokens: usage.inputTokens + usage.outputTokens,
    prompt_tokens_details: {
      cached_tokens: (buckets.cacheRead ?? 0) + (buckets.audioCacheRead ?? 0),
      audio_tokens: buckets.audioInput ?? 0,
    },
    completion_tokens_details: {
      reasoning_tokens: buckets.reasoning ?? 0,
      audio_tokens: buckets.audioOutput ?? 0,
      accepted_prediction_tokens: 0,
      rejected_prediction_tokens: 0,
    },
    // OpenRouter's place: OpenAI states none.
    ...(searches === undefined ? {} : { server_tool_use: { web_search_requests: searches } }),
  };
}

/** Encodes events as `chat.completion.chunk`s. */
export class OpenaiChatStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext;
  private readonly usageWanted: boolean;
  /** Calls whose start was sent: whether arguments were sent too, by index. */
  private readonly calls: { readonly id: string; argued: boolean }[] = [];

  constructor(context: AnswerContext) {
    this.context = context;
    const options = context.served.wire.stream_options as Members | null | undefined;
    this.usageWanted = options?.include_usage === true;
  }

  encode(event: ProtocolEvent): string {
    switch (event.type) {
      case "start":
        return this.delta({ role: "assistant", content: "", refusal: null });
      case "text-delta":
        return this.delta({ content: event.text });
      case "reasoning-delta":
        return event.text === "" ? "" : this.delta({ [reasoningField(this.context)]: event.text });
      case "refusal-delta":
        return this.delta({ refusal: event.text });
      case "tool-call-start":
        return this.startCall(event.index, event.id === "" ? `call_${event.index}` : event.id, event.name, "");
      case "tool-call-delta":
        return this.callArguments(event.index, event.text);
      case "tool-call":
        return this.wholeCall(event.id, event.name, event.input);
      case "image":
        return this.delta({ images: [imageUrl(event)] });
      case "audio-delta":
        return this.delta({ audio: { id: `audio_${this.context.id}`, data: toBase64(event.data) } });
      case "source":
        return this.delta({ annotations: [citation(event.source)] });
      case "finish": {
        const details = reasoningDetails(event.message);
        const signed = details.length === 0 ? "" : this.delta({ reasoning_details: details });
        const transcript = transcriptOf(event.message);
        const said = transcript === undefined ? "" : this.delta({ audio: { transcript } });
        const last = this.delta({}, finishReasons[event.finishReason]);
        return signed + said + last + (this.usageWanted ? this.usage(event.usage) : "");
      }
    }
  }

  end(): string {
    return "data: [DONE]\n\n";
  }

  fail(code: ErrorCode, message: string): string {
    return `data: ${JSON.stringify(encodeFailure(code, message).body)}\n\n`;
  }

  private startCall(index: number, id: string, name: string, text: string): string {
    this.calls[index] = { id, argued: text !== "" };
    return this.delta({ tool_calls: [{ index, id, type: "function", function: { name, arguments: text } }] });
  }

  private callArguments(index: number, text: string): string {
    const call = this.calls[index];
    if (call !== undefined) call.argued = true;
    return this.delta({ tool_calls: [{ index, function: { arguments: text } }] });
  }

  /** A call that was not previewed is sent whole; one whose arguments came as a value gets them now. */
  private wholeCall(id: string, name: string, input: unknown): string {
    const index = this.calls.findIndex((call) => call.id === id);
    const text = JSON.stringify(input);
    if (index < 0) return this.startCall(this.calls.length, id, name, text);
    return this.calls[index]?.argued === true ? "" : this.callArguments(index, text);
  }

  private delta(delta: Members, finishReason: string | null = null): string {
    const choice = { index: 0, delta, logprobs: null, finish_reason: finishReason };
    return this.chunk({ choices: [choice], ...(this.usageWanted ? { usage: null } : {}) });
  }

  private usage(usage: Usage): string {
    return this.chunk({ choices: [], usage: usage.state === "absent" ? null : encodeUsage(usage, this.context) });
  }

  private chunk(members: Members): string {
    const { id, created, modelId } = this.context;
    return `data: ${JSON.stringify({ id, object: "chat.completion.chunk", created, model: modelId, ...members })}\n\n`;
  }
}
