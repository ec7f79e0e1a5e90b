/** The whole room. */
import type { Protocol } from "../protocol.js";
import { decodeModels, encodeModels } from "./models.js";
import { encodeChat } from "./request.js";
import { openaiResponsesText } from "./text.js";

export const openaiResponsesRoom: Protocol = {
  ...openaiResponsesText,
  encodeChat,
  models: { encode: encodeModels, decode: decodeModels },
};
