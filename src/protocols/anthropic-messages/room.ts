/** The whole room. */
import type { Protocol } from "../protocol.js";
import { decodeFailure, failureWords } from "./error.js";
import { createStreamDecoder } from "./events.js";
import { decodeModels, encodeModels } from "./models.js";
import { encodeChat } from "./request.js";
import { decodeChat } from "./response.js";
import { protocolId } from "./wire.js";

export const anthropicMessagesRoom: Protocol = {
  id: protocolId,
  framing: "sse",
  encodeChat,
  decodeChat,
  createStreamDecoder,
  decodeFailure,
  failureWords,
  models: { encode: encodeModels, decode: decodeModels },
};
