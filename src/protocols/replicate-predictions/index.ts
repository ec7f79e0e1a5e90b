/** Replicate's predictions: pictures and films by jobs. https://replicate.com/docs/reference/http */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).replicatePredictionsRoom);

export const replicatePredictions: ProtocolDoor = { id: "replicate-predictions", text: room, whole: room };
