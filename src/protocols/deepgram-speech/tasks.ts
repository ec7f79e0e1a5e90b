/** Transcripts of recordings, which are the whole body, and speech. Their parameters stand in the query. */

import type { MediaSource } from "../../chat/message.js";
import { noUsage } from "../../chat/usage.js";
import { unreadable } from "../failure.js";
import { listOf, textOf } from "../lenient.js";
import { mediaOf, sniffMediaType } from "../media.js";
import type { WireRequest } from "../protocol.js";
import type { TaskCall, TaskCodec, Tasks, TimedText } from "../task.js";
import { audioType, bytesOf, type Members, membersOf, numberOf, queryRequest, wireId } from "../task-wire.js";

const transcription: TaskCodec<"transcription"> = {
  encode(call) {
    const { audio, mediaType } = call.request;
    return queryRequest(call, {
      path: "/listen",
      body: { model: wireId(call) },
      content: recordingOf(audio, mediaType, call),
    });
  },
  decode(answer, call) {
    const { metadata, results } = membersOf(answer.json());
    const channels = listOf(membersOf(results).channels).map(membersOf);
    const best = channels.map(({ alternatives }) => membersOf(listOf(alternatives)[0]));
    const texts = best.flatMap(({ transcript }) => (typeof transcript === "string" ? [transcript] : []));
    if (texts.length === 0) throw unreadable(call, "the answer holds no transcript");
    const utterances = listOf(membersOf(results).utterances).flatMap((value) => timed(value, "transcript"));
    const duration = numberOf(membersOf(metadata).duration);
    return {
      result: {
        text: texts.join("\n"),
        language: channels.map(({ detected_language: found }) => textOf(found)).find((found) => found !== undefined),
        duration,
        segments: utterances.length > 0 ? utterances : best.flatMap(sentencesOf),
        words: best.flatMap(({ words }) => listOf(words).flatMap((word) => timed(word, "punctuated_word", "word"))),
      },
      usage: noUsage,
      // Each channel that is transcribed by itself is paid for.
      meters: duration === undefined ? undefined : { "second.input": duration * channels.length },
    };
  },
};

/** An address that Deepgram fetches, or the recording itself. */
function recordingOf(
  audio: MediaSource,
  mediaType: string | undefined,
  call: TaskCall<"transcription">,
): Pick<WireRequest, "body" | "bytes"> {
  const media = mediaOf(audio, mediaType);
  if ("url" in media) return { body: { url: media.url } };
  const file = bytesOf(audio, { call, mediaType, modality: "audio" });
  return { body: undefined, bytes: { content: file.bytes, mediaType: file.mediaType } };
}

function sentencesOf({ paragraphs }: Members): TimedText[] {
  return listOf(membersOf(paragraphs).paragraphs).flatMap((paragraph) => {
    const { sentences, speaker } = membersOf(paragraph);
    return listOf(sentences).flatMap((sentence) => timed({ speaker, ...membersOf(sentence) }, "text"));
  });
}

/** A piece by the first of its members that holds text. What has no times is left out. */
function timed(value: unknown, ...names: readonly string[]): TimedText[] {
  const item = membersOf(value);
  const text = names.map((name) => textOf(item[name])).find((found) => found !== undefined);
  const start = numberOf(item.start);
  const end = numberOf(item.end);
  if (text === undefined || start === undefined || end === undefined) return [];
  const speaker = numberOf(item.speaker);
  return [{ text, start, end, ...(speaker === undefined ? {} : { speaker: String(speaker) }) }];
}

const speech: TaskCodec<"speech"> = {
  encode: (call) =>
    queryRequest(call, {
      path: "/speak",
      body: { model: wireId(call) },
      paths: { format: "encoding" },
      content: { body: { text: call.request.input } },
    }),
  decode(answer, call) {
    const { bytes } = answer;
    if (bytes.length === 0) throw unreadable(call, "the answer holds no sound");
    const mediaType = audioType(answer.header("content-type"), call.params.format) ?? sniffMediaType(bytes);
    return { result: { audio: { type: "audio", audio: bytes, mediaType } }, usage: noUsage };
  },
};

export const tasks: Tasks = { transcription, speech };
