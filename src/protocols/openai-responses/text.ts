/** The part of the room that chats of nothing but text need. */
import type { Protocol } from "../protocol.js";
import { decodeFailure, failureWords } from "./error.js";
import { OpenaiResponsesStreamDecoder } from "./events.js";
import { encodeText } from "./request-text.js";
import { decodeChat } from "./response.js";
import { protocolId } from "./wire.js";

export const openaiResponsesText: Protocol = {
  id: protocolId,
  framing: "sse",
  encodeChat: encodeText,
  decodeChat,
  createStreamDecoder: (call) => new OpenaiResponsesStreamDecoder(call),
  decodeFailure,
  failureWords,
};
