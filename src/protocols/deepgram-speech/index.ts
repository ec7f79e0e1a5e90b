/** Deepgram's own protocol: transcripts and speech, whose parameters are the query. https://developers.deepgram.com/reference */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).deepgramSpeechRoom);

export const deepgramSpeech: ProtocolDoor = { id: "deepgram-speech", text: room, whole: room };
