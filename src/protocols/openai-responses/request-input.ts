/** The history as input items of the Responses API. */

import type {
  AnyMessage,
  AssistantMessage,
  AssistantPart,
  ImagePart,
  TextPart,
  ToolCallPart,
  ToolMessage,
  UserPart,
} from "../../chat/message.js";
import { CapabilityError } from "../../errors.js";
import { objectsOf, textOf } from "../lenient.js";
import { dataUrl, mediaOf } from "../media.js";
import type { ChatCall } from "../protocol.js";
import { ToolCallIds } from "./request-ids.js";
import { ownItem, type WireInputItem, type WireInputPart, type WireItem, type WireObject, without } from "./wire.js";

/** `stateless`: the provider keeps no turns, so items must stand for themselves. */
export function encodeInput(call: ChatCall, stateless: boolean): readonly WireInputItem[] {
  return new InputEncoder(call, stateless).encode(call.request.messages);
}

/**
 * Items that need no id to be understood. A provider that keeps nothing cannot look ids up, and with an id it insists
 * on the neighbours that the item had when it was made.
 */
const idLess: ReadonlySet<unknown> = new Set([
  "message",
  "reasoning",
  "function_call",
  "custom_tool_call",
  "web_search_call",
]);

class InputEncoder {
  private readonly call: ChatCall;
  private readonly stateless: boolean;
  private readonly ids: ToolCallIds;
  /** Calls of tools that take free text: their results have a type of their own. */
  private readonly customCalls = new Set<string>();

  constructor(call: ChatCall, stateless: boolean) {
    this.call = call;
    this.stateless = stateless;
    this.ids = new ToolCallIds(call.adjust);
  }

  encode(messages: readonly AnyMessage[]): readonly WireInputItem[] {
    return messages.flatMap((message, i) => this.message(message, `messages[${i}]`));
  }

  private message(message: AnyMessage, path: string): readonly WireInputItem[] {
    switch (message.role) {
      case "system":
      case "user":
        return [{ role: message.role, content: encodeContent(message.content, path) }];
      case "assistant":
        return this.assistant(message, path);
      case "tool":
        return [this.toolResult(message, path)];
    }
  }

  private assistant({ content }: AssistantMessage, path: string): readonly WireInputItem[] {
    if (typeof content === "string") return [{ role: "assistant", content }];
    return content.flatMap((part, i) => this.assistantPart(part, `${path}.content[${i}]`) ?? []);
  }

  private assistantPart(part: AssistantPart, path: string): WireInputItem | undefined {
    const own = "replay" in part ? ownItem(this.call, part.replay) : undefined;
    switch (part.type) {
      case "text":
        return part.text === "" && own !== undefined ? undefined : this.text(part.text, own);
      case "tool-call":
        return this.toolCall(part, own, path);
      case "reasoning":
        return own === undefined ? this.drop(path, "reasoning of another model") : this.reasoning(own, path);
      case "opaque":
        return own === undefined ? this.drop(path, "a block of another model") : this.replayed(own);
      case "image":
        return own === undefined ? this.drop(path, "pictures in answers") : this.image(part, own);
      case "audio":
        return this.drop(path, "audio in answers");
    }
  }

  private text(text: string, own: WireObject | undefined): WireInputItem {
    if (own === undefined) return { role: "assistant", content: text };
    const content = [{ type: "output_text", text, annotations: [] }] as const;
    return { ...this.replayed(own), type: "message", role: "assistant", content };
  }

  private toolCall(part: ToolCallPart, own: WireObject | undefined, path: string): WireInputItem {
    const call_id = this.ids.call(part.id, `${path}.id`);
    if (own?.type === "custom_tool_call") {
      this.customCalls.add(part.id);
      return { ...this.replayed(own), call_id };
    }
    // The model's own text of the arguments, so that the cached prefix stays the same.
    const text = textOf(own?.arguments) ?? JSON.stringify(part.input ?? {});
    const item = own === undefined ? {} : this.replayed(own);
    return { ...item, type: "function_call", call_id, name: part.name, arguments: text };
  }

  /** Reasoning that is neither encrypted nor readable is known to the provider by its id only. */
  private reasoning(own: WireObject, path: string): WireInputItem | undefined {
    const encrypted = textOf(own.encrypted_content);
    const content = objectsOf(own.content);
    if (this.stateless && encrypted === undefined && content.length === 0)
      return this.drop(path, "reasoning without its encrypted form");
    return {
      ...without(this.replayed(own), "encrypted_content", "content"),
      type: "reasoning",
      summary: objectsOf(own.summary),
      ...(content.length === 0 ? {} : { content }),
      ...(encrypted === undefined ? {} : { encrypted_content: encrypted }),
    };
  }

  private image(part: ImagePart, own: WireObject): WireInputItem {
    const media = mediaOf(part.image, part.mediaType);
    return { ...this.replayed(own), result: "url" in media ? media.url : media.base64 };
  }

  private replayed(own: WireObject): WireItem {
    const type = textOf(own.type) ?? "message";
    return { ...(this.stateless && idLess.has(type) ? without(own, "id", "status") : own), type };
  }

  private toolResult(message: ToolMessage, path: string): WireInputItem {
    const custom = this.customCalls.has(message.toolCallId);
    return {
      type: custom ? "custom_tool_call_output" : "function_call_output",
      call_id: this.ids.result(message.toolCallId),
      output: encodeContent(message.content, path),
    };
  }

  private drop(path: string, what: string): undefined {
    this.call.adjust({ path, action: "dropped", reason: `${what} cannot be sent back to this model` });
  }
}

function encodeContent(
  content: string | readonly (TextPart | UserPart)[],
  path: string,
): string | readonly WireInputPart[] {
  if (typeof content === "string") return content;
  return content.map((part, i) => encodePart(part, `${path}.content[${i}]`));
}

function encodePart(part: UserPart, path: string): WireInputPart {
  switch (part.type) {
    case "text":
      return { type: "input_text", text: part.text };
    case "image": {
      const media = mediaOf(part.image, part.mediaType);
      const image_url = "url" in media ? media.url : dataUrl(media.base64, media.mediaType);
      return { type: "input_image", image_url, ...(part.detail === undefined ? {} : { detail: part.detail }) };
    }
    case "pdf": {
      const media = mediaOf(part.pdf, "application/pdf");
      if ("url" in media) return { type: "input_file", file_url: media.url };
      // File data is refused without a name.
      const filename = part.filename ?? "document.pdf";
      return { type: "input_file", filename, file_data: dataUrl(media.base64, media.mediaType) };
    }
    case "audio": {
      const media = mediaOf(part.audio, part.mediaType);
      if ("url" in media) return refuse("audio by URL", path);
      const format = audioFormats[media.mediaType];
      if (format === undefined) return refuse(`audio of type ${media.mediaType}`, path);
      return { type: "input_audio", input_audio: { data: media.base64, format } };
    }
    case "video":
      return refuse("video", path);
  }
}

const audioFormats: { readonly [mediaType: string]: "mp3" | "wav" } = {
  "audio/mpeg": "mp3",
  "audio/mp3": "mp3",
  "audio/wav": "wav",
  "audio/x-wav": "wav",
};

function refuse(what: string, path: string): never {
  throw new CapabilityError("unsupported", `${path}: the Responses API does not take ${what}`, { path });
}
