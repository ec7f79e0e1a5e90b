/** Neutral events as a chat stream. https://docs.cohere.com/reference/chat-stream */
import type { FinishEvent, ProtocolEvent } from "../../chat/events.js";
import type { ErrorCode } from "../../errors.js";
import type { Members } from "../served-input.js";
import type { AnswerContext, StreamEncoder } from "../server.js";
import { encodeCall, encodeCitation, encodeUsage, finishReasons, isToolPlan, refuseMedia } from "./server-answer.js";

type Kind = "text" | "thinking";

/** Blocks of content follow each other; calls come after them. */
export class CohereStreamEncoder implements StreamEncoder {
  private readonly context: AnswerContext;
  private open: Kind | undefined;
  private blocks = 0;
  private citations = 0;
  private text = "";
  private planning = false;
  /** Previewed calls by index: whether arguments were sent. */
  private readonly calls: { readonly id: string; argued: boolean }[] = [];

  constructor(context: AnswerContext) {
    this.context = context;
  }

  encode(event: ProtocolEvent): string {
    switch (event.type) {
      case "start": {
        const message = { role: "assistant", content: [], tool_plan: "", tool_calls: [], citations: [] };
        return frame("message-start", { id: this.context.id, delta: { message } });
      }
      case "text-delta":
      case "refusal-delta":
        this.text += event.text;
        return this.content("text", event.text);
      case "reasoning-delta":
        if (event.replay !== undefined) this.planning = isToolPlan(event);
        return this.planning ? this.toolPlan(event.text) : this.content("thinking", event.text);
      case "tool-call-start":
        return this.startCall(event.index, event.id === "" ? `call_${event.index}` : event.id, event.name, "");
      case "tool-call-delta":
        return this.callArguments(event.index, event.text);
      case "tool-call":
        return this.wholeCall(event.id, event.name, event.input);
      case "source":
        return this.cite(encodeCitation(event.source, this.text));
      case "image":
      case "audio-delta":
        return refuseMedia(event.type === "image" ? "a picture" : "audio");
      case "finish":
        return this.finish(event);
    }
  }

  end(): string {
    return "data: [DONE]\n\n";
  }

  fail(_code: ErrorCode, message: string): string {
    return frame("message-end", { delta: { finish_reason: "ERROR", error: message } });
  }

  private content(kind: Kind, text: string): string {
    if (text === "") return "";
    const opened = this.open === kind ? "" : this.endContent() + this.startContent(kind);
    const delta = { message: { content: { [kind]: text } } };
    return opened + frame("content-delta", { index: this.blocks - 1, delta });
  }

  private startContent(kind: Kind): string {
    this.open = kind;
    this.blocks++;
    const delta = { message: { content: { type: kind, [kind]: "" } } };
    return frame("content-start", { index: this.blocks - 1, delta });
  }

  private endContent(): string {
    if (this.open === undefined) return "";
    this.open = undefined;
    return frame("content-end", { index: this.blocks - 1 });
  }

  private toolPlan(text: string): string {
    if (text === "") return "";
    return this.endContent() + frame("tool-plan-delta", { delta: { message: { tool_plan: text } } });
  }

  private startCall(index: number, id: string, name: string, text: string): string {
    this.calls[index] = { id, argued: text !== "" };
    const delta = { message: { tool_calls: encodeCall(id, name, text) } };
    return this.endContent() + frame("tool-call-start", { index, delta });
  }

  private callArguments(index: number, text: string): string {
    const call = this.calls[index];
    if (call !== undefined) call.argued = true;
    const delta = { message: { tool_calls: { function: { arguments: text } } } };
    return frame("tool-call-delta", { index, delta });
  }

  /** A call that was not previewed is sent whole; one whose arguments came as a value gets them now. */
  private wholeCall(id: string, name: string, input: unknown): string {
    const known = this.calls.findIndex((call) => call?.id === id);
    const index = known < 0 ? this.calls.length : known;
    const json = JSON.stringify(input);
    const begun = known < 0 ? this.startCall(index, id, name, json) : "";
    const call = this.calls[index];
    const argued = begun !== "" || call?.argued === true ? "" : this.callArguments(index, json);
    return begun + argued + frame("tool-call-end", { index });
  }

  private cite(citations: Members): string {
    const index = this.citations++;
    return frame("citation-start", { index, delta: { message: { citations } } }) + frame("citation-end", { index });
  }

  private finish({ finishReason, usage }: FinishEvent): string {
    const delta = {
      finish_reason: finishReasons[finishReason],
      ...(usage.state === "absent" ? {} : { usage: encodeUsage(usage) }),
    };
    return this.endContent() + frame("message-end", { delta });
  }
}

function frame(type: string, members: Members): string {
  return `event: ${type}\ndata: ${JSON.stringify({ type, ...members })}\n\n`;
}
