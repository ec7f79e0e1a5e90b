/** fal's queue: pictures and films by jobs. https://docs.fal.ai/model-endpoints/queue */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).falQueueRoom);

export const falQueue: ProtocolDoor = { id: "fal-queue", text: room, whole: room };
