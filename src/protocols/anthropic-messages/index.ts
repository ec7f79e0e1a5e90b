/** The `anthropic-messages` protocol: Anthropic's own API and its compatible servers. */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).anthropicMessagesRoom);

export const anthropicMessages: ProtocolDoor = { id: "anthropic-messages", text: room, whole: room };
