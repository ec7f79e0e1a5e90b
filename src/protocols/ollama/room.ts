/** The whole room. */
import type { Protocol } from "../protocol.js";
import { decodeEmbeddings, encodeEmbeddings } from "./embeddings.js";
import { decodeFailure } from "./error.js";
import { OllamaStreamDecoder } from "./events.js";
import { decodeModels, encodeModels } from "./models.js";
import { decodePull, encodePull } from "./pull.js";
import { encodeChat } from "./request.js";
import { decodeChat } from "./response.js";
import { protocolId } from "./wire.js";

export const ollamaRoom: Protocol = {
  id: protocolId,
  framing: "ndjson",
  encodeChat,
  decodeChat,
  createStreamDecoder: (call) => new OllamaStreamDecoder(call),
  decodeFailure,
  embeddings: { encode: encodeEmbeddings, decode: decodeEmbeddings },
  models: { encode: encodeModels, decode: decodeModels },
  pull: { encode: encodePull, decode: decodePull },
};
