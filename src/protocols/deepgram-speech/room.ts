/** The room: no chat, only tasks. */
import { withoutChat } from "../no-chat.js";
import type { Protocol } from "../protocol.js";
import { decodeFailure, failureWords } from "./error.js";

export const deepgramSpeechRoom: Protocol = {
  ...withoutChat("deepgram-speech"),
  decodeFailure,
  failureWords,
  tasks: async () => (await import("./tasks.js")).tasks,
};
