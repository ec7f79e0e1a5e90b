/** Pictures as they are drawn: unfinished ones on the way, the reply at the end. */

import { accepted, assumeOf, param } from "../catalog/capabilities.js";
import type { PartialImage } from "../chat/results.js";
import { CapabilityError, TransportError } from "../errors.js";
import type { ImageStream } from "../model/media.js";
import type { TaskAnswer, TaskCodec } from "../protocols/task.js";
import type { Frame } from "../transport/frame.js";
import { createSseReader } from "../transport/sse.js";
import type { Exchanged } from "./exchange.js";
import { located } from "./failure.js";
import type { Target } from "./target.js";
import { ask, costOfOrder, isJob, prepareTask, type Running, replyOf } from "./task-call.js";
import { hookedReply, telling } from "./task-hooks.js";
import type { TaskOptions } from "./task-options.js";
import { readWhole } from "./task-send.js";

/** A picture comes in one event. */
const maxEvent = 128 * 1024 * 1024;
const maxAnswer = 512 * 1024 * 1024;

type Answer = TaskAnswer<"image">;

/** Resolves when the answer begins. A server that does not stream gives the finished pictures only. */
export async function streamImages(target: Target, options: TaskOptions): Promise<ImageStream<string>> {
  const { provider, model } = target;
  if (!accepted(param(model, "partialImages"), assumeOf(provider, model))) throw streamsNone(target);
  const running = await prepareTask(target, "image", options, true);
  const { codec, call, hooks } = running;
  if (isJob(codec) || codec.stream === undefined) throw streamsNone(target);
  const { stream } = codec;
  const received = await telling(hooks, () =>
    ask(
      running,
      () => stream.encode(call),
      async (exchanged) => {
        const type = exchanged.response.header("content-type") ?? "";
        if (!type.startsWith("application/json"))
          return { value: eventsOf(exchanged, stream, running), cost: costOfOrder(running) };
        const answer = await readWhole(exchanged, (whole) => codec.decode(whole, call));
        return { value: only(answer), usage: answer.usage };
      },
    ),
  );
  return new PictureStream(received.value, (answer) =>
    telling(hooks, () => hookedReply(hooks, replyOf(running, answer, received.requestId))),
  );
}

class PictureStream implements ImageStream<string> {
  private readonly events: AsyncGenerator<PartialImage, Answer>;
  private readonly finish: (answer: Answer) => ImageStream<string>["reply"];
  private end: ImageStream<string>["reply"] | undefined;

  constructor(events: AsyncGenerator<PartialImage, Answer>, finish: (answer: Answer) => ImageStream<string>["reply"]) {
    this.events = events;
    this.finish = finish;
  }

  get reply(): ImageStream<string>["reply"] {
    this.end ??= (async () => {
      for (;;) {
        const { done, value } = await this.events.next();
        if (done === true) return this.finish(value ?? leftEarly());
      }
    })();
    return this.end;
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<PartialImage> {
    try {
      for (;;) {
        const { done, value } = await this.events.next();
        if (done !== true) yield value;
        else {
          if (value !== undefined) this.end ??= this.finish(value);
          return;
        }
      }
    } finally {
      // Leaving the loop ends the call.
      await this.events.return(undefined as never);
    }
  }
}

function streamsNone({ provider, modelId }: Target): CapabilityError {
  return new CapabilityError("unsupported", `${modelId} gives no unfinished pictures`, {
    provider: provider.id,
    model: modelId,
  });
}

function leftEarly(): never {
  throw new TransportError("aborted", "the stream was left before the picture was finished");
}

// biome-ignore lint/correctness/useYield: nothing unfinished came
async function* only(answer: Answer): AsyncGenerator<PartialImage, Answer> {
  return answer;
}

async function* eventsOf(
  { response, place, end }: Exchanged,
  stream: NonNullable<TaskCodec<"image">["stream"]>,
  { call }: Running<"image">,
): AsyncGenerator<PartialImage, Answer> {
  const decoder = stream.createDecoder(call);
  const reader = createSseReader(maxEvent);
  let size = 0;
  let finished = false;
  try {
    for await (const chunk of response.body) {
      size += chunk.length;
      if (size > maxAnswer)
        throw new TransportError("invalid-response", `the answer is longer than ${maxAnswer} bytes`);
      const frames: Frame[] = [];
      reader.push(chunk, frames);
      for (const frame of frames) yield* partialsOf(decoder.push(frame));
    }
    const rest: Frame[] = [];
    reader.end(rest);
    for (const frame of rest) yield* partialsOf(decoder.push(frame));
    const answer = decoder.end();
    finished = true;
    end("completed", { status: response.status, requestId: place.requestId });
    return answer;
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

function partialsOf(partial: PartialImage | undefined): readonly PartialImage[] {
  return partial === undefined ? [] : [partial];
}
