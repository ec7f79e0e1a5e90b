/** A request without some of what it asks for, and a list of what that changed. */
import type { AnyMessage, AssistantMessage, AssistantPart, TextPart, ToolMessage, UserPart } from "../chat/message.js";
import type { ChatOptions } from "../client/options.js";
import type { Degradable } from "../model/degraded.js";
import type { Adjustment } from "../protocols/protocol.js";

/** Without tools there is no loop that they could be about. */
const loopOptions = ["approve", "stopWhen", "onStep", "prepareStep"];

type Note = (path: string, action: Adjustment["action"], from?: unknown) => void;

/** `reason` says in each adjustment why it was made. */
export function leaveOut(
  options: ChatOptions,
  without: ReadonlySet<Degradable>,
  reason: string,
): { readonly options: ChatOptions; readonly adjustments: readonly Adjustment[] } {
  const adjustments: Adjustment[] = [];
  const note: Note = (path, action, from) =>
    void adjustments.push({ path, action, reason, ...(from === undefined ? {} : { from }) });
  const kept: Record<string, unknown> = { ...options };
  const dropped = [...without].flatMap((name) =>
    name === "tools" ? ["tools", "toolChoice", "parallelTools", "maxSteps", ...loopOptions] : [name],
  );
  for (const name of dropped) {
    if (kept[name] === undefined) continue;
    note(name, "dropped", name === "tools" ? Object.keys(options.tools ?? {}) : kept[name]);
    delete kept[name];
  }
  const { messages } = options;
  if (typeof messages !== "string")
    kept.messages = messages.map((message, i) => messageWithout(message, without, `messages[${i}]`, note));
  return { options: kept as unknown as ChatOptions, adjustments };
}

function messageWithout(message: AnyMessage, without: ReadonlySet<Degradable>, path: string, note: Note): AnyMessage {
  if (message.role === "tool") {
    if (!without.has("tools")) return message;
    note(path, "rewritten");
    return { role: "user", content: `Result of ${message.toolName}: ${textOf(message)}` };
  }
  if (typeof message.content === "string" || message.role === "system") return message;
  const content = message.content.map((part, j): UserPart | AssistantPart => {
    const text = message.role === "assistant" ? callAsText(part, without) : mediaAsText(part, without);
    if (text === undefined) return part;
    note(`${path}.content[${j}]`, "replaced", part.type);
    return { type: "text", text };
  });
  return { ...message, content } as AnyMessage;
}

function mediaAsText({ type }: UserPart | AssistantPart, without: ReadonlySet<Degradable>): string | undefined {
  const isMedia = type === "image" || type === "pdf" || type === "audio" || type === "video";
  return isMedia && without.has(type) ? `[${type} left out]` : undefined;
}

function callAsText(
  part: AssistantMessage["content"][number] | UserPart,
  without: ReadonlySet<Degradable>,
): string | undefined {
  if (typeof part === "string" || part.type !== "tool-call" || !without.has("tools")) return undefined;
  return `Called ${part.name} with ${JSON.stringify(part.input)}.`;
}

function textOf({ content }: ToolMessage): string {
  if (typeof content === "string") return content;
  return content.map((part): string => (part.type === "text" ? (part as TextPart).text : "[image]")).join("\n");
}
