/** The `bedrock-converse` protocol: one API of Amazon Bedrock for the models of many makers. */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).bedrockConverseRoom);

/** Providers of this protocol are defined with `cloud: aws`, which reads the binary framing. */
export const bedrockConverse: ProtocolDoor = { id: "bedrock-converse", text: room, whole: room };
