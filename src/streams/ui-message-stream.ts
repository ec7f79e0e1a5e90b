/** A chat in the UI message stream protocol of the AI SDK (https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol), as `useChat` reads it. */
import type { ChatEvent, FinishEvent, FinishReason } from "../chat/events.js";
import type { ImagePart, MediaSource } from "../chat/message.js";
import { toBase64 } from "../protocols/base64.js";
import {
  type ShownFailure,
  type StreamedChat,
  type StreamResponseOptions,
  type StreamWriter,
  streamResponse,
} from "./response.js";

/** Id and metadata of the message, and what its reader is told. */
export interface UiMessageStreamOptions extends StreamResponseOptions {
  /** Id of the message that the answer becomes; the front end makes one when there is none. */
  readonly messageId?: string | undefined;
  /** What becomes the message's `metadata`: usage, say. Default: nothing. */
  readonly metadata?: ((finish: FinishEvent) => unknown) | undefined;
}

/**
 * A response for `useChat` of `@ai-sdk/react` and whatever else reads this protocol, version 1. Text, reasoning, tool
 * calls with their results, sources and files arrive as parts of one message, each call of the model as a step. A
 * change of the model that begins the answer anew is a part `data-restart` with the text to forget. Signatures of
 * reasoning stay on the server.
 */
export function uiMessageStreamResponse(chat: StreamedChat, options: UiMessageStreamOptions = {}): Response {
  return streamResponse(chat, new UiMessageWriter(options), options, { "x-vercel-ai-ui-message-stream": "v1" });
}

/** Reasons that the protocol has words for. */
const finishReasons: { readonly [R in FinishReason]: string } = {
  stop: "stop",
  length: "length",
  "tool-calls": "tool-calls",
  "content-filter": "content-filter",
  refusal: "content-filter",
  error: "error",
  other: "other",
};

type Open = "text" | "reasoning";

class UiMessageWriter implements StreamWriter {
  readonly terminator = "[DONE]";
  private readonly options: UiMessageStreamOptions;
  /** The part that deltas go to. */
  private open: { readonly kind: Open; readonly id: string } | undefined;
  private parts = 0;
  private sources = 0;
  /** Ids of the calls of this step, by index. */
  private readonly calls = new Map<number, string>();

  constructor(options: UiMessageStreamOptions) {
    this.options = options;
  }

  readonly start = (): readonly object[] => {
    const { messageId } = this.options;
    return [{ type: "start", ...(messageId !== undefined && { messageId }) }, { type: "start-step" }];
  };

  readonly write = (event: ChatEvent): readonly object[] => {
    switch (event.type) {
      case "text-delta":
      case "refusal-delta":
        return this.delta("text", event.text);
      case "reasoning-delta":
        return this.delta("reasoning", event.text);
      case "tool-call-start":
        this.calls.set(event.index, event.id);
        return [...this.close(), { type: "tool-input-start", toolCallId: event.id, toolName: event.name }];
      case "tool-call-delta": {
        const toolCallId = this.calls.get(event.index);
        return toolCallId === undefined ? [] : [{ type: "tool-input-delta", toolCallId, inputTextDelta: event.text }];
      }
      case "tool-call": {
        const { id, name, input } = event;
        return [...this.close(), { type: "tool-input-available", toolCallId: id, toolName: name, input }];
      }
      case "tool-result": {
        const { toolCallId, output, isError } = event;
        return isError
          ? [{ type: "tool-output-error", toolCallId, errorText: String(output) }]
          : [{ type: "tool-output-available", toolCallId, output: output ?? null }];
      }
      case "image":
        return [...this.close(), file(event.image.image, imageType(event.image))];
      case "source": {
        const { url, title } = event.source;
        if (url === undefined) return [];
        return [
          { type: "source-url", sourceId: `source-${++this.sources}`, url, ...(title !== undefined && { title }) },
        ];
      }
      case "switch": {
        const { mode, from, to, lostText } = event;
        if (mode !== "restart") return [];
        this.calls.clear();
        return [...this.close(), { type: "data-restart", data: { from, to, lostText } }];
      }
      case "step-finish":
        this.calls.clear();
        return [...this.close(), { type: "finish-step" }, { type: "start-step" }];
      case "finish":
        return this.finish(event);
      case "start":
      case "audio-delta":
        return [];
    }
  };

  readonly fail = ({ code, message }: ShownFailure): readonly object[] => [
    ...this.close(),
    code === "aborted" ? { type: "abort" } : { type: "error", errorText: message },
  ];

  private delta(kind: Open, delta: string): readonly object[] {
    if (delta === "") return [];
    if (this.open?.kind === kind) return [{ type: `${kind}-delta`, id: this.open.id, delta }];
    const id = `${kind}-${++this.parts}`;
    const before = this.close();
    this.open = { kind, id };
    return [...before, { type: `${kind}-start`, id }, { type: `${kind}-delta`, id, delta }];
  }

  private close(): readonly object[] {
    if (this.open === undefined) return [];
    const { kind, id } = this.open;
    this.open = undefined;
    return [{ type: `${kind}-end`, id }];
  }

  private finish(event: FinishEvent): readonly object[] {
    const { content } = event.message;
    const sound = typeof content === "string" ? [] : content.filter((part) => part.type === "audio");
    const messageMetadata = this.options.metadata?.(event);
    return [
      ...this.close(),
      ...sound.map(({ audio, mediaType }) => file(audio, mediaType ?? "audio/wav")),
      { type: "finish-step" },
      {
        type: "finish",
        finishReason: finishReasons[event.finishReason],
        ...(messageMetadata !== undefined && { messageMetadata }),
      },
    ];
  }
}

function imageType({ mediaType }: ImagePart): string {
  return mediaType ?? "image/png";
}

function file(source: MediaSource, mediaType: string): object {
  return { type: "file", mediaType, url: urlOf(source, mediaType) };
}

/** A string that is no URL is base64. */
export function urlOf(source: MediaSource, mediaType: string): string {
  if (source instanceof Uint8Array) return `data:${mediaType};base64,${toBase64(source)}`;
  const text = String(source);
  return /^[a-z][a-z0-9+.-]*:/i.test(text) ? text : `data:${mediaType};base64,${text}`;
}
