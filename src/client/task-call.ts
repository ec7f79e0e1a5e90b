/** The parts of calls of models that are no chat models: check, ask through the policies, and the reply with usage and cost. */
import type { Cost } from "../chat/cost.js";
import type { CostContext } from "../chat/cost-prices.js";
import { taskCost } from "../chat/cost-units.js";
import { noUsage } from "../chat/usage.js";
import { type Attempt, CapabilityError, isModelwrightError, ModelwrightError } from "../errors.js";
import type { Adjustment, WireRequest } from "../protocols/protocol.js";
import type { JobCodec, TaskAnswer, TaskCall, TaskCodec, TaskKind, TaskRequests } from "../protocols/task.js";
import { connectionFor } from "./connection.js";
import type { Exchanged } from "./exchange.js";
import { located } from "./failure.js";
import type { TaskOrder } from "./handler.js";
import type { Target } from "./target.js";
import { checkTask } from "./task-check.js";
import { hookedOptions, hookedWire, hooksOf, type TaskHooks, telling } from "./task-hooks.js";
import { metersOf, orderOf } from "./task-meters.js";
import type { TaskOptions } from "./task-options.js";
import type { TaskReply } from "./task-reply.js";
import type { TaskRead, TaskReceived } from "./task-send.js";

/** A checked task on its way. */
export interface Running<K extends TaskKind> {
  readonly target: Target;
  readonly kind: K;
  readonly options: TaskOptions;
  readonly call: TaskCall<K>;
  readonly codec: TaskCodec<K> | JobCodec<K>;
  readonly adjustments: readonly Adjustment[];
  readonly attempts: Attempt[];
  readonly hooks: TaskHooks;
  readonly order: TaskOrder;
}

/** Asks hooks, checks the request and loads what the protocol has for its kind. Sends nothing. */
export async function prepareTask<K extends TaskKind>(
  target: Target,
  kind: K,
  given: TaskOptions,
  stream = false,
): Promise<Running<K>> {
  const { provider, modelId, model, client } = target;
  const hooks = hooksOf(target, { tags: given.tags, signal: given.signal, timeouts: given.timeouts, stream });
  return telling(hooks, async () => {
    const options = await hookedOptions(hooks, given);
    const checked = checkTask(target, kind, { options, stream });
    const adjustments: Adjustment[] = [];
    const adjust = (adjustment: Adjustment): void => {
      adjustments.push(adjustment);
      client.options.onAdjustment?.(adjustment, `${provider.id}/${modelId}`);
    };
    const { extraBody, extraHeaders } = options;
    if (extraBody !== undefined)
      adjust({ path: "extraBody", action: "added", reason: "merged into the wire body as given", to: extraBody });
    const call = { provider, modelId, model, ...checked, extraBody, extraHeaders, adjust };
    const codec = await codecOf(target, kind);
    const order = orderOf(kind, checked);
    return { target, kind, options, call, codec, adjustments, attempts: [], hooks, order };
  });
}

export async function codecOf<K extends TaskKind>(
  { provider, protocol }: Target,
  kind: K,
): Promise<TaskCodec<K> | JobCodec<K>> {
  const codec = (await protocol.tasks?.())?.[kind];
  if (codec !== undefined) return codec;
  throw new ModelwrightError("invalid-configuration", `${provider.id}: ${protocol.id} has no ${kind} models`);
}

/** One request through the client's policies. */
export async function ask<Value>(
  {
    target,
    options,
    attempts,
    hooks,
    once,
    order,
  }: Pick<Running<TaskKind>, "target" | "options" | "attempts" | "hooks"> & {
    readonly once?: boolean;
    /** Absent where nothing is ordered: it is asked about what was. */
    readonly order?: TaskOrder;
  },
  write: () => WireRequest,
  read: (exchanged: Exchanged) => Promise<TaskRead<Value>>,
): Promise<TaskReceived & { readonly value: Value }> {
  const { provider, modelId, model, protocol, client, generation } = target;
  const { signal, tags } = options;
  const connection = connectionFor(client.connection(), options);
  const about = { provider, modelId, model, generation, protocol, connection, signal, tags, attempts, once, order };
  const encode = () => hookedWire(hooks, write());
  try {
    // The handler gives back what `read` read.
    return (await client.taskHandler({ ...about, followUp: order === undefined, encode, read })) as TaskReceived & {
      readonly value: Value;
    };
  } catch (error) {
    // What a hook throws stays as it is.
    if (!isModelwrightError(error)) throw error;
    throw located(error, { provider, modelId, generation, secrets: [] }, { attempts });
  }
}

export function isJob<K extends TaskKind>(codec: TaskCodec<K> | JobCodec<K>): codec is JobCodec<K> {
  return "encodePoll" in codec;
}

/** A task as it was asked for. */
type Asked<K extends TaskKind> = Pick<Running<K>, "target"> & {
  readonly call: Pick<TaskCall<K>, "params"> & { readonly request?: TaskRequests[K] };
};

export function costOfTask<K extends TaskKind>(
  { target, call }: Asked<K>,
  { result, usage, meters }: TaskAnswer<K>,
): Cost {
  const used = { ...metersOf(call, result), ...meters };
  return taskCost({ usage, meters: used, params: call.params }, target.model.pricing, priceContext(target));
}

/** What was ordered costs, before it is there: nobody but the caller waits for a job. */
export function costOfOrder({ target, order }: Pick<Running<TaskKind>, "target" | "order">): Cost {
  const { meters, params } = order;
  return taskCost({ usage: noUsage, meters, params }, target.model.pricing, priceContext(target));
}

function priceContext({ client, model }: Target): CostContext {
  return { at: client.now(), region: client.connection().region(model) };
}

export function replyOf<K extends TaskKind>(
  asked: Asked<K> & Pick<Running<K>, "adjustments">,
  answer: TaskAnswer<K>,
  requestId: string | undefined,
): TaskReply<K> {
  const { provider, modelId, generation } = asked.target;
  return {
    ...answer.result,
    usage: answer.usage,
    cost: costOfTask(asked, answer),
    adjustments: asked.adjustments,
    provider: provider.id,
    model: modelId,
    ...(generation === undefined ? {} : { generation }),
    requestId,
  };
}

/** Refuses jobs of kinds that are answered at once. */
export function answersAtOnce({ provider, modelId }: Target): CapabilityError {
  return new CapabilityError("unsupported", `${modelId} answers at once and has no jobs`, {
    provider: provider.id,
    model: modelId,
  });
}
