/** The part of the room that chats of nothing but text need. */
import type { Protocol } from "../protocol.js";
import { decodeFailure, failureWords } from "./error.js";
import { ChatStreamDecoder } from "./events.js";
import { encodeText } from "./request-text.js";
import { decodeChat } from "./response.js";

export const openaiChatText: Protocol = {
  id: "openai-chat",
  framing: "sse",
  encodeChat: encodeText,
  decodeChat,
  createStreamDecoder: (call) => new ChatStreamDecoder(call),
  decodeFailure,
  failureWords,
};
