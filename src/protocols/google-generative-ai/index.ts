/** The `google-generative-ai` protocol: Gemini API and Vertex AI `generateContent`. */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).googleGenerativeAiRoom);

export const googleGenerativeAi: ProtocolDoor = { id: "google-generative-ai", text: room, whole: room };
