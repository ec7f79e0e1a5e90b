/** The whole room. */
import type { Protocol } from "../protocol.js";
import { decodeEmbeddings, encodeEmbeddings } from "./embeddings.js";
import { decodeModels, encodeModels } from "./models.js";
import { encodeChat } from "./request.js";
import { openaiChatText } from "./text.js";

export const openaiChatRoom: Protocol = {
  ...openaiChatText,
  encodeChat,
  embeddings: { encode: encodeEmbeddings, decode: decodeEmbeddings },
  tasks: async () => (await import("./tasks.js")).tasks,
  models: { encode: encodeModels, decode: decodeModels },
};
