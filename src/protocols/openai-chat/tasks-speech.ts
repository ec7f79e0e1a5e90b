/** Speech: text in, a sound file out. https://platform.openai.com/docs/api-reference/audio/createSpeech */

import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { textOf } from "../lenient.js";
import { sniffMediaType } from "../media.js";
import type { TaskCodec } from "../task.js";
import { audioType, jsonRequest, wireId } from "../task-wire.js";
import { answerOf, usageIn } from "./tasks-answer.js";
import { dialectOf } from "./wire.js";

const paths = { format: "response_format", streamFormat: "stream_format" };

export const speech: TaskCodec<"speech"> = {
  encode(call) {
    const { input } = call.request;
    const body = dialectOf(call).speechText === "text" ? { text: input } : { model: wireId(call), input };
    return jsonRequest(call, { path: call.model.transport?.path ?? "/audio/speech", body, paths });
  },
  decode(answer, call) {
    const type = answer.header("content-type");
    // Mistral answers with JSON around base64.
    if (type?.startsWith("application/json")) {
      const body = answerOf(answer, call);
      const audio = textOf(body.audio_data);
      if (audio === undefined) throw unreadable(call, "the answer holds no sound");
      const mediaType = audioType(undefined, call.params.format ?? "mp3");
      return { result: { audio: { type: "audio", audio, mediaType } }, usage: usageIn(body, call) };
    }
    const { bytes } = answer;
    if (bytes.length === 0) throw unreadable(call, "the answer holds no sound");
    const mediaType = audioType(type, call.params.format) ?? sniffMediaType(bytes);
    return { result: { audio: { type: "audio", audio: bytes, mediaType } }, usage: noUsage };
  },
};
