/** Speech as it is made: the bytes of the sound, chunk by chunk. */
import { taskCost } from "../chat/cost-units.js";
import { noUsage } from "../chat/usage.js";
import type { SpeechStream } from "../model/media.js";
import { audioType } from "../protocols/task-wire.js";
import type { Exchanged } from "./exchange.js";
import { located } from "./failure.js";
import type { Target } from "./target.js";
import { answersAtOnce, ask, isJob, prepareTask, replyOf } from "./task-call.js";
import { telling } from "./task-hooks.js";
import type { TaskOptions } from "./task-options.js";
import type { TaskReply } from "./task-reply.js";
import { readWhole, type TaskRead } from "./task-send.js";

/** Resolves when the answer begins. A wire whose sound comes inside JSON gives it in one piece. */
export async function streamSpeech(target: Target, options: TaskOptions): Promise<SpeechStream<string>> {
  const running = await prepareTask(target, "speech", options, true);
  const { codec, call, hooks } = running;
  if (isJob(codec)) throw answersAtOnce(target);
  const meters = { "character.input": [...call.request.input].length };
  const priced = { usage: noUsage, meters, params: call.params };
  const cost = taskCost(priced, target.model.pricing, { at: target.client.now() });
  const received = await telling(hooks, () =>
    ask(
      running,
      () => codec.encode(call),
      async (exchanged): Promise<TaskRead<{ mediaType: string | undefined; bytes: AsyncIterable<Uint8Array> }>> => {
        const type = exchanged.response.header("content-type");
        if (type?.startsWith("application/json")) {
          const answer = await readWhole(exchanged, (whole) => codec.decode(whole, call));
          const { audio } = replyOf(running, answer, undefined) as TaskReply<"speech">;
          return { value: { mediaType: audio.mediaType, bytes: oneChunk(audio.audio) }, cost };
        }
        return { value: { mediaType: audioType(type, call.params.format), bytes: chunksOf(exchanged) }, cost };
      },
    ),
  );
  const { bytes, mediaType } = received.value;
  const { provider, modelId } = target;
  return {
    [Symbol.asyncIterator]: () => bytes[Symbol.asyncIterator](),
    mediaType,
    cost,
    adjustments: running.adjustments,
    provider: provider.id,
    model: modelId,
    requestId: received.requestId,
  };
}

async function* oneChunk(audio: unknown): AsyncGenerator<Uint8Array> {
  if (audio instanceof Uint8Array) yield audio;
  else {
    const { fromBase64 } = await import("../protocols/base64.js");
    yield fromBase64(String(audio));
  }
}

async function* chunksOf({ response, place, end }: Exchanged): AsyncGenerator<Uint8Array> {
  let finished = false;
  try {
    for await (const chunk of response.body) yield chunk;
    finished = true;
    end("completed", { status: response.status, requestId: place.requestId });
  } catch (error) {
    finished = true;
    const failure = located(error, place);
    end("failed", { error: failure, status: response.status });
    throw failure;
  } finally {
    if (!finished) {
      response.dispose();
      end("cancelled", { status: response.status, requestId: place.requestId });
    }
  }
}
