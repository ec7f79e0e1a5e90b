/** Calls of models that are no chat models, to their results. */
import type { TaskKind } from "../protocols/task.js";
import type { Target } from "./target.js";
import { ask, costOfTask, isJob, prepareTask, replyOf } from "./task-call.js";
import { hookedReply, telling } from "./task-hooks.js";
import type { TaskOptions } from "./task-options.js";
import type { TaskReply } from "./task-reply.js";
import { readWhole } from "./task-send.js";

/** A task of any kind, to its result: jobs are waited for. */
export async function runTask<K extends TaskKind>(
  target: Target,
  kind: K,
  options: TaskOptions,
): Promise<TaskReply<K>> {
  const running = await prepareTask(target, kind, options);
  const { codec, call, hooks } = running;
  if (isJob(codec)) {
    const { submit } = await import("./job.js");
    return (await submit(running)).result(running.options);
  }
  return telling(hooks, async () => {
    const received = await ask(
      running,
      () => codec.encode(call),
      async (exchanged) => {
        const answer = await readWhole(exchanged, (whole) => codec.decode(whole, call));
        return { value: answer, usage: answer.usage, cost: costOfTask(running, answer) };
      },
    );
    return hookedReply(hooks, replyOf(running, received.value, received.requestId));
  });
}
