/** The OpenAI Responses protocol: `POST /responses` of OpenAI, xAI and others. */
import type { Protocol } from "../protocol.js";
import { decodeFailure, failureWords } from "./error.js";
import { OpenaiResponsesStreamDecoder } from "./events.js";
import { decodeModels, encodeModels } from "./models.js";
import { encodeChat } from "./request.js";
import { decodeChat } from "./response.js";
import { protocolId } from "./wire.js";

export const openaiResponses: Protocol = {
  id: protocolId,
  framing: "sse",
  encodeChat,
  decodeChat,
  createStreamDecoder: (call) => new OpenaiResponsesStreamDecoder(call),
  decodeFailure,
  failureWords,
  models: { encode: encodeModels, decode: decodeModels },
};
