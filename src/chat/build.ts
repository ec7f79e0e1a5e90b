/** Constructors of messages and parts. */
import type {
  AssistantMessage,
  AudioPart,
  ImagePart,
  MediaSource,
  PdfPart,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserMessage,
  UserPart,
  VideoPart,
} from "./message.js";

type Rest<Part, Fixed extends keyof Part> = Omit<Part, "type" | Fixed>;

/** A text part. */
export function text(text: string, rest?: Rest<TextPart, "text">): TextPart {
  return { type: "text", text, ...rest };
}

/** A picture: URL, `data:` URL, bytes or base64. */
export function image(image: MediaSource, rest?: Rest<ImagePart, "image">): ImagePart {
  return { type: "image", image, ...rest };
}

/** Sound: URL, `data:` URL, bytes or base64. */
export function audio(audio: MediaSource, rest?: Rest<AudioPart, "audio">): AudioPart {
  return { type: "audio", audio, ...rest };
}

/** A film: URL, `data:` URL, bytes or base64. */
export function video(video: MediaSource, rest?: Rest<VideoPart, "video">): VideoPart {
  return { type: "video", video, ...rest };
}

/** A PDF document: URL, `data:` URL, bytes or base64. */
export function pdf(pdf: MediaSource, rest?: Rest<PdfPart, "pdf">): PdfPart {
  return { type: "pdf", pdf, ...rest };
}

/** A message of the user; strings become text parts, and a single string stays a string. */
export function user<const Content extends readonly (string | UserPart)[]>(
  ...content: Content
): UserMessage<TextPart | Exclude<Content[number], string>> {
  const [only] = content;
  if (content.length === 1 && typeof only === "string") return { role: "user", content: only };
  const parts = content.map((part) => (typeof part === "string" ? text(part) : part));
  return { role: "user", content: parts as (TextPart | Exclude<Content[number], string>)[] };
}

/** Instructions that stand above the conversation. */
export function system(content: string | readonly TextPart[]): SystemMessage {
  return { role: "system", content };
}

/** An earlier answer of the model, as text. Answers with calls or reasoning: append `reply.message`. */
export function assistant(content: string): AssistantMessage<TextPart> {
  return { role: "assistant", content };
}

/** The result of a tool call; `call` is an entry of `reply.toolCalls`. Anything but a string or parts is sent as JSON. */
export function toolResult(
  call: { readonly id: string; readonly name: string },
  result: unknown,
  rest?: { readonly isError?: boolean },
): ToolMessage {
  return { role: "tool", toolCallId: call.id, toolName: call.name, content: toolContent(result), ...rest };
}

function toolContent(result: unknown): ToolMessage["content"] {
  if (typeof result === "string") return result;
  if (Array.isArray(result) && result.length > 0 && result.every(isToolPart)) return result;
  // Functions and undefined have no JSON.
  return JSON.stringify(result) ?? "";
}

function isToolPart(part: unknown): part is TextPart | ImagePart {
  if (typeof part !== "object" || part === null || !("type" in part)) return false;
  return (part.type === "text" && "text" in part) || (part.type === "image" && "image" in part);
}
