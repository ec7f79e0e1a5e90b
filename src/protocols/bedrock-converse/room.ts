/** The whole room. */
import type { Protocol } from "../protocol.js";
import { decodeEmbeddings, encodeEmbeddings } from "./embeddings.js";
import { decodeFailure, failureWords } from "./error.js";
import { createStreamDecoder } from "./events.js";
import { encodeChat } from "./request.js";
import { decodeChat } from "./response.js";
import { protocolId } from "./wire.js";

export const bedrockConverseRoom: Protocol = {
  id: protocolId,
  framing: "aws-event-stream",
  encodeChat,
  decodeChat,
  createStreamDecoder,
  decodeFailure,
  failureWords,
  embeddings: { encode: encodeEmbeddings, decode: decodeEmbeddings },
};
