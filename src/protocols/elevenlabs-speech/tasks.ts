/** Speech of a voice, which is named in the path, and transcripts of recordings. */

import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import { mediaOf, sniffMediaType } from "../media.js";
import type { TaskCodec, Tasks, TimedText } from "../task.js";
import { audioType, bytesOf, filenameOf, formRequest, jsonRequest, membersOf, numberOf, wireId } from "../task-wire.js";

const speech: TaskCodec<"speech"> = {
  encode(call) {
    const { voice, format, ...params } = call.params;
    const query = format === undefined ? "" : `?output_format=${encodeURIComponent(String(format))}`;
    return jsonRequest(
      { ...call, params },
      {
        path: `/text-to-speech/${encodeURIComponent(String(voice))}${query}`,
        body: { text: call.request.input, model_id: wireId(call) },
        paths: { speed: "voice_settings.speed", language: "language_code" },
      },
    );
  },
  decode(answer, call) {
    const { bytes } = answer;
    if (bytes.length === 0) throw unreadable(call, "the answer holds no sound");
    // Formats are named like `mp3_44100_128`.
    const [codec] = String(call.params.format ?? "").split("_");
    const mediaType = audioType(answer.header("content-type"), codec) ?? sniffMediaType(bytes);
    return { result: { audio: { type: "audio", audio: bytes, mediaType } }, usage: noUsage };
  },
};

const transcription: TaskCodec<"transcription"> = {
  encode(call) {
    const { audio, mediaType } = call.request;
    const media = mediaOf(audio, mediaType);
    const form = { path: "/speech-to-text", paths: { language: "language_code" } };
    const body = { model_id: wireId(call) };
    if ("url" in media)
      return formRequest(call, { ...form, body: { ...body, cloud_storage_url: media.url }, files: [] });
    const file = bytesOf(audio, { call, mediaType, modality: "audio" });
    const filename = filenameOf("audio", file.mediaType);
    return formRequest(call, { ...form, body, files: [{ name: "file", filename, ...file }] });
  },
  decode(answer, call) {
    const body = membersOf(answer.json());
    if (typeof body.text !== "string") throw unreadable(call, "the answer holds no transcript");
    const words = listOf(body.words).flatMap(wordOf);
    const duration = numberOf(body.audio_duration_secs) ?? words.at(-1)?.end;
    return {
      result: { text: body.text, language: textOf(body.language_code), duration, segments: [], words },
      usage: noUsage,
      meters: duration === undefined ? undefined : { "second.input": duration },
    };
  },
};

/** Spaces between words have times, too; they are no words. */
function wordOf(value: unknown): TimedText[] {
  const item = membersOf(value);
  const text = textOf(item.text);
  const start = numberOf(item.start);
  const end = numberOf(item.end);
  if (item.type === "spacing" || text === undefined || start === undefined || end === undefined) return [];
  const speaker = textOf(item.speaker_id);
  return [{ text, start, end, ...(speaker === undefined ? {} : { speaker }) }];
}

export const tasks: Tasks = { speech, transcription };
