/** Structured output: reads it off the finished answer and validates it, whichever way it was asked for. */
import type { FinishEvent, ProtocolEvent } from "../chat/events.js";
import { validate } from "../chat/json-schema.js";
import type { AssistantPart } from "../chat/message.js";
import type { NeutralOutput } from "../chat/request.js";
import { TransportError } from "../errors.js";
import { chooserOf } from "./passed-output.js";
import { isToolCall, textOf } from "./reply.js";

interface OutputOption {
  readonly schema: unknown;
  readonly name?: string | undefined;
  readonly description?: string | undefined;
}

/** The schema that the caller gave, alone or with name and description. */
export function outputOption(output: unknown): OutputOption {
  const isOption =
    typeof output === "object" && output !== null && "schema" in output && !("~standard" in output || "type" in output);
  return isOption ? (output as OutputOption) : { schema: output };
}

/** The validated value; nothing when the model called other tools first, or the output is passed on. Throws "invalid-output" with the raw text. */
export async function readOutput(finish: FinishEvent, wanted: unknown): Promise<unknown> {
  if (chooserOf(wanted) !== undefined) return undefined;
  const content = partsOf(finish);
  if (content.some(isToolCall)) return undefined;
  const text = textOf(content);
  const fail = (message: string): TransportError =>
    new TransportError("invalid-output", message, { text, partial: { text, usage: finish.usage } });
  if (finish.finishReason !== "stop") throw fail(`there is no output: the answer ended with "${finish.finishReason}"`);
  let value: unknown;
  try {
    value = JSON.parse(withoutFence(text));
  } catch {
    throw fail("the output is no JSON");
  }
  const checked = await validate(outputOption(wanted).schema, value);
  if ("problem" in checked) throw fail(`the output does not fit its schema: ${checked.problem}`);
  return checked.value;
}

function partsOf({ message: { content } }: FinishEvent): readonly AssistantPart[] {
  return typeof content === "string" ? [{ type: "text", text: content }] : content;
}

/** Models that are only asked for JSON often put it into a Markdown code block. */
function withoutFence(text: string): string {
  const trimmed = text.trim();
  if (!trimmed.startsWith("```") || !trimmed.endsWith("```")) return trimmed;
  return trimmed.slice(trimmed.indexOf("\n") + 1, -3);
}

/**
 * Shows the forced call of the output tool as what it is, the answer's text: so a stream gives text deltas on every
 * path, and the history holds an answer instead of a call that nobody will answer.
 */
export class OutputToolReader {
  private readonly name: string;
  private index: number | undefined;
  private streamed = false;

  constructor({ name }: NeutralOutput) {
    this.name = name;
  }

  read(events: readonly ProtocolEvent[]): ProtocolEvent[] {
    return events.flatMap((event) => this.translate(event));
  }

  private translate(event: ProtocolEvent): ProtocolEvent[] {
    switch (event.type) {
      case "tool-call-start":
        if (event.name !== this.name) return [event];
        this.index = event.index;
        return [];
      case "tool-call-delta":
        if (event.index !== this.index) return [event];
        this.streamed = true;
        return [{ type: "text-delta", text: event.text }];
      case "tool-call":
        if (event.name !== this.name) return [event];
        return this.streamed ? [] : [{ type: "text-delta", text: JSON.stringify(event.input) }];
      case "finish":
        return [this.translateFinish(event)];
      default:
        return [event];
    }
  }

  private translateFinish(event: FinishEvent): FinishEvent {
    const content = partsOf(event);
    const answer = content.find((part) => isToolCall(part) && part.name === this.name);
    if (answer === undefined || !isToolCall(answer)) return event;
    // Text beside the call is talk, not the answer.
    const kept = content.filter((part) => part.type !== "text" && !isToolCall(part));
    const text = { type: "text", text: JSON.stringify(answer.input) } as const;
    return { ...event, finishReason: "stop", message: { role: "assistant", content: [...kept, text] } };
  }
}
