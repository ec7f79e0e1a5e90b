/** The reply of a chat call in its widest form. */
import type { AssistantPart, AudioPart, ImagePart } from "../chat/message.js";
import type { OutputPath } from "../chat/request.js";
import type { Reply } from "../model/reply.js";

/** A reply with every member; the typed handles show those that model and request can produce. */
export interface AnyReply extends Reply<string> {
  readonly content: readonly AssistantPart[];
  readonly reasoning: string | undefined;
  readonly images: readonly ImagePart[];
  readonly audio: AudioPart | undefined;
  readonly toolCalls: readonly { readonly id: string; readonly name: string; readonly input: unknown }[];
  readonly output: unknown;
  readonly outputPath: OutputPath | undefined;
}
