/** The kinds of the OpenAI wire beside chat: pictures, speech, transcripts, films, ranking, moderation. */
import type { Tasks } from "../task.js";
import { image } from "./tasks-image.js";
import { moderation, rerank } from "./tasks-judge.js";
import { speech } from "./tasks-speech.js";
import { transcription } from "./tasks-transcription.js";
import { video } from "./tasks-video.js";

export const tasks: Tasks = { image, speech, transcription, video, rerank, moderation };
