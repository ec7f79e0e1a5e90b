/** The OpenAI chat protocol: chat completions, embeddings, the other kinds of model and the model list, in the dialects the catalog states. */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

/** Spoken by OpenAI and by most other providers. */
export const openaiChat: ProtocolDoor = {
  id: "openai-chat",
  text: /*#__PURE__*/ feature(async () => (await import("./text.js")).openaiChatText),
  whole: /*#__PURE__*/ feature(async () => (await import("./room.js")).openaiChatRoom),
};
