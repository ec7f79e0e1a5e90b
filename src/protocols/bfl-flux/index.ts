/** The protocol of Black Forest Labs: pictures by jobs. https://docs.bfl.ai */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).bflFluxRoom);

export const bflFlux: ProtocolDoor = { id: "bfl-flux", text: room, whole: room };
