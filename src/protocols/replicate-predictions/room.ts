/** The room: no chat, only tasks. */
import { withoutChat } from "../no-chat.js";
import type { Protocol } from "../protocol.js";
import { decodeFailure } from "./error.js";

export const replicatePredictionsRoom: Protocol = {
  ...withoutChat("replicate-predictions"),
  decodeFailure,
  tasks: async () => (await import("./tasks.js")).tasks,
};
