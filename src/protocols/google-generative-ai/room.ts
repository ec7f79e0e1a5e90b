/** The whole room. */
import type { Protocol } from "../protocol.js";
import { decodeEmbedding, encodeEmbedding } from "./embeddings.js";
import { decodeFailure, failureWords } from "./error.js";
import { createStreamDecoder } from "./events.js";
import { decodeModels, encodeModels } from "./models.js";
import { encodeChat } from "./request.js";
import { decodeChat } from "./response.js";

export const googleGenerativeAiRoom: Protocol = {
  id: "google-generative-ai",
  framing: "sse",
  encodeChat,
  decodeChat,
  createStreamDecoder,
  decodeFailure,
  failureWords,
  embeddings: { encode: encodeEmbedding, decode: decodeEmbedding },
  tasks: async () => (await import("./tasks.js")).tasks,
  models: {
    encode: (provider, page) => encodeModels(provider.discover?.path ?? "/models", page),
    decode: decodeModels,
  },
};
