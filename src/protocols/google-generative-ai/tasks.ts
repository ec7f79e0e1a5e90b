/** The kinds of the Gemini API beside chat: pictures, speech, films. */
import type { Tasks } from "../task.js";
import { image } from "./tasks-image.js";
import { speech } from "./tasks-speech.js";
import { video } from "./tasks-video.js";

export const tasks: Tasks = { image, speech, video };
