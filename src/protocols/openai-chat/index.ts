/** The OpenAI chat protocol: chat completions, embeddings and the model list, in the dialects the catalog states. */
import type { Protocol } from "../protocol.js";
import { decodeEmbeddings, encodeEmbeddings } from "./embeddings.js";
import { decodeFailure, failureWords } from "./error.js";
import { ChatStreamDecoder } from "./events.js";
import { decodeModels, encodeModels } from "./models.js";
import { encodeChat } from "./request.js";
import { decodeChat } from "./response.js";

/** Spoken by OpenAI and by most other providers. */
export const openaiChat: Protocol = {
  id: "openai-chat",
  framing: "sse",
  encodeChat,
  decodeChat,
  createStreamDecoder: (call) => new ChatStreamDecoder(call),
  decodeFailure,
  failureWords,
  embeddings: { encode: encodeEmbeddings, decode: decodeEmbeddings },
  models: { encode: encodeModels, decode: decodeModels },
};
