/** Messages as a given model accepts them. */
import type {
  AssistantMessage,
  AudioPart,
  ImagePart,
  OpaquePart,
  PdfPart,
  ReasoningPart,
  SystemMessage,
  TextPart,
  ToolMessage,
  UserMessage,
  VideoPart,
} from "../chat/message.js";
import type { ChatProfile, Media } from "./profile.js";
import type { Rejected, RejectedRole } from "./unsupported.js";

/** The part that carries each medium. */
export interface MediaParts {
  image: ImagePart;
  pdf: PdfPart;
  audio: AudioPart;
  video: VideoPart;
}

/** What any model may find in the history of an assistant. */
export type PlainAssistantPart = TextPart | ReasoningPart | ImagePart | AudioPart | OpaquePart;

/** A message that a model of profile `P` accepts. A refused part says why, naming the model. */
export type MessageFor<P extends ChatProfile, Id extends string> =
  | SystemMessage
  | UserMessage<
      | TextPart
      | MediaParts[P["can"] & Media]
      | Rejected<`${Id} does not accept ${P["lacks"]} input`, Exclude<Media, P["can"]>>
    >
  | ("tools" extends P["can"]
      ? AssistantMessage | ToolMessage
      :
          | AssistantMessage<PlainAssistantPart | Rejected<`${Id} does not support tool calling`, "tool-call">>
          | RejectedRole<`${Id} does not support tool calling`, "tool">);

/** A message that needs at most the capabilities named. For annotations of your own: `const history: Message<"image">[]`. */
export type Message<C extends Media | "tools" = never> =
  | SystemMessage
  | UserMessage<TextPart | MediaParts[C & Media]>
  | ("tools" extends C ? AssistantMessage | ToolMessage : AssistantMessage<PlainAssistantPart>);
