/** Neutral message parts as Gemini parts. */
import type {
  AssistantPart,
  AudioPart,
  CacheMark,
  ImagePart,
  MediaSource,
  PdfPart,
  Replay,
  TextPart,
  ToolMessage,
  UserPart,
  VideoPart,
} from "../../chat/message.js";
import { mediaOf } from "../media.js";
import type { ChatCall } from "../protocol.js";
import type { Members, WirePart, WireReplay } from "./wire.js";
import { objectOf, wordOf } from "./wire-read.js";

/** A part of the request that is being encoded. */
export interface Place {
  readonly call: ChatCall;
  /** Request path, e.g. `messages[2].content[0]`. */
  readonly path: string;
}

export function encodeUserPart(part: UserPart, place: Place): WirePart {
  noteCache(part, place);
  switch (part.type) {
    case "text":
      return { text: part.text };
    case "image":
      return encodeImage(part, place);
    case "audio":
      return encodeMedia(part.audio, part.mediaType);
    case "video":
      return encodeMedia(part.video, part.mediaType);
    case "pdf":
      return encodePdf(part, place);
  }
}

/** No part for what cannot go back; each such case is recorded. */
export function encodeAssistantPart(part: AssistantPart, place: Place): readonly (WirePart | Members)[] {
  const own = ownReplay("replay" in part ? part.replay : undefined, place.call);
  switch (part.type) {
    case "text":
      noteCache(part, place);
      // An empty part only ever carries a signature.
      return part.text === "" && own === undefined ? [] : [{ text: part.text, ...signatureOf(own) }];
    case "reasoning":
      return own === undefined
        ? dropped(place, "reasoning")
        : [{ text: part.text, thought: true, ...signatureOf(own) }];
    case "tool-call":
      return [
        { functionCall: { ...idOf(own), name: part.name, args: argumentsOf(part.input, place) }, ...signatureOf(own) },
      ];
    case "image":
      return [{ ...encodeImage(part, place), ...signatureOf(own) }];
    case "audio":
      return [encodeMedia(part.audio, part.mediaType)];
    case "opaque":
      return own === undefined ? dropped(place, "a block") : [own];
  }
}

/** The result of one call. Pictures in it follow as parts of their own. */
export function encodeToolResult(
  message: ToolMessage,
  called: { readonly name: string; readonly id?: string },
): WirePart {
  const { content, isError } = message;
  const text =
    typeof content === "string" ? content : content.map((part) => (part.type === "text" ? part.text : "")).join("");
  const response = isError === true ? { error: text } : (parsedObject(text) ?? { result: text });
  return { functionResponse: { ...called, response } };
}

export function encodeToolImages({ content }: ToolMessage, place: Place): readonly WirePart[] {
  if (typeof content === "string") return [];
  return content.flatMap((part, i) => {
    const at = { ...place, path: `${place.path}.content[${i}]` };
    noteCache(part, at);
    if (part.type !== "image") return [];
    place.call.adjust({
      path: at.path,
      action: "rewritten",
      reason: "a function response holds no media: sent after it",
    });
    return encodeImage(part, at);
  });
}

/**
 * What the model must get back with this part, when it came from this provider and model. A replay without a provider
 * came through a gateway, whose client only knows the model it asked.
 */
export function ownReplay(replay: Replay | undefined, { provider, modelId }: ChatCall): Members | undefined {
  if (replay?.protocol !== "google-generative-ai") return undefined;
  const own = replay.provider === "" || (replay.provider === provider.id && replay.model === modelId);
  return own ? objectOf(replay.data) : undefined;
}

/** The id that the model itself gave to a call; older models give none, and made-up ones are not sent. */
export function idOf(own: Members | undefined): Pick<WireReplay, "id"> {
  const id = wordOf(own?.id);
  return id === undefined ? {} : { id };
}

function signatureOf(own: Members | undefined): Pick<WireReplay, "thoughtSignature"> {
  const thoughtSignature = wordOf(own?.thoughtSignature);
  return thoughtSignature === undefined ? {} : { thoughtSignature };
}

function dropped({ call, path }: Place, what: string): readonly [] {
  call.adjust({ path, action: "dropped", reason: `${what} of another model cannot be sent to this one` });
  return [];
}

function argumentsOf(input: unknown, { call, path }: Place): Members {
  const args = objectOf(input);
  if (args !== undefined) return args;
  call.adjust({ path: `${path}.input`, action: "rewritten", reason: "arguments must be an object", from: input });
  return { value: input };
}

function parsedObject(text: string): Members | undefined {
  if (!text.trimStart().startsWith("{")) return undefined;
  try {
    return objectOf(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function encodeImage(part: ImagePart, { call, path }: Place): WirePart {
  if (part.detail !== undefined && part.detail !== "auto")
    call.adjust({ path: `${path}.detail`, action: "dropped", reason: "the protocol has no detail per image" });
  return encodeMedia(part.image, part.mediaType);
}

function encodePdf(part: PdfPart, { call, path }: Place): WirePart {
  if (part.filename !== undefined)
    call.adjust({ path: `${path}.filename`, action: "dropped", reason: "the protocol has no file names" });
  return encodeMedia(part.pdf, "application/pdf");
}

function encodeMedia(source: MediaSource, mediaType: string | undefined): WirePart {
  const media = mediaOf(source, mediaType);
  if ("base64" in media) return { inlineData: { mimeType: media.mediaType, data: media.base64 } };
  return { fileData: { fileUri: media.url, ...(mediaType === undefined ? {} : { mimeType: mediaType }) } };
}

function noteCache(part: TextPart | ImagePart | AudioPart | VideoPart | PdfPart, { call, path }: Place): void {
  const mark: CacheMark | undefined = part.cache;
  if (mark !== undefined)
    call.adjust({ path: `${path}.cache`, action: "dropped", reason: "the provider caches by itself", from: mark });
}
