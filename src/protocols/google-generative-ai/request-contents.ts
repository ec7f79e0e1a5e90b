/** Neutral messages as Gemini contents and a system instruction. */
import type { AnyMessage, AssistantMessage, SystemMessage, ToolMessage, UserMessage } from "../../chat/message.js";
import type { ChatCall } from "../protocol.js";
import {
  encodeAssistantPart,
  encodeToolImages,
  encodeToolResult,
  encodeUserPart,
  idOf,
  ownReplay,
} from "./request-parts.js";
import type { Members, WireContent, WirePart } from "./wire.js";
import { wordOf } from "./wire-read.js";

export interface EncodedMessages {
  readonly systemInstruction?: { readonly parts: readonly WirePart[] };
  readonly contents: readonly WireContent[];
}

/** `instruction` is text of ours for the end of the system instruction. */
export function encodeMessages(call: ChatCall, instruction: string | undefined): EncodedMessages {
  const { messages } = call.request;
  const system: WirePart[] = [];
  const contents: WireContent[] = [];
  const calls = new CallIndex(call);
  const lastUser = messages.findLastIndex((message) => message.role === "user");
  for (let i = 0; i < messages.length; i++) {
    const message = messages[i]!;
    const path = `messages[${i}]`;
    switch (message.role) {
      case "system":
        encodeSystem(message, { call, path, system, contents });
        break;
      case "user":
        contents.push({ role: "user", parts: encodeUser(message, call, path) });
        break;
      case "assistant":
        calls.note(message);
        encodeAssistant(message, { call, path, contents, current: i > lastUser });
        break;
      case "tool": {
        const results = toolRun(messages, i);
        contents.push(...encodeTools(results, i, calls));
        i += results.length - 1;
      }
    }
  }
  if (instruction !== undefined) {
    if (call.model.features.systemRole === false) contents.unshift({ role: "user", parts: [{ text: instruction }] });
    else system.push({ text: instruction });
  }
  return { ...(system.length === 0 ? {} : { systemInstruction: { parts: system } }), contents };
}

interface Target {
  readonly call: ChatCall;
  readonly path: string;
  readonly contents: WireContent[];
}

/** There is one instruction for the whole conversation; models without it (Gemma) get the text as the user's. */
function encodeSystem(message: SystemMessage, to: Target & { readonly system: WirePart[] }): void {
  const { call, path, contents, system } = to;
  const parts =
    typeof message.content === "string"
      ? [{ text: message.content }]
      : message.content.map((part, i) => encodeUserPart(part, { call, path: `${path}.content[${i}]` }));
  if (call.model.features.systemRole === false) {
    call.adjust({
      path,
      action: "rewritten",
      reason: "the model takes no system instruction: sent as the user's text",
    });
    contents.push({ role: "user", parts });
    return;
  }
  if (contents.length > 0)
    call.adjust({ path, action: "rewritten", reason: "system text has one place: moved before the conversation" });
  system.push(...parts);
}

function encodeUser({ content }: UserMessage, call: ChatCall, path: string): readonly WirePart[] {
  if (typeof content === "string") return [{ text: content }];
  return content.map((part, i) => encodeUserPart(part, { call, path: `${path}.content[${i}]` }));
}

function encodeAssistant({ content }: AssistantMessage, to: Target & { readonly current: boolean }): void {
  const { call, path, contents, current } = to;
  const parts =
    typeof content === "string"
      ? content === ""
        ? []
        : [{ text: content }]
      : content.flatMap((part, i) => encodeAssistantPart(part, { call, path: `${path}.content[${i}]` }));
  if (parts.length === 0) call.adjust({ path, action: "dropped", reason: "nothing of the message can be sent" });
  else contents.push({ role: "model", parts: current ? withSignature(parts, call, path) : parts });
}

// Gemini 3 refuses calls of the current turn whose first one is unsigned. For calls that it did not make itself the
// documentation gives this value. https://ai.google.dev/gemini-api/docs/thought-signatures
const unsignedCall = "skip_thought_signature_validator";

function withSignature(parts: WireContent["parts"], call: ChatCall, path: string): WireContent["parts"] {
  const first = parts.findIndex((part) => part.functionCall !== undefined);
  const part: Members | WirePart | undefined = parts[first];
  if (part === undefined || part.thoughtSignature !== undefined) return parts;
  if (call.model.reasoning?.replay !== "required") return parts;
  call.adjust({ path, action: "added", reason: "the model wants a signature on calls that it did not make itself" });
  return parts.with(first, { ...part, thoughtSignature: unsignedCall });
}

/** The tool messages that follow each other from `start`: all results of one turn are one content. */
function toolRun(messages: readonly AnyMessage[], start: number): readonly ToolMessage[] {
  const run: ToolMessage[] = [];
  for (let i = start; messages[i]?.role === "tool"; i++) run.push(messages[i] as ToolMessage);
  return run;
}

function encodeTools(results: readonly ToolMessage[], start: number, calls: CallIndex): readonly WireContent[] {
  const placed = results
    .map((message, i) => ({ message, path: `messages[${start + i}]`, order: calls.orderOf(message.toolCallId) }))
    // Without ids on the wire, results belong to calls by their order.
    .sort((a, b) => a.order - b.order);
  const responses = placed.map(({ message }) => encodeToolResult(message, calls.called(message)));
  const images = placed.flatMap(({ message, path }) => encodeToolImages(message, { call: calls.call, path }));
  const contents: WireContent[] = [{ role: "user", parts: responses }];
  return images.length === 0 ? contents : [...contents, { role: "user", parts: images }];
}

/** The calls of the history by their neutral ids: names, order, and the ids that the wire knows. */
class CallIndex {
  readonly call: ChatCall;
  private count = 0;
  private readonly byId = new Map<string, { readonly name: string; readonly id?: string; readonly order: number }>();

  constructor(call: ChatCall) {
    this.call = call;
  }

  note({ content }: AssistantMessage): void {
    if (typeof content === "string") return;
    for (const part of content)
      if (part.type === "tool-call")
        this.byId.set(part.id, {
          name: part.name,
          order: this.count++,
          ...idOf(ownReplay(part.replay, this.call)),
        });
  }

  orderOf(id: string): number {
    return this.byId.get(id)?.order ?? this.count;
  }

  called({ toolCallId, toolName }: ToolMessage): { readonly id?: string; readonly name: string } {
    const known = this.byId.get(toolCallId);
    const id = known?.id;
    return { ...(id === undefined ? {} : { id }), name: wordOf(toolName) ?? known?.name ?? "" };
  }
}
