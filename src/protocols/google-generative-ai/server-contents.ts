/** Gemini contents as neutral messages. */
import type { AnyMessage, AssistantPart, Replay, TextPart, ToolMessage, UserPart } from "../../chat/message.js";
import { fromBase64 } from "../base64.js";
import { dataUrl } from "../media.js";
import { openReplay } from "../served-answer.js";
import { asList, asName, asObject, asOneOf, asText, type Members, optional, present, refuse } from "../served-input.js";
import { PartialArguments } from "./response-arguments.js";
import { camelCased } from "./server-spelling.js";

export function decodeSystem(value: unknown, modelId: string): readonly AnyMessage[] {
  if (!present(value)) return [];
  if (typeof value === "string") return [{ role: "system", content: value }];
  const content = asObject(value, "systemInstruction");
  const history = new History(modelId);
  const parts = partsOf(content.parts, "systemInstruction").map(([part, path]) => history.textPart(part, path));
  return [{ role: "system", content: parts }];
}

export function decodeContents(value: unknown, modelId: string): readonly AnyMessage[] {
  if (typeof value === "string") return [{ role: "user", content: value }];
  const list = Array.isArray(value) ? asList(value, "contents") : [asObject(value, "contents")];
  if (list.length === 0) refuse("contents", "contents is not specified");
  const history = new History(modelId);
  return list.flatMap((item, i) => history.messages(asObject(item, `contents[${i}]`), `contents[${i}]`));
}

/** One part may stand for a list. */
function partsOf(value: unknown, path: string): readonly (readonly [Members, string])[] {
  if (!present(value)) return [];
  return (Array.isArray(value) ? value : [value]).map((item, i) => {
    const at = `${path}.parts[${i}]`;
    return [camelCased(typeof item === "string" ? { text: item } : asObject(item, at)), at] as const;
  });
}

/** Reads turns in order: results without an id answer the first open call of their name. */
class History {
  private readonly modelId: string;
  private readonly open: { readonly id: string; readonly name: string; readonly unnamed: boolean }[] = [];
  private calls = 0;

  constructor(modelId: string) {
    this.modelId = modelId;
  }

  messages(content: Members, path: string): readonly AnyMessage[] {
    const role = asOneOf(content.role ?? "user", ["user", "model", "function"], `${path}.role`);
    const parts = partsOf(content.parts, path);
    if (role === "model") return [{ role: "assistant", content: parts.map(([part, at]) => this.modelPart(part, at)) }];
    const results: ToolMessage[] = [];
    const said: UserPart[] = [];
    for (const [part, at] of parts) {
      if (present(part.functionResponse)) results.push(this.result(part, at));
      else said.push(this.userPart(part, at));
    }
    return said.length === 0 && results.length > 0 ? results : [...results, { role: "user", content: said }];
  }

  textPart(part: Members, path: string): TextPart {
    const replay = this.replayOf(part, path);
    return { type: "text", text: asText(part.text, `${path}.text`), ...(replay === undefined ? {} : { replay }) };
  }

  private userPart(part: Members, path: string): UserPart {
    return present(part.text) ? this.textPart(part, path) : mediaPart(part, path);
  }

  private modelPart(part: Members, path: string): AssistantPart {
    if (present(part.functionCall)) return this.call(part, path);
    if (present(part.inlineData) || present(part.fileData)) {
      const media = mediaPart(part, path);
      if (media.type === "image" || media.type === "audio") return media;
      return refuse(path, `a model's turn holds no ${media.type}`);
    }
    if (!present(part.text)) return { type: "opaque", replay: this.own(part) };
    if (part.thought !== true) return this.textPart(part, path);
    const replay = this.replayOf(part, path);
    return { type: "reasoning", text: asText(part.text, `${path}.text`), ...(replay === undefined ? {} : { replay }) };
  }

  private call(part: Members, path: string): AssistantPart {
    const call = camelCased(asObject(part.functionCall, `${path}.functionCall`));
    const name = asName(call.name, `${path}.functionCall.name`);
    const stated = optional(asText, call.id, `${path}.functionCall.id`);
    const id = stated ?? `call_${this.calls}`;
    this.calls++;
    this.open.push({ id, name, unnamed: stated === undefined });
    const input = argumentsOf(call, `${path}.functionCall`);
    const replay = this.replayOf(part, path, stated);
    return { type: "tool-call", id, name, input, ...(replay === undefined ? {} : { replay }) };
  }

  private result(part: Members, path: string): ToolMessage {
    const at = `${path}.functionResponse`;
    const given = camelCased(asObject(part.functionResponse, at));
    const name = asName(given.name, `${at}.name`);
    const stated = optional(asText, given.id, `${at}.id`);
    const named = this.open.findIndex((call) => call.id === stated);
    // A call without an id is answered by its name, whatever id the client made up for it.
    const index =
      named < 0 ? this.open.findIndex((call) => call.name === name && (stated === undefined || call.unnamed)) : named;
    const [answered] = index < 0 ? [] : this.open.splice(index, 1);
    const response = asObject(given.response, `${at}.response`);
    const isError = present(response.error) && Object.keys(response).length === 1;
    return {
      role: "tool",
      toolCallId: answered?.id ?? stated ?? name,
      toolName: name,
      content: resultText(response),
      ...(isError ? { isError } : {}),
    };
  }

  /** What the part must bring back: the model's own id, the thought mark, the signature. */
  private replayOf(part: Members, path: string, id?: string): Replay | undefined {
    const signature = optional(asText, part.thoughtSignature, `${path}.thoughtSignature`);
    const sealed = signature === undefined ? undefined : openReplay(signature);
    if (sealed !== undefined) return sealed;
    const data = {
      ...(id === undefined ? {} : { id }),
      ...(part.thought === true ? { thought: true } : {}),
      ...(signature === undefined ? {} : { thoughtSignature: signature }),
    };
    return Object.keys(data).length === 0 ? undefined : this.own(data);
  }

  private own(data: unknown): Replay {
    return { protocol: "google-generative-ai", provider: "", model: this.modelId, data };
  }
}

/** Clients send pieces of arguments back as they came. */
function argumentsOf(call: Members, path: string): Members {
  const whole = optional(asObject, call.args, `${path}.args`) ?? {};
  if (!present(call.partialArgs)) return whole;
  const pieces = new PartialArguments();
  pieces.assign(whole);
  for (const [i, piece] of asList(call.partialArgs, `${path}.partialArgs`).entries()) {
    const at = `${path}.partialArgs[${i}]`;
    const members = camelCased(asObject(piece, at));
    try {
      pieces.add(members);
    } catch {
      refuse(at, "its path cannot be followed");
    }
  }
  return pieces.value;
}

/** `{result: "…"}` and `{error: "…"}` are how plain text is wrapped. */
function resultText(response: Members): string {
  const [name, ...others] = Object.keys(response);
  const only =
    others.length === 0 && (name === "result" || name === "output" || name === "error") ? response[name] : undefined;
  return typeof only === "string" ? only : JSON.stringify(response);
}

function mediaPart(part: Members, path: string): UserPart {
  if (present(part.inlineData)) return inlinePart(part.inlineData, `${path}.inlineData`);
  if (!present(part.fileData)) refuse(path, "the part holds nothing that is served");
  const file = camelCased(asObject(part.fileData, `${path}.fileData`));
  const uri = asName(file.fileUri, `${path}.fileData.fileUri`);
  const mimeType = optional(asText, file.mimeType, `${path}.fileData.mimeType`) ?? typeByName(uri);
  return mediaOf(uri, mimeType, `${path}.fileData.mimeType`);
}

function inlinePart(value: unknown, path: string): UserPart {
  const inline = camelCased(asObject(value, path));
  const mimeType = asName(inline.mimeType, `${path}.mimeType`);
  const data = asName(inline.data, `${path}.data`);
  // Text files have no neutral part of their own; their text is what the model reads.
  if (mimeType.startsWith("text/")) return { type: "text", text: decodedText(data, `${path}.data`) };
  return mediaOf(dataUrl(data, mimeType), mimeType, `${path}.mimeType`);
}

function decodedText(base64: string, path: string): string {
  try {
    return new TextDecoder().decode(fromBase64(base64));
  } catch {
    return refuse(path, "is not base64");
  }
}

function mediaOf(source: string, mimeType: string, path: string): UserPart {
  if (mimeType.startsWith("image/")) return { type: "image", image: source, mediaType: mimeType };
  if (mimeType.startsWith("audio/")) return { type: "audio", audio: source, mediaType: mimeType };
  if (mimeType.startsWith("video/")) return { type: "video", video: source, mediaType: mimeType };
  if (mimeType === "application/pdf") return { type: "pdf", pdf: source };
  return refuse(path, `'${mimeType}' is not served`);
}

/** A file without a stated type: by its ending, else a video, as for YouTube links. */
function typeByName(uri: string): string {
  const ending = /\.([a-z0-9]+)(?:[?#]|$)/i.exec(uri)?.[1]?.toLowerCase() ?? "";
  return typesByEnding[ending] ?? "video/*";
}

const typesByEnding: { readonly [ending: string]: string } = {
  png: "image/png",
  jpg: "image/jpeg",
  jpeg: "image/jpeg",
  webp: "image/webp",
  gif: "image/gif",
  pdf: "application/pdf",
  mp3: "audio/mpeg",
  wav: "audio/wav",
  mp4: "video/mp4",
};
