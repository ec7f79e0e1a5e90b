/** Alibaba's DashScope protocol: pictures by jobs. https://www.alibabacloud.com/help/en/model-studio/qwen-image-api */
import { feature } from "../../feature.js";
import type { ProtocolDoor } from "../protocol.js";

const room = /*#__PURE__*/ feature(async () => (await import("./room.js")).dashscopeRoom);

export const dashscope: ProtocolDoor = { id: "dashscope", text: room, whole: room };
