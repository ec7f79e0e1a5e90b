/** The OpenAI Responses protocol: `POST /responses` of OpenAI, xAI and others. */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

export const openaiResponses: ProtocolDoor = {
  id: "openai-responses",
  text: /*#__PURE__*/ feature(async () => (await import("./text.js")).openaiResponsesText),
  whole: /*#__PURE__*/ feature(async () => (await import("./room.js")).openaiResponsesRoom),
};
