/** The room: no chat, only tasks. */
import { withoutChat } from "../no-chat.js";
import type { Protocol } from "../protocol.js";
import { decodeFailure } from "./error.js";

export const falQueueRoom: Protocol = {
  ...withoutChat("fal-queue"),
  decodeFailure,
  tasks: async () => (await import("./tasks.js")).tasks,
};
