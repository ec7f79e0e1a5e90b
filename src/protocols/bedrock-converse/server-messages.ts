/** The history of a Converse request as neutral messages. */
import type {
  AnyMessage,
  AssistantPart,
  CacheMark,
  Replay,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserPart,
} from "../../chat/message.js";
import { dataUrl } from "../media.js";
import { openReplay } from "../served-answer.js";
import { asList, asName, asObject, asOneOf, asText, type Members, optional, present, refuse } from "../served-input.js";
import { protocolId, type ReplayData } from "./wire.js";
import { mediaTypeOf } from "./wire-formats.js";

export function decodeSystem(value: unknown): readonly SystemMessage[] {
  const blocks = optional(asList, value, "system") ?? [];
  if (blocks.length === 0) return [];
  const content = partsOf(blocks, "system", (block, path): TextPart => textPart(block, path));
  return [{ role: "system", content }];
}

export function decodeMessages(value: unknown, modelId: string): readonly AnyMessage[] {
  const list = asList(value, "messages");
  if (list.length === 0) refuse("messages", "at least one message is required");
  const toolNames = new Map<string, string>();
  return list.flatMap((item, i) => {
    const path = `messages[${i}]`;
    const message = asObject(item, path);
    const content = asList(message.content, `${path}.content`);
    const place = { path: `${path}.content`, modelId, toolNames };
    return asOneOf(message.role, ["user", "assistant"], `${path}.role`) === "user"
      ? userMessages(content, place)
      : [assistantMessage(content, place)];
  });
}

interface Place {
  readonly path: string;
  readonly modelId: string;
  /** Names by call id, for the tool results that follow. */
  readonly toolNames: Map<string, string>;
}

/** Blocks as parts; a cache point marks the part before it. */
function partsOf<Part extends object>(
  blocks: readonly unknown[],
  path: string,
  read: (block: Members, path: string) => Part,
): readonly Part[] {
  const parts: Part[] = [];
  for (const [i, item] of blocks.entries()) {
    const block = asObject(item, `${path}[${i}]`);
    const last = parts.at(-1);
    if (!present(block.cachePoint)) parts.push(read(block, `${path}[${i}]`));
    else if (last === undefined) refuse(`${path}[${i}].cachePoint`, "must follow what it marks");
    else parts[parts.length - 1] = { ...last, cache: cacheMark(block, `${path}[${i}]`) };
  }
  return parts;
}

function cacheMark(block: Members, path: string): CacheMark {
  const point = asObject(block.cachePoint, `${path}.cachePoint`);
  return optional((v, p) => asOneOf(v, ["5m", "1h"], p), point.ttl, `${path}.cachePoint.ttl`) ?? "5m";
}

function textPart(block: Members, path: string): TextPart {
  return { type: "text", text: asText(block.text, `${path}.text`) };
}

/** Tool results become messages of their own; what else the user says follows them. */
function userMessages(blocks: readonly unknown[], place: Place): readonly AnyMessage[] {
  const parts = partsOf(blocks, place.path, (block, path): UserPart | ToolMessage =>
    present(block.toolResult)
      ? toolResult(block.toolResult, `${path}.toolResult`, place.toolNames)
      : userPart(block, path),
  );
  const results = parts.filter((part) => "role" in part).map(withMark);
  const said = parts.filter((part): part is UserPart => !("role" in part));
  return said.length === 0 && results.length > 0 ? results : [...results, { role: "user", content: said }];
}

/** A cache point behind a result marks its last part. */
function withMark(result: ToolMessage & { readonly cache?: CacheMark }): ToolMessage {
  const { cache, ...message } = result;
  if (cache === undefined) return message;
  const { content } = message;
  const parts = typeof content === "string" ? [{ type: "text", text: content } as const] : content;
  return { ...message, content: parts.map((part, i) => (i === parts.length - 1 ? { ...part, cache } : part)) };
}

function userPart(block: Members, path: string): UserPart {
  if (present(block.text)) return textPart(block, path);
  if (present(block.image)) return { type: "image", image: mediumOf(block, "image", path) };
  if (present(block.video)) return { type: "video", video: mediumOf(block, "video", path) };
  if (present(block.audio)) return { type: "audio", audio: mediumOf(block, "audio", path) };
  if (present(block.document)) return documentPart(asObject(block.document, `${path}.document`), `${path}.document`);
  return refuse(path, `'${Object.keys(block)[0] ?? "nothing"}' is not served in a message of the user`);
}

function mediumOf(block: Members, medium: "image" | "video" | "audio", path: string): string {
  const at = `${path}.${medium}`;
  const { format, source } = asObject(block[medium], at);
  return sourceOf(
    asObject(source, `${at}.source`),
    mediaTypeOf(medium, asName(format, `${at}.format`)),
    `${at}.source`,
  );
}

/** Base64 as a `data:` URL, objects of S3 as their URI. */
function sourceOf(source: Members, mediaType: string, path: string): string {
  if (present(source.bytes)) return dataUrl(asName(source.bytes, `${path}.bytes`), mediaType);
  const at = `${path}.s3Location`;
  return asName(asObject(source.s3Location, at).uri, `${at}.uri`);
}

/** Other formats than PDF have no neutral part; plain text is what the model reads. */
function documentPart(document: Members, path: string): UserPart {
  const source = asObject(document.source, `${path}.source`);
  if (present(source.text)) return { type: "text", text: asText(source.text, `${path}.source.text`) };
  asOneOf(document.format, ["pdf"], `${path}.format`);
  const filename = asName(document.name, `${path}.name`);
  return { type: "pdf", pdf: sourceOf(source, "application/pdf", `${path}.source`), filename };
}

function toolResult(value: unknown, path: string, toolNames: ReadonlyMap<string, string>): ToolMessage {
  const result = asObject(value, path);
  const toolCallId = asName(result.toolUseId, `${path}.toolUseId`);
  const status = optional((v, p) => asOneOf(v, ["success", "error"], p), result.status, `${path}.status`);
  const blocks = asList(result.content, `${path}.content`);
  const content = partsOf(blocks, `${path}.content`, (block, at): TextPart | Extract<UserPart, { type: "image" }> => {
    if (present(block.json)) return { type: "text", text: JSON.stringify(block.json) };
    const part = userPart(block, at);
    return part.type === "text" || part.type === "image" ? part : refuse(at, `${part.type} is not served in a result`);
  });
  return {
    role: "tool",
    toolCallId,
    toolName: toolNames.get(toolCallId) ?? "",
    content,
    ...(status === undefined ? {} : { isError: status === "error" }),
  };
}

function assistantMessage(blocks: readonly unknown[], place: Place): AnyMessage {
  return {
    role: "assistant",
    content: partsOf(blocks, place.path, (block, path) => assistantPart(block, path, place)),
  };
}

/** Blocks of tools that the provider runs, and the like, go back as they came. */
function assistantPart(block: Members, path: string, { modelId, toolNames }: Place): AssistantPart {
  const own = (data: ReplayData): Replay => ({ protocol: protocolId, provider: "", model: modelId, data });
  if (present(block.text)) return textPart(block, path);
  if (present(block.reasoningContent)) return reasoningPart(block, path, own);
  const toolUse = optional(asObject, block.toolUse, `${path}.toolUse`);
  if (toolUse !== undefined && !present(toolUse.type)) {
    const id = asName(toolUse.toolUseId, `${path}.toolUse.toolUseId`);
    const name = asName(toolUse.name, `${path}.toolUse.name`);
    toolNames.set(id, name);
    return { type: "tool-call", id, name, input: asObject(toolUse.input, `${path}.toolUse.input`) };
  }
  const cited = optional(asObject, block.citationsContent, `${path}.citationsContent`);
  if (cited !== undefined) {
    const texts = asList(cited.content, `${path}.citationsContent.content`).map((item) => asObject(item, path).text);
    const citations = asList(cited.citations, `${path}.citationsContent.citations`);
    return { type: "text", text: texts.join(""), replay: own({ type: "citations", citations }) };
  }
  return { type: "opaque", replay: own({ type: "block", block }) };
}

function reasoningPart(block: Members, path: string, own: (data: ReplayData) => Replay): AssistantPart {
  const at = `${path}.reasoningContent`;
  const reasoning = asObject(block.reasoningContent, at);
  if (present(reasoning.redactedContent)) {
    const sealed = openReplay(decoded(asText(reasoning.redactedContent, `${at}.redactedContent`)));
    return { type: "opaque", replay: sealed ?? own({ type: "block", block }) };
  }
  const said = asObject(reasoning.reasoningText, `${at}.reasoningText`);
  const text = asText(said.text, `${at}.reasoningText.text`);
  const signature = optional(asText, said.signature, `${at}.reasoningText.signature`);
  const replay =
    openReplay(signature ?? "") ?? own({ type: "reasoning", ...(signature === undefined ? {} : { signature }) });
  return { type: "reasoning", text, replay };
}

/** Redacted content is binary; only what this side sealed is text. */
function decoded(base64: string): string {
  try {
    return atob(base64);
  } catch {
    return "";
  }
}
