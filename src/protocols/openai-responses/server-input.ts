/** Input items of a Responses request as neutral messages. */

import type { AnyMessage, AssistantPart, ImagePart, Replay, TextPart, UserPart } from "../../chat/message.js";
import { dataUrl } from "../media.js";
import { asList, asName, asObject, asOneOf, asText, type Members, optional, present, refuse } from "../served-input.js";
import { asArguments } from "../served-tools.js";
import { openPart, type SealedReplay } from "./server-replay.js";
import { protocolId } from "./wire.js";

/** A text is one user message; items of the model that follow each other are one assistant message. */
export function decodeInput(value: unknown, modelId: string): readonly AnyMessage[] {
  if (typeof value === "string") return [{ role: "user", content: value }];
  const history = new History(modelId);
  asList(value, "input").forEach((item, i) => {
    history.add(asObject(item, `input[${i}]`), `input[${i}]`);
  });
  return history.messages;
}

class History {
  readonly messages: AnyMessage[] = [];
  private readonly modelId: string;
  /** Parts of the assistant message that is still open. */
  private parts: AssistantPart[] | undefined;
  private readonly toolNames = new Map<string, string>();

  constructor(modelId: string) {
    this.modelId = modelId;
  }

  add(item: Members, path: string): void {
    const type = present(item.type) ? asName(item.type, `${path}.type`) : "message";
    switch (type) {
      case "message":
        this.message(item, path);
        break;
      case "function_call":
      case "custom_tool_call":
        this.toolCall(item, type, path);
        break;
      case "function_call_output":
      case "custom_tool_call_output":
        this.toolResult(item, path);
        break;
      case "reasoning":
        this.reasoning(item, path);
        break;
      case "image_generation_call":
        this.image(item, path);
        break;
      case "item_reference":
        refuse(path, "stored items are not served; send the item itself");
        break;
      default:
        this.assistant({ type: "opaque", replay: this.replay(item) });
    }
  }

  private message(item: Members, path: string): void {
    const role = asOneOf(item.role, ["system", "developer", "user", "assistant"], `${path}.role`);
    if (role === "assistant") {
      for (const text of assistantTexts(item.content, `${path}.content`)) this.assistant(this.textPart(text, item));
      return;
    }
    this.parts = undefined;
    const content = userContent(item.content, `${path}.content`);
    if (role === "user") this.messages.push({ role, content });
    else this.messages.push({ role: "system", content: systemContent(content, path) });
  }

  private textPart(text: string, item: Members): TextPart {
    const replay = present(item.phase) ? this.replay(item) : undefined;
    return { type: "text", text, ...(replay === undefined ? {} : { replay }) };
  }

  private toolCall(item: Members, type: "function_call" | "custom_tool_call", path: string): void {
    const id = asName(item.call_id, `${path}.call_id`);
    const name = asName(item.name, `${path}.name`);
    this.toolNames.set(id, name);
    const custom = type === "custom_tool_call";
    const input = custom ? asText(item.input, `${path}.input`) : asArguments(item.arguments, `${path}.arguments`);
    const replay = custom ? this.replay(item) : undefined;
    this.assistant({ type: "tool-call", id, name, input, ...(replay === undefined ? {} : { replay }) });
  }

  private toolResult(item: Members, path: string): void {
    this.parts = undefined;
    const toolCallId = asName(item.call_id, `${path}.call_id`);
    const content = resultContent(userContent(item.output, `${path}.output`), `${path}.output`);
    this.messages.push({ role: "tool", toolCallId, toolName: this.toolNames.get(toolCallId) ?? "", content });
  }

  private reasoning(item: Members, path: string): void {
    const sealed = openPart(item.encrypted_content);
    if (sealed === undefined || sealed.type === "reasoning") {
      const replay = sealed?.replay ?? this.replay(item);
      this.assistant({ type: "reasoning", text: reasoningText(item, path), replay });
    } else if (sealed.type === "opaque") this.assistant({ type: "opaque", replay: sealed.replay });
    else this.attach(sealed);
  }

  /** Gives a part of the same assistant message its replay back. */
  private attach({ type, replay, toolCallId }: SealedReplay): void {
    const index = (this.parts ?? []).findLastIndex(
      (part) => part.type === type && (part.type !== "tool-call" || part.id === toolCallId),
    );
    const part = this.parts?.[index];
    if (part !== undefined) this.parts?.splice(index, 1, { ...part, replay } as AssistantPart);
  }

  private image(item: Members, path: string): void {
    const replay = this.replay(item);
    if (present(item.result)) this.assistant({ type: "image", image: asName(item.result, `${path}.result`), replay });
    else this.assistant({ type: "opaque", replay });
  }

  private assistant(part: AssistantPart): void {
    if (this.parts === undefined) {
      this.parts = [];
      this.messages.push({ role: "assistant", content: this.parts });
    }
    this.parts.push(part);
  }

  /** An item made elsewhere: whose it is is not known here. */
  private replay(item: Members): Replay {
    return { protocol: protocolId, provider: "", model: this.modelId, data: item };
  }
}

function reasoningText(item: Members, path: string): string {
  const summary = optional(asList, item.summary, `${path}.summary`) ?? [];
  const content = optional(asList, item.content, `${path}.content`) ?? [];
  const at = summary.length > 0 ? `${path}.summary` : `${path}.content`;
  return (summary.length > 0 ? summary : content)
    .map((part, i) => asText(asObject(part, `${at}[${i}]`).text, `${at}[${i}].text`))
    .join("\n\n");
}

function assistantTexts(content: unknown, path: string): readonly string[] {
  if (typeof content === "string") return [content];
  return asList(content, path).map((item, i) => {
    const at = `${path}[${i}]`;
    const part = asObject(item, at);
    const type = asOneOf(part.type, ["output_text", "refusal", "input_text"], `${at}.type`);
    return type === "refusal" ? asText(part.refusal, `${at}.refusal`) : asText(part.text, `${at}.text`);
  });
}

function userContent(content: unknown, path: string): string | readonly UserPart[] {
  if (typeof content === "string") return content;
  return asList(content, path).map((item, i) => userPart(asObject(item, `${path}[${i}]`), `${path}[${i}]`));
}

function systemContent(content: string | readonly UserPart[], path: string): string | readonly TextPart[] {
  if (typeof content === "string") return content;
  return content.map((part, i) =>
    part.type === "text" ? part : refuse(`${path}.content[${i}]`, "instructions are text only"),
  );
}

function resultContent(
  content: string | readonly UserPart[],
  path: string,
): string | readonly (TextPart | ImagePart)[] {
  if (typeof content === "string") return content;
  return content.map((part, i) =>
    part.type === "text" || part.type === "image"
      ? part
      : refuse(`${path}[${i}]`, "tool results of text and images are served"),
  );
}

const userPartTypes = ["input_text", "input_image", "input_file", "input_audio"] as const;

function userPart(part: Members, path: string): UserPart {
  switch (asOneOf(part.type, userPartTypes, `${path}.type`)) {
    case "input_text":
      return { type: "text", text: asText(part.text, `${path}.text`) };
    case "input_image":
      return imagePart(part, path);
    case "input_file":
      return filePart(part, path);
    case "input_audio": {
      const audio = asObject(part.input_audio, `${path}.input_audio`);
      const format = asOneOf(audio.format, ["mp3", "wav"], `${path}.input_audio.format`);
      const mediaType = format === "mp3" ? "audio/mpeg" : "audio/wav";
      return { type: "audio", audio: asName(audio.data, `${path}.input_audio.data`), mediaType };
    }
  }
}

function imagePart(part: Members, path: string): ImagePart {
  refuseFileId(part, path);
  const image = asName(part.image_url, `${path}.image_url`);
  const detail = optional((v, p) => asOneOf(v, ["low", "high", "auto"], p), part.detail, `${path}.detail`);
  return { type: "image", image, ...(detail === undefined ? {} : { detail }) };
}

function filePart(part: Members, path: string): UserPart {
  refuseFileId(part, path);
  const filename = optional(asText, part.filename, `${path}.filename`);
  const named = filename === undefined ? {} : { filename };
  if (present(part.file_url)) return { type: "pdf", pdf: asName(part.file_url, `${path}.file_url`), ...named };
  const data = asName(part.file_data, `${path}.file_data`);
  if (!data.startsWith("data:")) return { type: "pdf", pdf: dataUrl(data, "application/pdf"), ...named };
  if (!data.startsWith("data:application/pdf")) refuse(`${path}.file_data`, "only PDF files are served");
  return { type: "pdf", pdf: data, ...named };
}

function refuseFileId(part: Members, path: string): void {
  if (present(part.file_id)) refuse(`${path}.file_id`, "uploaded files are not served; send the data");
}
