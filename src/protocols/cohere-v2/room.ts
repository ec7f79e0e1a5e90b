/** The whole room. */
import type { Protocol } from "../protocol.js";
import { decodeEmbeddings, encodeEmbeddings } from "./embeddings.js";
import { decodeFailure, failureWords } from "./error.js";
import { createStreamDecoder } from "./events.js";
import { decodeModels, encodeModels } from "./models.js";
import { encodeChat } from "./request.js";
import { decodeChat } from "./response.js";
import { protocolId } from "./wire.js";

export const cohereV2Room: Protocol = {
  id: protocolId,
  framing: "sse",
  encodeChat,
  decodeChat,
  createStreamDecoder,
  decodeFailure,
  failureWords,
  embeddings: { encode: encodeEmbeddings, decode: decodeEmbeddings },
  tasks: async () => (await import("./tasks.js")).tasks,
  models: { encode: encodeModels, decode: decodeModels },
};
