/** The message history of a chat completion request as neutral messages. */

import type { AnyMessage, AssistantPart, CacheMark, ReasoningPart, TextPart, UserPart } from "../../chat/message.js";
import { dataUrl } from "../media.js";
import { openReplay } from "../served-answer.js";
import { asList, asName, asObject, asOneOf, asText, type Members, optional, present, refuse } from "../served-input.js";
import { functionCall } from "../served-tools.js";

const roles = ["system", "developer", "user", "assistant", "tool"] as const;

export function decodeMessages(value: unknown, modelId: string): readonly AnyMessage[] {
  const list = asList(value, "messages");
  if (list.length === 0) refuse("messages", "must hold at least one message");
  const toolNames = new Map<string, string>();
  return list.map((item, i) =>
    decodeMessage(asObject(item, `messages[${i}]`), { path: `messages[${i}]`, modelId, toolNames }),
  );
}

function decodeMessage(message: Members, place: MessagePlace): AnyMessage {
  const { path } = place;
  switch (asOneOf(message.role, roles, `${path}.role`)) {
    case "system":
    case "developer":
      return { role: "system", content: texts(message.content, `${path}.content`) };
    case "user":
      return { role: "user", content: userContent(message.content, `${path}.content`) };
    case "assistant":
      return assistantMessage(message, place);
    case "tool":
      return toolMessage(message, place);
  }
}

interface MessagePlace {
  readonly path: string;
  readonly modelId: string;
  /** Names by call id, for the tool results that follow. */
  readonly toolNames: Map<string, string>;
}

function texts(value: unknown, path: string): string | readonly TextPart[] {
  if (typeof value === "string") return value;
  return asList(value, path).map((item, i) => {
    const part = asObject(item, `${path}[${i}]`);
    asOneOf(part.type, ["text"], `${path}[${i}].type`);
    return textPart(part, `${path}[${i}]`);
  });
}

function textPart(part: Members, path: string): TextPart {
  const cache = cacheMark(part, path);
  return { type: "text", text: asText(part.text, `${path}.text`), ...(cache === undefined ? {} : { cache }) };
}

/** OpenRouter and other hosts of Claude take Anthropic's cache marks on OpenAI parts. */
function cacheMark(part: Members, path: string): CacheMark | undefined {
  const control = optional(asObject, part.cache_control, `${path}.cache_control`);
  if (control === undefined) return undefined;
  return optional((v, p) => asOneOf(v, ["5m", "1h"], p), control.ttl, `${path}.cache_control.ttl`) ?? "5m";
}

function userContent(value: unknown, path: string): string | readonly UserPart[] {
  if (typeof value === "string") return value;
  return asList(value, path).map((item, i) => userPart(asObject(item, `${path}[${i}]`), `${path}[${i}]`));
}

/** `document_url`, and `image_url` as a plain string, are Mistral's. */
const userPartTypes = ["text", "image_url", "input_audio", "file", "video_url", "document_url"] as const;

function userPart(part: Members, path: string): UserPart {
  switch (asOneOf(part.type, userPartTypes, `${path}.type`)) {
    case "text":
      return textPart(part, path);
    case "document_url":
      return { type: "pdf", pdf: asName(part.document_url, `${path}.document_url`) };
    case "image_url": {
      if (typeof part.image_url === "string")
        return { type: "image", image: asName(part.image_url, `${path}.image_url`) };
      const image = asObject(part.image_url, `${path}.image_url`);
      const detail = optional(
        (v, p) => asOneOf(v, ["low", "high", "auto"], p),
        image.detail,
        `${path}.image_url.detail`,
      );
      return {
        type: "image",
        image: asName(image.url, `${path}.image_url.url`),
        ...(detail === undefined ? {} : { detail }),
      };
    }
    case "input_audio": {
      const audio = asObject(part.input_audio, `${path}.input_audio`);
      const format = asName(audio.format, `${path}.input_audio.format`);
      const data = asName(audio.data, `${path}.input_audio.data`);
      return { type: "audio", audio: data, mediaType: format === "mp3" ? "audio/mpeg" : `audio/${format}` };
    }
    case "video_url":
      return {
        type: "video",
        video: asName(asObject(part.video_url, `${path}.video_url`).url, `${path}.video_url.url`),
      };
    case "file":
      return filePart(asObject(part.file, `${path}.file`), `${path}.file`);
  }
}

function filePart(file: Members, path: string): UserPart {
  if (present(file.file_id)) refuse(`${path}.file_id`, "uploaded files are not served; send file_data");
  const data = asName(file.file_data, `${path}.file_data`);
  const filename = optional(asText, file.filename, `${path}.filename`);
  // Bare base64 is a PDF here: the only file type the documentation names.
  const pdf = /^[a-z]+:/i.test(data) ? data : dataUrl(data, "application/pdf");
  return { type: "pdf", pdf, ...(filename === undefined ? {} : { filename }) };
}

function assistantMessage(message: Members, place: MessagePlace): AnyMessage {
  const { path } = place;
  for (const member of ["function_call", "audio"])
    if (present(message[member])) refuse(`${path}.${member}`, "is not served in a message of the history");
  const reasoning = reasoningPart(message, place);
  const calls = (optional(asList, message.tool_calls, `${path}.tool_calls`) ?? []).map((item, i) =>
    functionCall(item, `${path}.tool_calls[${i}]`, place.toolNames),
  );
  const said = assistantText(message, path);
  if (reasoning === undefined && calls.length === 0 && typeof said === "string")
    return { role: "assistant", content: said };
  const text: readonly (TextPart | ReasoningPart)[] =
    typeof said !== "string" ? said : said === "" ? [] : [{ type: "text", text: said }];
  const content: AssistantPart[] = [...(reasoning === undefined ? [] : [reasoning]), ...text, ...calls];
  return { role: "assistant", content };
}

function assistantText(message: Members, path: string): string | readonly (TextPart | ReasoningPart)[] {
  const { content } = message;
  if (!present(content)) {
    if (!present(message.tool_calls) && !present(message.refusal))
      refuse(`${path}.content`, "required unless 'tool_calls' is given");
    return optional(asText, message.refusal, `${path}.refusal`) ?? "";
  }
  if (typeof content === "string") return content;
  return asList(content, `${path}.content`).map((item, i) =>
    assistantPart(asObject(item, `${path}.content[${i}]`), `${path}.content[${i}]`),
  );
}

/** `thinking` parts are Mistral's. */
function assistantPart(part: Members, path: string): TextPart | ReasoningPart {
  switch (asOneOf(part.type, ["text", "refusal", "thinking"], `${path}.type`)) {
    case "text":
      return textPart(part, path);
    case "refusal":
      return { type: "text", text: asText(part.refusal, `${path}.refusal`) };
    case "thinking": {
      const said = texts(part.thinking, `${path}.thinking`);
      return { type: "reasoning", text: typeof said === "string" ? said : said.map(({ text }) => text).join("") };
    }
  }
}

/** Reasoning that goes back: `reasoning_content` or `reasoning`, and OpenRouter's signed `reasoning_details`. */
function reasoningPart(message: Members, { path, modelId }: MessagePlace): ReasoningPart | undefined {
  const text =
    optional(asText, message.reasoning_content, `${path}.reasoning_content`) ??
    optional(asText, message.reasoning, `${path}.reasoning`);
  const details = optional(asList, message.reasoning_details, `${path}.reasoning_details`);
  if (text === undefined && details === undefined) return undefined;
  const sealed = details?.map((detail) => signatureOf(detail)).find((signature) => signature !== undefined);
  const replay =
    (sealed === undefined ? undefined : openReplay(sealed)) ??
    (details === undefined
      ? undefined
      : { protocol: "openai-chat", provider: "", model: modelId, data: { reasoning_details: details } });
  return { type: "reasoning", text: text ?? "", ...(replay === undefined ? {} : { replay }) };
}

function signatureOf(detail: unknown): string | undefined {
  const signature = typeof detail === "object" && detail !== null ? (detail as Members).signature : undefined;
  return typeof signature === "string" ? signature : undefined;
}

function toolMessage(message: Members, { path, toolNames }: MessagePlace): AnyMessage {
  const toolCallId = asName(message.tool_call_id, `${path}.tool_call_id`);
  const content = texts(message.content, `${path}.content`);
  return { role: "tool", toolCallId, toolName: toolNames.get(toolCallId) ?? "", content };
}
