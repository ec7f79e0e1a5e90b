/** MiniMax' own protocol: pictures at once, films by jobs. https://platform.minimax.io/docs/api-reference */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).minimaxMediaRoom);

export const minimaxMedia: ProtocolDoor = { id: "minimax-media", text: room, whole: room };
