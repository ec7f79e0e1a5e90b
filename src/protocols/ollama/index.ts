/** The `ollama` protocol: Ollama's own API, which knows more than its OpenAI-compatible one. */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).ollamaRoom);

export const ollama: ProtocolDoor = { id: "ollama", text: room, whole: room };
