/** ElevenLabs' own protocol: speech and transcripts. https://elevenlabs.io/docs/api-reference */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).elevenlabsSpeechRoom);

export const elevenlabsSpeech: ProtocolDoor = { id: "elevenlabs-speech", text: room, whole: room };
