/** Transcripts of recordings. https://platform.openai.com/docs/api-reference/audio/createTranscription */

import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import { mediaOf } from "../media.js";
import type { TaskCall, TaskCodec, TimedText } from "../task.js";
import { bytesOf, filenameOf, formRequest, numberOf, wireId } from "../task-wire.js";
import { answerOf, usageIn } from "./tasks-answer.js";
import { dialectOf, type Members, membersOf } from "./wire.js";

const paths = {
  format: "response_format",
  timestampGranularities: "timestamp_granularities",
  chunkingStrategy: "chunking_strategy",
};

export const transcription: TaskCodec<"transcription"> = {
  encode(call) {
    const { urlField, modelless } = dialectOf(call).transcription ?? {};
    const url = urlOf(call);
    const body = modelless === true ? {} : { model: wireId(call) };
    const form = { path: call.model.transport?.path ?? "/audio/transcriptions", paths };
    if (url !== undefined && urlField !== undefined)
      return formRequest(call, { ...form, body: { ...body, [urlField]: url }, files: [] });
    const { audio, mediaType } = call.request;
    const file = bytesOf(audio, { call, mediaType, modality: "audio" });
    const filename = filenameOf("audio", file.mediaType);
    return formRequest(call, { ...form, body, files: [{ name: "file", filename, ...file }] });
  },
  decode(answer, call) {
    // Subtitles and plain transcripts come as they are.
    const type = answer.header("content-type") ?? "";
    if (!/^application\/(?:[\w.-]+\+)?json/.test(type) && !/^\s*\{/.test(answer.text()))
      return { result: { ...nothing, text: answer.text().replace(/\n$/, "") }, usage: noUsage };
    const body = answerOf(answer, call);
    if (typeof body.text !== "string") throw unreadable(call, "the answer holds no transcript");
    const seconds = numberOf(membersOf(body.usage)?.seconds) ?? numberOf(membersOf(body.usage)?.prompt_audio_seconds);
    const duration = numberOf(body.duration) ?? seconds;
    return {
      result: {
        text: body.text,
        language: textOf(body.language),
        duration,
        segments: listOf(body.segments).flatMap(timed),
        words: listOf(body.words).flatMap(timed),
      },
      usage: usageIn(body, call),
      meters: duration === undefined ? undefined : { "second.input": seconds ?? duration },
    };
  },
};

const nothing = { language: undefined, duration: undefined, segments: [], words: [] } as const;

function urlOf({ request }: TaskCall<"transcription">): string | undefined {
  const media = mediaOf(request.audio, request.mediaType);
  return "url" in media ? media.url : undefined;
}

/** OpenAI's `word`, everyone's `text`. What has no times is left out. */
function timed(value: unknown): TimedText[] {
  const item: Members = membersOf(value) ?? {};
  const text = textOf(item.text) ?? textOf(item.word);
  const start = numberOf(item.start);
  const end = numberOf(item.end);
  if (text === undefined || start === undefined || end === undefined) return [];
  const speaker = textOf(item.speaker) ?? textOf(item.speaker_id);
  return [{ text: text.trim(), start, end, ...(speaker === undefined ? {} : { speaker }) }];
}
