/** `degrade`: lets a model into a group whose requests ask for more than it has, and lists what it did without. */
import { didYouMean } from "../catalog/nearest.js";
import type { AnyReply } from "../client/any-reply.js";
import { chatRun } from "../client/chat.js";
import type { ChatOptions } from "../client/options.js";
import { type Progress, type Run, type Startable, type StreamSignal, startable } from "../client/run.js";
import { ChatStream } from "../client/stream.js";
import { ModelwrightError } from "../errors.js";
import type { Degradable, DegradedModel } from "../model/degraded.js";
import type { ChatModel } from "../model/handle.js";
import type { ChatProfile } from "../model/profile.js";
import type { Adjustment } from "../protocols/protocol.js";
import { leaveOut } from "./leave-out.js";
import { membersOf } from "./member.js";

/** Complete by type. */
export const degradables: { readonly [C in Degradable]: true } = {
  image: true,
  pdf: true,
  audio: true,
  video: true,
  tools: true,
  parallelTools: true,
  reasoning: true,
  temperature: true,
  topP: true,
  topK: true,
  minP: true,
  frequencyPenalty: true,
  presencePenalty: true,
  repetitionPenalty: true,
  seed: true,
  n: true,
  stop: true,
  logprobs: true,
  topLogprobs: true,
  logitBias: true,
};

/**
 * The model as one that answers without these: `degrade(groq("groq/compound"), "tools")`. Options are left out, media
 * become a note in the text, tool calls and results of the history become text. Each of it is in `reply.adjustments`.
 */
export function degrade<P extends ChatProfile, Id extends string, const C extends Degradable>(
  model: ChatModel<P, Id>,
  ...without: readonly C[]
): DegradedModel<P, Id, C> {
  for (const name of without)
    if (!Object.hasOwn(degradables, name))
      throw new ModelwrightError(
        "invalid-configuration",
        `degrade: invalid-configuration: ${JSON.stringify(name)} cannot be left out${didYouMean(name, Object.keys(degradables))}`,
      );
  const [member] = membersOf([model]);
  if (member === undefined) throw new ModelwrightError("invalid-configuration", "degrade needs a chat model");
  const names: ReadonlySet<Degradable> = new Set(without);
  const reason = `${member.label} answers without ${without.join(", ")}`;
  const start = (options: ChatOptions, stream: StreamSignal | undefined): Run => {
    const left = leaveOut(options, names, reason);
    return new DegradedRun(member.start(left.options, stream), left.adjustments);
  };
  const behind: Startable = {
    start,
    check: (options) => member.check(leaveOut(options, names, reason).options),
    origins: () => member.origins(),
    models: member.models,
  };
  const degraded = {
    kind: "chat",
    without,
    chat: (options: ChatOptions) => chatRun({ start }, options),
    stream: (options: ChatOptions) => new ChatStream((signal) => start(options, signal), options.signal),
    [startable]: behind,
  };
  // The methods are those of the model, which the types widen by what is left out.
  return degraded as unknown as DegradedModel<P, Id, C>;
}

/** The model's own run; its reply tells what was left out, too. */
class DegradedRun implements Run {
  private readonly run: Run;
  private readonly adjustments: readonly Adjustment[];

  constructor(run: Run, adjustments: readonly Adjustment[]) {
    this.run = run;
    this.adjustments = adjustments;
  }

  get reply(): AnyReply | undefined {
    const { reply } = this.run;
    return reply === undefined ? undefined : { ...reply, adjustments: [...this.adjustments, ...reply.adjustments] };
  }

  get progress(): Progress {
    return this.run.progress;
  }

  read(): ReturnType<Run["read"]> {
    return this.run.read();
  }

  close(): void {
    this.run.close();
  }
}
