/** Builds the reply of a chat call from the steps that led to it. */
import type { Cost } from "../chat/cost.js";
import type { FinishEvent, Source } from "../chat/events.js";
import type { AddedMessage, AssistantPart, AudioPart, ImagePart, ToolCallPart } from "../chat/message.js";
import type { OutputPath } from "../chat/request.js";
import { addUsage } from "../chat/usage.js";
import type { Attempt } from "../errors.js";
import type { Step } from "../model/reply.js";
import type { Adjustment, ChatCall } from "../protocols/protocol.js";
import type { AnyReply } from "./any-reply.js";
import type { ModelCall } from "./handler.js";

/** What a call has gathered when its last answer is complete. */
export interface Gathered {
  readonly finish: FinishEvent;
  readonly steps: readonly Step[];
  readonly messages: readonly AddedMessage[];
  readonly sources: readonly Source[];
  /** The calls left to the caller. */
  readonly calls: AnyReply["toolCalls"];
  readonly id: string | undefined;
  readonly requestId: string | undefined;
  readonly output: unknown;
  readonly outputPath: OutputPath | undefined;
  readonly timing: AnyReply["timing"];
  readonly cost: Cost;
}

type RepliedCall = Pick<ChatCall, "provider" | "modelId"> &
  Pick<ModelCall, "generation" | "chosenBy"> & {
    readonly adjustments: readonly Adjustment[];
    readonly attempts: readonly Attempt[];
  };

/** Every member is written out: spreading so many costs as much as the rest of the call's bookkeeping. */
export function replyOf(call: RepliedCall, gathered: Gathered): AnyReply {
  const { finish, steps, calls } = gathered;
  const { message } = finish;
  const content: readonly AssistantPart[] =
    typeof message.content === "string" ? [{ type: "text", text: message.content }] : message.content;
  return {
    text: textOf(content),
    content,
    message,
    messages: gathered.messages,
    toolCalls: calls,
    reasoning: reasoningOf(content),
    images: content.filter(isImage),
    audio: content.find(isAudio),
    sources: gathered.sources,
    output: gathered.output,
    outputPath: gathered.outputPath,
    finishReason: finish.finishReason,
    rawFinishReason: finish.rawFinishReason,
    usage: addUsage(steps.map((step) => step.usage)),
    cost: gathered.cost,
    adjustments: call.adjustments,
    attempts: [...call.attempts],
    provider: call.provider.id,
    model: call.modelId,
    chosenBy: call.chosenBy ?? "program",
    generation: call.generation,
    id: gathered.id,
    requestId: gathered.requestId,
    steps,
    timing: gathered.timing,
  };
}

function reasoningOf(content: readonly AssistantPart[]): string | undefined {
  let text: string | undefined;
  for (const part of content) if (part.type === "reasoning") text = (text ?? "") + part.text;
  return text;
}

/** All text of an answer, joined. */
export function textOf(content: readonly AssistantPart[]): string {
  let text = "";
  for (const part of content) if (part.type === "text") text += part.text;
  return text;
}

const isImage = (part: AssistantPart): part is ImagePart => part.type === "image";
const isAudio = (part: AssistantPart): part is AudioPart => part.type === "audio";
export const isToolCall = (part: AssistantPart): part is ToolCallPart => part.type === "tool-call";
