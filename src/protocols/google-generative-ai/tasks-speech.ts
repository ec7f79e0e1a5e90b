/** Speech: content whose only modality is audio. https://ai.google.dev/gemini-api/docs/speech-generation */
import type { TaskCodec } from "../task.js";
import { jsonRequest } from "../task-wire.js";
import { resourcePath } from "./request-model.js";
import { answerOf, mediaIn, usageIn, withoutMedia } from "./tasks-answer.js";

const paths = {
  voice: "generationConfig.speechConfig.voiceConfig.prebuiltVoiceConfig.voiceName",
  language: "generationConfig.speechConfig.languageCode",
};

export const speech: TaskCodec<"speech"> = {
  encode(call) {
    const contents = [{ role: "user", parts: [{ text: call.request.input }] }];
    const request = jsonRequest(call, { path: `${resourcePath(call)}:generateContent`, body: { contents }, paths });
    const body = request.body as { readonly generationConfig?: object };
    return {
      ...request,
      body: { ...body, generationConfig: { responseModalities: ["AUDIO"], ...body.generationConfig } },
    };
  },
  decode(answer, call) {
    const body = answerOf(answer, call);
    // Raw samples: the type states their rate (`audio/L16;codec=pcm;rate=24000`).
    const [audio] = mediaIn(body);
    if (audio === undefined) throw withoutMedia(body, call);
    return {
      result: { audio: { type: "audio", audio: audio.data, mediaType: audio.mediaType } },
      usage: usageIn(body),
    };
  },
};
