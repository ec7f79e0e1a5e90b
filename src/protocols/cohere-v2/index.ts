/** The `cohere-v2` protocol: Cohere's own chat and embeddings, version 2. */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).cohereV2Room);

export const cohereV2: ProtocolDoor = { id: "cohere-v2", text: room, whole: room };
