/** A chat as events of the AG-UI protocol (https://docs.ag-ui.com/concepts/events), as its clients and CopilotKit read them. */
import type { ChatEvent, FinishEvent } from "../chat/events.js";
import type { Usage } from "../chat/usage.js";
import {
  type ShownFailure,
  type StreamedChat,
  type StreamResponseOptions,
  type StreamWriter,
  streamResponse,
} from "./response.js";
import { urlOf } from "./ui-message-stream.js";

/** Which run is answered, and what its reader is told. */
export interface AgUiStreamOptions extends StreamResponseOptions {
  /** Of the request: `readAgUiInput` gives them. */
  readonly threadId: string;
  readonly runId: string;
}

/**
 * A response for an AG-UI client: one run, from RUN_STARTED to RUN_FINISHED or RUN_ERROR. Calls that the caller's tools
 * did not answer are pending: the client runs them and asks again. Pictures, sounds, sources and changes of the model
 * are CUSTOM events named `image`, `audio`, `source` and `switch`. Signatures of reasoning stay on the server.
 */
export function agUiResponse(chat: StreamedChat, options: AgUiStreamOptions): Response {
  return streamResponse(chat, new AgUiWriter(options), options);
}

type Open = "text" | "reasoning";

class AgUiWriter implements StreamWriter {
  private readonly run: { readonly threadId: string; readonly runId: string };
  private open: { readonly kind: Open; readonly messageId: string } | undefined;
  private step = 0;
  private messages = 0;
  /** Id of the message that this step's calls belong to. */
  private parent: string | undefined;
  /** Calls of this step that were begun, by index, and those that were completed. */
  private readonly begun = new Map<number, string>();
  private readonly pending = new Set<string>();

  constructor({ threadId, runId }: AgUiStreamOptions) {
    this.run = { threadId, runId };
  }

  readonly start = (): readonly object[] => [{ type: "RUN_STARTED", ...this.run }, this.stepEvent("STEP_STARTED")];

  readonly write = (event: ChatEvent): readonly object[] => {
    switch (event.type) {
      case "text-delta":
      case "refusal-delta":
        return this.delta("text", event.text);
      case "reasoning-delta":
        return this.delta("reasoning", event.text);
      case "tool-call-start":
        this.begun.set(event.index, event.id);
        return [...this.close(), this.callStart(event.id, event.name)];
      case "tool-call-delta": {
        const toolCallId = this.begun.get(event.index);
        if (toolCallId === undefined || event.text === "") return [];
        return [{ type: "TOOL_CALL_ARGS", toolCallId, delta: event.text }];
      }
      case "tool-call":
        return this.completeCall(event);
      case "tool-result": {
        const { toolCallId, output } = event;
        this.pending.delete(toolCallId);
        const content = typeof output === "string" ? output : (JSON.stringify(output) ?? "");
        return [{ type: "TOOL_CALL_RESULT", messageId: this.newId("result"), toolCallId, content, role: "tool" }];
      }
      case "image": {
        const { image, mediaType = "image/png" } = event.image;
        return [{ type: "CUSTOM", name: "image", value: { url: urlOf(image, mediaType), mediaType } }];
      }
      case "source":
        return [{ type: "CUSTOM", name: "source", value: event.source }];
      case "switch": {
        const { from, to, mode, lostText } = event;
        const closed = mode === "restart" ? this.closeAll() : [];
        return [...closed, { type: "CUSTOM", name: "switch", value: { from, to, mode, lostText } }];
      }
      case "step-finish": {
        const ended = [...this.closeAll(), this.stepEvent("STEP_FINISHED")];
        this.step += 1;
        return [...ended, this.stepEvent("STEP_STARTED")];
      }
      case "finish":
        return this.finish(event);
      case "start":
      case "audio-delta":
        return [];
    }
  };

  readonly fail = ({ code, message }: ShownFailure): readonly object[] => [{ type: "RUN_ERROR", message, code }];

  private newId(what: string): string {
    return `${this.run.runId}-${what}-${++this.messages}`;
  }

  private stepEvent(type: "STEP_STARTED" | "STEP_FINISHED"): object {
    return { type, stepName: `step-${this.step}` };
  }

  private delta(kind: Open, delta: string): readonly object[] {
    if (delta === "") return [];
    const before = this.open?.kind === kind ? [] : [...this.close(), ...this.begin(kind)];
    const messageId = this.open?.messageId;
    return [
      ...before,
      { type: kind === "text" ? "TEXT_MESSAGE_CONTENT" : "REASONING_MESSAGE_CONTENT", messageId, delta },
    ];
  }

  private begin(kind: Open): readonly object[] {
    const messageId = this.newId(kind);
    this.open = { kind, messageId };
    if (kind === "reasoning")
      return [
        { type: "REASONING_START", messageId },
        { type: "REASONING_MESSAGE_START", messageId, role: "reasoning" },
      ];
    this.parent = messageId;
    return [{ type: "TEXT_MESSAGE_START", messageId, role: "assistant" }];
  }

  private close(): readonly object[] {
    if (this.open === undefined) return [];
    const { kind, messageId } = this.open;
    this.open = undefined;
    if (kind === "text") return [{ type: "TEXT_MESSAGE_END", messageId }];
    return [
      { type: "REASONING_MESSAGE_END", messageId },
      { type: "REASONING_END", messageId },
    ];
  }

  private callStart(toolCallId: string, toolCallName: string): object {
    this.parent ??= this.newId("text");
    return { type: "TOOL_CALL_START", toolCallId, toolCallName, parentMessageId: this.parent };
  }

  private completeCall({ id, name, input }: Extract<ChatEvent, { type: "tool-call" }>): readonly object[] {
    this.pending.add(id);
    const [index] = [...this.begun].find(([, begun]) => begun === id) ?? [];
    if (index !== undefined) {
      this.begun.delete(index);
      return [{ type: "TOOL_CALL_END", toolCallId: id }];
    }
    return [
      ...this.close(),
      this.callStart(id, name),
      { type: "TOOL_CALL_ARGS", toolCallId: id, delta: JSON.stringify(input) ?? "{}" },
      { type: "TOOL_CALL_END", toolCallId: id },
    ];
  }

  /** What is open ends, and the next answer is a message of its own. */
  private closeAll(): readonly object[] {
    const calls = [...this.begun.values()].map((toolCallId) => ({ type: "TOOL_CALL_END", toolCallId }));
    this.begun.clear();
    this.parent = undefined;
    return [...this.close(), ...calls];
  }

  private finish({ message, usage }: FinishEvent): readonly object[] {
    const { content } = message;
    const sound = typeof content === "string" ? [] : content.filter((part) => part.type === "audio");
    const pendingToolCallIds = [...this.pending];
    return [
      ...this.closeAll(),
      ...sound.map(({ audio, mediaType = "audio/wav" }) => ({
        type: "CUSTOM",
        name: "audio",
        value: { url: urlOf(audio, mediaType), mediaType },
      })),
      this.stepEvent("STEP_FINISHED"),
      {
        type: "RUN_FINISHED",
        ...this.run,
        outcome: { type: "success", ...(pendingToolCallIds.length > 0 && { pendingToolCallIds }) },
        ...(usage.state !== "absent" && { usage: [tokens(usage)] }),
      },
    ];
  }
}

function tokens({ inputTokens, outputTokens }: Usage): object {
  return { inputTokens, outputTokens, totalTokens: inputTokens + outputTokens };
}
